"""A bar still forming: the one mutable value of this package."""

from __future__ import annotations

from engine.domain.candles import Candle
from engine.domain.timeframe import Timeframe


class FormingBar:
    """One bar while prices arrive; `start_ms` and `end_ms` in UTC ms, empty until it opens."""

    __slots__ = (
        "close",
        "end_ms",
        "high",
        "is_open",
        "low",
        "open",
        "start_ms",
        "timeframe",
        "volume",
    )

    def __init__(self, timeframe: Timeframe) -> None:
        self.timeframe = timeframe
        self.is_open = False
        self.start_ms = self.end_ms = 0
        self.open = self.high = self.low = self.close = self.volume = 0.0

    def begin(self, at_ms: int, price: float, volume: float) -> None:
        """Open the bar that holds a moment, with its first price."""
        start = self.timeframe.open_of(at_ms // 1000)
        self.start_ms = start * 1000
        self.end_ms = (start + self.timeframe.seconds) * 1000
        self.open = self.high = self.low = self.close = price
        self.volume = volume
        self.is_open = True

    def restore(self, candle: Candle) -> None:
        """Go on from what had formed before."""
        self.begin(candle.time * 1000, candle.open, candle.volume)
        self.high, self.low, self.close = candle.high, candle.low, candle.close

    def fold(self, finer: FormingBar) -> None:
        """Take in a finer bar that lies inside this one, opening this one if need be."""
        if not self.is_open:
            self.begin(finer.start_ms, finer.open, 0.0)
        self.high = max(self.high, finer.high)
        self.low = min(self.low, finer.low)
        self.close = finer.close
        self.volume += finer.volume

    def candle(self) -> Candle:
        """What it is so far."""
        return Candle(
            self.start_ms // 1000, self.open, self.high, self.low, self.close, self.volume
        )

    def with_finer(self, finer: FormingBar) -> Candle:
        """What it is so far, with a finer bar that is still forming."""
        both = FormingBar(self.timeframe)
        if self.is_open:
            both.restore(self.candle())
        both.fold(finer)
        return both.candle()
