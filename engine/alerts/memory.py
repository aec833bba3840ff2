"""The last closed bars that alerts look back on, bounded."""

from __future__ import annotations

from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import Symbol
from engine.domain.market import BarClosed
from engine.domain.timeframe import Timeframe

# A week of minutes and a year and a half of days; more is cut from the old end.
MAXIMUM_BARS = 10_500
_SLACK = 500


class BarMemory:
    """Closed bars by instrument and timeframe; only what was seeded is remembered."""

    def __init__(self) -> None:
        self._old: dict[tuple[Symbol, Timeframe], Candles] = {}
        self._new: dict[tuple[Symbol, Timeframe], list[Candle]] = {}

    def seed(self, symbol: Symbol, timeframe: Timeframe, candles: Candles) -> None:
        """Remember this instrument from now on, with these bars as its past."""
        key = symbol, timeframe
        if key in self._old and len(self._old[key]) >= len(candles):
            return
        seen = self._new.get(key, [])
        newer = Candles.joined(self._old.get(key, Candles.empty()), Candles.of(seen))
        self._old[key] = Candles.joined(candles, newer)[-MAXIMUM_BARS:]
        self._new[key] = []

    def add(self, bar: BarClosed) -> None:
        """A bar has closed."""
        key = bar.symbol, bar.timeframe
        fresh = self._new.get(key)
        if fresh is None:
            return
        fresh.append(bar.candle)
        if len(fresh) > _SLACK:
            self._old[key] = self.candles(*key)[-MAXIMUM_BARS:]
            self._new[key] = []

    def candles(self, symbol: Symbol, timeframe: Timeframe) -> Candles:
        """All that is remembered, oldest first."""
        key = symbol, timeframe
        fresh = self._new.get(key)
        old = self._old.get(key, Candles.empty())
        return Candles.joined(old, Candles.of(fresh)) if fresh else old
