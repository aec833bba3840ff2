"""Candles as columns, the one shape that charts, formulas, alerts and backtests share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candle:
    """One bar; `time` is its opening in UTC epoch seconds."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, slots=True, eq=False)
class Candles:
    """Bars oldest first: `time` int64 epoch seconds (UTC, at the open), the rest float64."""

    time: NDArray[np.int64]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: slice) -> Candles:
        return Candles(
            self.time[rows],
            self.open[rows],
            self.high[rows],
            self.low[rows],
            self.close[rows],
            self.volume[rows],
        )

    def columns(self) -> tuple[NDArray[np.int64], Floats, Floats, Floats, Floats, Floats]:
        """The six columns in order."""
        return (self.time, self.open, self.high, self.low, self.close, self.volume)

    def row(self, index: int) -> Candle:
        """One bar as a value."""
        return Candle(
            int(self.time[index]),
            float(self.open[index]),
            float(self.high[index]),
            float(self.low[index]),
            float(self.close[index]),
            float(self.volume[index]),
        )

    def between(self, start: int, end: int) -> Candles:
        """The bars that open in `[start, end)`, epoch seconds."""
        first, last = np.searchsorted(self.time, (start, end))
        return self[int(first) : int(last)]

    @classmethod
    def empty(cls) -> Candles:
        """No bars."""
        none = np.empty(0)
        return cls(np.empty(0, np.int64), none, none, none, none, none)

    @classmethod
    def of(cls, bars: Iterable[Candle]) -> Candles:
        """Columns from single bars."""
        rows = [(b.time, b.open, b.high, b.low, b.close, b.volume) for b in bars]
        if not rows:
            return cls.empty()
        time, *prices = zip(*rows, strict=True)
        return cls(np.array(time, np.int64), *(np.array(column, np.float64) for column in prices))

    @classmethod
    def joined(cls, older: Candles, newer: Candles) -> Candles:
        """Both, the newer one winning where they overlap."""
        if not len(newer):
            return older
        kept = older[: int(np.searchsorted(older.time, newer.time[0]))]
        return cls(
            np.concatenate((kept.time, newer.time)),
            np.concatenate((kept.open, newer.open)),
            np.concatenate((kept.high, newer.high)),
            np.concatenate((kept.low, newer.low)),
            np.concatenate((kept.close, newer.close)),
            np.concatenate((kept.volume, newer.volume)),
        )


def gaps_in(times: Sequence[int], step: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Runs of bars that are not among `times` in `[start, end)`, as `[first, last)`, in seconds."""
    before = start
    for opened in times:
        if opened > before:
            yield before, opened
        before = opened + step
    if end > before:
        yield before, end
