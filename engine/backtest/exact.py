"""Prices and quantities of a backtest as exact amounts, on steps so fine that floats lose nothing.

A float's shortest decimal form orders as the float does, so what meets a level among floats meets
it among decimals, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import floor, isinf, log10

import numpy as np

from engine.backtest.settings import Settings
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import Currency, Price, Quantity
from engine.domain.values import changed
from engine.errors import StrategyInvalid
from engine.strategies.entries import Entry

_DIGITS = 16
# Decimals carry 28 digits; a price may lie this many above the smallest.
_HEADROOM = 10
_BEYOND = 10.0
_MOST_STEPS = 1e26


def finest(candles: Candles, settings: Settings) -> Instrument:
    """An instrument for these bars whose steps lie below the last digit of every figure."""
    lowest, highest = _range(candles)
    price = max(_magnitude(lowest) - _DIGITS, _magnitude(highest) - _DIGITS - _HEADROOM)
    quantity = _magnitude(settings.cash / highest) - _DIGITS - 1
    return Instrument(
        symbol=Symbol("BASE/QUOTE"),
        venue=VenueName("backtest"),
        kind=InstrumentKind.SPOT,
        base=Currency("BASE"),
        quote=Currency("QUOTE"),
        price_step=Decimal(1).scaleb(price),
        quantity_step=Decimal(1).scaleb(quantity),
    )


def finest_fee(settings: Settings) -> Decimal:
    """A step below the last digit of every fee."""
    return Decimal(1).scaleb(_magnitude(settings.cash) - _DIGITS - 1)


@dataclass(frozen=True, slots=True)
class Exact:
    """Floats as amounts on an instrument's steps; levels beyond `highest` are never reached.

    Quantities of `most` and more are beyond exact figures.
    """

    instrument: Instrument
    highest: float
    most: float

    @classmethod
    def of(cls, instrument: Instrument, candles: Candles) -> Exact:
        """For levels on these bars."""
        most = _MOST_STEPS * float(instrument.quantity_step)
        return cls(instrument, _BEYOND * _range(candles)[1], most)

    def level(self, level: float) -> Price:
        """A price at which an order may rest: above zero, on the step."""
        price = self.instrument.price(Decimal(repr(min(level, self.highest))))
        return max(price, Price(self.instrument.price_step))

    def levelled(self, entry: Entry) -> Entry:
        """The same with its stop and its target where orders may rest."""
        if isinf(entry.stop) and isinf(entry.target):
            return entry
        stop, target = (
            level if isinf(level) else float(self.level(level))
            for level in (entry.stop, entry.target)
        )
        return changed(entry, stop=stop, target=target)

    def quantity(self, quantity: float) -> Quantity:
        """Base units, rounded down to the step. Raises StrategyInvalid beyond exact figures."""
        if not quantity < self.most:
            detail = "the equity grew beyond exact figures; look at its prices and its levels"
            raise StrategyInvalid(detail, "--engine kernel")
        return self.instrument.quantity(Decimal(repr(quantity)))


def _range(candles: Candles) -> tuple[float, float]:
    """The lowest and the highest price above zero."""
    low, high = candles.low[candles.low > 0], candles.high
    lowest = float(np.min(low)) if len(low) else 1.0
    return lowest, max(lowest, float(np.max(high)) if len(high) else 1.0)


def _magnitude(value: float) -> int:
    return floor(log10(value))
