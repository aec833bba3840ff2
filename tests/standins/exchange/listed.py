"""What the stand-ins list, and a core that knows it: the acceptance cards' own instrument."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import Currency
from engine.matching.model import FillModel
from tests.standins.exchange.core import Core

SPOT, PERPETUAL = Symbol("BTC/USDT"), Symbol("BTC/USDT:USDT")
FEES_IN_BASE = ("binance", "bybit", "okx")
"""Where who buys pays in what was bought."""
MODEL = FillModel(Decimal("0.001"), Decimal("0.0005"), participation=Decimal(1))


def instrument(symbol: Symbol, venue: str) -> Instrument:
    """Steps of 0.01 and 0.001, at least 0.01 and 5 of value."""
    return Instrument(
        symbol,
        VenueName(venue),
        InstrumentKind.PERPETUAL if ":" in symbol else InstrumentKind.SPOT,
        Currency("BTC"),
        Currency("USDT"),
        Decimal("0.01"),
        Decimal("0.001"),
        Decimal("0.01"),
        Decimal(5),
    )


def core(venue: str, unique: str = "open") -> Core:
    """An exchange with one spot market and one perpetual."""
    made = Core([instrument(each, venue) for each in (SPOT, PERPETUAL)], MODEL, unique)
    made.fees_in_base = venue in FEES_IN_BASE
    return made
