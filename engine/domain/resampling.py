"""Candles of one timeframe made into candles of a longer one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe


def openings(times: NDArray[np.int64], timeframe: Timeframe) -> NDArray[np.int64]:
    """The opening of the bar that holds each moment; both int64 UTC epoch seconds.

    Weeks open on Monday, days at midnight UTC.
    """
    shift = timeframe.open_of(0) % timeframe.seconds
    return times - (times - shift) % timeframe.seconds


def resample(candles: Candles, timeframe: Timeframe, closed_by: int | None = None) -> Candles:
    """Bars of `timeframe` from shorter ones; a bar without any source bar is left out.

    The first bar is whole only if `candles` starts at its opening. The last may be unfinished:
    with `closed_by` (UTC epoch seconds) bars that end after it are dropped, without it all stay.
    """
    if not len(candles):
        return candles
    bars = _folded(candles, openings(candles.time, timeframe))
    if closed_by is None:
        return bars
    return bars[: int(np.searchsorted(bars.time, closed_by - timeframe.seconds, side="right"))]


def _folded(candles: Candles, times: NDArray[np.int64]) -> Candles:
    first = np.flatnonzero(np.diff(times, prepend=times[0] - 1))
    last = np.append(first[1:], len(times)) - 1
    return Candles(
        times[first],
        candles.open[first],
        np.maximum.reduceat(candles.high, first),
        np.minimum.reduceat(candles.low, first),
        candles.close[last],
        np.add.reduceat(candles.volume, first),
    )
