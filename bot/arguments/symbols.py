"""Symbols: `btc`, `BTCUSDT`, `btc usdt` and `bitcoin` are `BTC/USDT`; `apple` is `AAPL`.

`btc perp`, `BTCUSDT.P` and `BTC-PERP` are the perpetual `BTC/USDT:USDT`, never the coin itself.
"""

from __future__ import annotations

import re

from bot.arguments.folding import fold
from bot.arguments.names import asset_names
from bot.errors import Unreadable

QUOTES = (
    *("USDT", "USDC", "FDUSD", "TUSD", "BUSD", "DAI", "USD", "EUR", "GBP", "JPY", "CHF", "CAD"),
    *("AUD", "TRY", "BRL", "BTC", "ETH", "BNB"),
)
_MARK = re.compile(r" ?[/:_-] ?| ")
_TICKER = re.compile(r"[A-Z0-9]{1,12}(?:\.[A-Z]{1,2})?")
# Of a share, until a day, a call or a put, at a price: AAPL261218C200.
_OPTION = re.compile(r"[A-Z]{1,6}\d{6}[CP]\d{1,6}(?:\.\d{1,3})?")


PERPETUAL_WORDS = frozenset(
    {"perp", "perps", "perpetual", "perpetuals", "perpetuel", "perpetuels", "swap", "swaps"}
)
"""What people call a perpetual, folded."""
_WORDS = "|".join(sorted(PERPETUAL_WORDS, key=len, reverse=True))
_PERPETUAL = re.compile(
    rf"(?P<behind>.+?)(?:[ _-](?:{_WORDS})|\.p)"
    rf"|(?:{_WORDS})[ _-](?P<before>.+)"
    r"|(?P<pair>[^:]+[/_-](?P<quote>[a-z]{3,5})):(?P=quote)"
)


def read_symbol(text: str, quote: str = "USDT") -> str:
    """The canonical symbol; `quote` stands where none is said. Raises Unreadable."""
    folded = " ".join(fold(text).split()).lstrip("$#")
    if _OPTION.fullmatch(folded.upper()):
        return folded.upper()
    perpetual = _PERPETUAL.fullmatch(folded)
    if perpetual is not None:
        spot = perpetual["behind"] or perpetual["before"] or perpetual["pair"]
        return perpetual_of(read_symbol(spot, quote), text)
    ticker = asset_names().ticker_of(folded)
    symbol = (ticker and with_quote(ticker, quote)) or _pair(folded) or _joined(folded.upper())
    if symbol is None and _TICKER.fullmatch(folded.upper()) and not folded.isdigit():
        symbol = folded.upper()
    if symbol is None or symbol in QUOTES:
        raise Unreadable("symbol", text)
    return symbol


def perpetual_of(symbol: str, said: str) -> str:
    """The perpetual beside a pair. Raises Unreadable where there is no pair."""
    _, _, settles = symbol.partition("/")
    if not settles or ":" in settles:
        raise Unreadable("symbol", said)
    return f"{symbol}:{settles}"


def with_quote(ticker: str, quote: str) -> str | None:
    """A crypto asset takes the quote; a share stands alone; a quote of itself is nothing."""
    if ticker == quote:
        return None
    return f"{ticker}/{quote}" if ticker in asset_names().crypto else ticker


def _pair(folded: str) -> str | None:
    parts = _MARK.split(folded)
    if len(parts) < 2 or parts[-1].upper() not in QUOTES:
        return None
    base, quote = " ".join(parts[:-1]), parts[-1].upper()
    return _paired(base, quote)


def _paired(base: str, quote: str) -> str | None:
    names = asset_names()
    ticker = names.ticker_of(base) or base.upper()
    if ticker == quote or not _TICKER.fullmatch(ticker):
        return None
    return ticker if _is_share(ticker) else f"{ticker}/{quote}"


def _is_share(ticker: str) -> bool:
    names = asset_names()
    return ticker not in names.crypto and ticker.lower() in names.tickers


def _joined(upper: str) -> str | None:
    """`BTCUSDT`, when what stands before the quote can be a ticker."""
    for quote in QUOTES:
        base = upper.removesuffix(quote)
        if base != upper and len(base) >= 2 and _TICKER.fullmatch(base):
            if len(base) == 2 and base not in asset_names().crypto:
                continue
            return _paired(base.lower(), quote)
    return None
