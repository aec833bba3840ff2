"""What the server defines, and a core that knows it."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Any

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import Currency
from engine.matching.model import FillModel
from tests.standins.exchange.core import Core

UNSET, UNSET_SINGLE = 1.7976931348623157e308, 3.4028234663852886e38
"""DBL_MAX and FLT_MAX, which stand for what is not known."""

Fields = dict[str, Any]
# The protocol does not say what a fill costs: here it costs nothing.
MODEL = FillModel(Decimal(0), Decimal(0), participation=Decimal(1))


def single(value: float) -> float:
    """The same as servers write what they hold in single precision."""
    (written,) = struct.unpack("<f", struct.pack("<f", value))
    return float(written)


DEFINED: dict[tuple[str, str], Fields] = {
    ("ACME", ""): {
        "SecurityType": 2,
        "Description": "Acme Corporation",
        "MinPriceIncrement": single(0.01),
        "CurrencyValuePerIncrement": single(0.01),
        "DisplayPriceMultiplier": 1.0,
        "Currency": "USD",
    },
    ("PART", ""): {
        "SecurityType": 2,
        "Description": "Parts of a share",
        "MinPriceIncrement": single(0.01),
        "CurrencyValuePerIncrement": single(0.01),
        "DisplayPriceMultiplier": 1.0,
        "IntToFloatQuantityDivisor": 1000.0,
        "Currency": "USD",
    },
    ("ESZ6", "CME"): {
        "SecurityType": 1,
        "Description": "E-mini S&P 500",
        "MinPriceIncrement": 0.25,
        "CurrencyValuePerIncrement": 12.5,
        "DisplayPriceMultiplier": 1.0,
        "Currency": "USD",
    },
}
"""By symbol and exchange."""

SIZES = {Symbol("ESZ6"): Decimal(50)}
"""Base units of one contract, where they are several."""


def instrument(symbol: str, price_step: str, step: str, least: str) -> Instrument:
    """What orders of it are judged by at the market; in base units, at least 5 of value."""
    return Instrument(
        Symbol(symbol),
        VenueName("dtc"),
        InstrumentKind.SPOT,
        Currency(symbol),
        Currency("USD"),
        Decimal(price_step),
        Decimal(step),
        Decimal(least),
        Decimal(5),
    )


PART = instrument("PART", "0.01", "0.001", "0.01")


def core(share: str = "ACME") -> Core:
    """A market with all of them, and a customer who has a thousand of each share."""
    held = {"USD": Decimal(1_000_000), share: Decimal(1_000), "PART": Decimal(1_000)}
    listed = [instrument(share, "0.01", "1", "1"), PART, instrument("ESZ6", "0.25", "50", "50")]
    return Core(listed, MODEL, "open", held)
