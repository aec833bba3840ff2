"""Symbols as people type them, and what they ask Interactive Brokers for.

`AAPL` a share in US dollars · `SAP.DE` one listed elsewhere · `BRK.B` one of a class · `EUR/USD`
a currency pair · `ESZ6` a future · `AAPL261218C200` an option. In the configuration `@EXCHANGE`
may follow, where a symbol stands for more than one instrument.
"""

from __future__ import annotations

import re

from ib_async.contract import Contract

from engine.domain.identifiers import Symbol
from engine.domain.instrument import InstrumentKind

_FOREX = re.compile(r"([A-Z]{3})/([A-Z]{3})")
_OPTION = re.compile(r"([A-Z]{1,6})(\d{6})([CP])(\d{1,6}(?:\.\d{1,3})?)")
_FUTURE = re.compile(r"[A-Z0-9]{1,4}[FGHJKMNQUVXZ]\d{1,2}")
_SHARE = re.compile(r"([A-Z0-9]{1,12})(?:\.([A-Z]{1,2}))?")

# The exchange and the currency of each suffix; any other one names a class of shares.
PLACES = {
    "AS": ("AEB", "EUR"),
    "AX": ("ASX", "AUD"),
    "BR": ("ENEXT.BE", "EUR"),
    "DE": ("IBIS", "EUR"),
    "HK": ("SEHK", "HKD"),
    "MC": ("BM", "EUR"),
    "MI": ("BVME", "EUR"),
    "PA": ("SBF", "EUR"),
    "ST": ("SFB", "SEK"),
    "SW": ("EBS", "CHF"),
    "T": ("TSEJ", "JPY"),
    "TO": ("TSE", "CAD"),
}
KINDS = {
    "STK": InstrumentKind.STOCK,
    "CASH": InstrumentKind.FOREX,
    "FUT": InstrumentKind.FUTURE,
    "OPT": InstrumentKind.OPTION,
}


def split(entry: str) -> tuple[Symbol, str]:
    """A symbol of the configuration, and the exchange that is said with it."""
    symbol, _, exchange = entry.upper().partition("@")
    return Symbol(symbol.strip()), exchange.strip()


def contract_of(symbol: Symbol, exchange: str = "") -> Contract | None:
    """What to ask for; None where it is no symbol that could be there."""
    if (pair := _FOREX.fullmatch(symbol)) is not None:
        at = exchange or "IDEALPRO"
        return Contract(secType="CASH", symbol=pair[1], currency=pair[2], exchange=at)
    if (option := _OPTION.fullmatch(symbol)) is not None:
        return Contract(
            secType="OPT",
            symbol=option[1],
            lastTradeDateOrContractMonth=f"20{option[2]}",
            right=option[3],
            strike=float(option[4]),
            exchange=exchange or "SMART",
            currency="USD",
        )
    if _FUTURE.fullmatch(symbol):
        return Contract(secType="FUT", localSymbol=symbol, exchange=exchange)
    share = _SHARE.fullmatch(symbol)
    return None if share is None else _share(share[1], share[2] or "", exchange)


def _share(ticker: str, suffix: str, exchange: str) -> Contract:
    place, currency = PLACES.get(suffix, ("", "USD"))
    is_class = suffix and not place
    return Contract(
        secType="STK",
        symbol=f"{ticker} {suffix}" if is_class else ticker,
        exchange="SMART",
        primaryExchange=exchange or place,
        currency=currency,
    )
