"""Prices at the moments of a curve, from candles, and what currencies were worth then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Candles, Floats
from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from engine.domain.money import ZERO, Currency
from engine.domain.timeframe import Timeframe
from engine.portfolio.valuation import rate, telling

Moments = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Marks:
    """Each instrument's last known close at each moment (UTC epoch seconds).

    Before the first known price that one stands; an instrument without any is not there. Rates are
    kept, so they are asked for one target currency only.
    """

    times: Moments
    prices: Mapping[Symbol, Floats]
    _rates: dict[Currency, Floats] = field(default_factory=dict)
    _same: dict[Currency, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, times: Moments, columns: Mapping[Symbol, Floats]) -> Marks:
        """From columns with holes."""
        known = {name: column for name, column in columns.items() if np.isfinite(column).any()}
        return cls(times, {name: _filled(column) for name, column in known.items()})

    def quotes(self, index: int) -> Mapping[Symbol, Tick]:
        """The marks of one moment as ticks, which is what valuation takes."""
        at = int(self.times[index]) * 1_000
        return {name: _tick(name, float(p[index]), at) for name, p in self.prices.items()}

    def rates(self, source: Currency, target: Currency) -> Floats:
        """How many `target` one `source` was, 0 where it is not known."""
        if self._is_same(source, target):
            return np.ones(len(self.times))
        if source not in self._rates:
            self._rates[source] = self._reckoned(source, target)
        return self._rates[source]

    def rate_at(self, source: Currency, target: Currency, at: int) -> Decimal:
        """The same at the last moment that is not after `at` (UTC ms)."""
        if self._is_same(source, target):
            return Decimal(1)
        place = bisect_right(self._seconds, at // 1_000) - 1
        return Decimal(repr(float(self.rates(source, target)[max(place, 0)])))

    @cached_property
    def _seconds(self) -> list[int]:
        seconds: list[int] = self.times.tolist()
        return seconds

    def _is_same(self, source: Currency, target: Currency) -> bool:
        if source not in self._same:
            self._same[source] = rate(source, target, {}) is not None
        return self._same[source]

    def _reckoned(self, source: Currency, target: Currency) -> Floats:
        pairs = telling(source, target, self.prices)
        told = Marks(self.times, {name: p for name, p in self.prices.items() if name in pairs})
        rates = (rate(source, target, told.quotes(index)) for index in range(len(self.times)))
        return np.array([float(value or 0) for value in rates])


def marked(candles: Candles, timeframe: Timeframe, times: Moments) -> Floats:
    """The close of the last bar that had closed by each moment, NaN before the first."""
    if not len(candles):
        return np.full(len(times), np.nan)
    place = np.searchsorted(candles.time + timeframe.seconds, times, side="right") - 1
    return np.where(place >= 0, candles.close[np.maximum(place, 0)], np.nan)


def moments(start: int, end: int, timeframe: Timeframe) -> Moments:
    """Both ends and every close of a bar between them; UTC epoch seconds."""
    first = timeframe.open_of(start) + timeframe.seconds
    inner = np.arange(first, end, timeframe.seconds, dtype=np.int64)
    return np.concatenate(([start], inner, [end])).astype(np.int64)


def fitting_timeframe(start: int, end: int, most: int) -> Timeframe:
    """The shortest one that gives at most so many moments, else the longest; epoch seconds."""
    fitting = (frame for frame in Timeframe if (end - start) // frame.seconds < most)
    return next(fitting, Timeframe.W1)


def conversion_pairs(
    currencies: Iterable[Currency], target: Currency, symbols: Iterable[Symbol]
) -> set[Symbol]:
    """The instruments whose prices tell what these currencies are worth."""
    listed = frozenset(symbols)
    foreign = (source for source in currencies if rate(source, target, {}) is None)
    return {symbol for source in foreign for symbol in telling(source, target, listed)}


def _filled(column: Floats) -> Floats:
    """Without holes: the last known value stands, before the first the first."""
    known = np.flatnonzero(np.isfinite(column))
    place = np.searchsorted(known, np.arange(len(column)), side="right") - 1
    whole: Floats = column[known[np.maximum(place, 0)]]
    return whole


def _tick(symbol: Symbol, price: float, at: int) -> Tick:
    exact = Decimal(repr(price))
    return Tick(symbol, exact, exact, exact, ZERO, at)
