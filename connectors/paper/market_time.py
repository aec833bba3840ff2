"""The venue's time, which is its prices' time: live, or years ago in a replay."""

from __future__ import annotations

from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from engine.ports.system import Clock


class MarketTime:
    """A symbol's moment is its last tick's, plus what the clock has gone on since."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[Symbol, tuple[int, int]] = {}

    def observe(self, tick: Tick) -> None:
        """Note when a tick came. One that is older than the last says nothing."""
        seen = self._seen.get(tick.symbol)
        if seen is None or tick.at >= seen[0]:
            self._seen[tick.symbol] = tick.at, self._clock.now_ms()

    def now(self) -> int:
        """The clock's moment, in UTC ms: for what belongs to no symbol."""
        return self._clock.now_ms()

    def of(self, symbol: Symbol) -> int:
        """The moment in the symbol's market, in UTC ms; the clock's before its first tick."""
        now = self._clock.now_ms()
        at, then = self._seen.get(symbol, (now, now))
        return at + max(0, now - then)
