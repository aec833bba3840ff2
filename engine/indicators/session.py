"""The session: a UTC day, as far as it has come when the bar closes.

A session opens with its first bar. Where the history starts in the middle of a day, that day's
opening is unknown, and with it all that is measured from there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Candles, Floats
from engine.indicators.unknown import divided

DAY_SECONDS = 86_400
# The Unix epoch was a Thursday.
_EPOCH_WEEKDAY = 4
# Whole days, so many bars at a time: a long history needs no more memory for it.
_CHUNK = 262_144

P = ParamSpec("P")


def _by_days(
    function: Callable[Concatenate[Candles, P], Floats],
) -> Callable[Concatenate[Candles, P], Floats]:
    """The same to the bit, some days at a time, each with the last bar before it."""

    @wraps(function)
    def in_chunks(candles: Candles, /, *rest: P.args, **named: P.kwargs) -> Floats:
        if len(candles) <= _CHUNK:
            return function(candles, *rest, **named)
        out, start = np.empty(len(candles)), 0
        while start < len(candles):
            end, before = _day_after(candles, start + _CHUNK), max(start - 1, 0)
            found = function(candles[before:end], *rest, **named)
            out[start:end] = found[start - before :]
            start = end
        return out

    return in_chunks


def _day_after(candles: Candles, bar: int) -> int:
    """The first bar of the day after that of a bar."""
    if bar >= len(candles):
        return len(candles)
    tomorrow = (int(candles.time[bar]) // DAY_SECONDS + 1) * DAY_SECONDS
    return int(np.searchsorted(candles.time, tomorrow))


def hour(candles: Candles) -> Floats:
    """The UTC hour in which the bar opens, 0 to 23. Source: TradingView hour."""
    return (candles.time // 3_600 % 24).astype(np.float64)


def minute(candles: Candles) -> Floats:
    """The minute in which the bar opens, 0 to 59. Source: TradingView minute."""
    return (candles.time // 60 % 60).astype(np.float64)


def weekday(candles: Candles) -> Floats:
    """The UTC day on which the bar opens: Sunday 0, Monday 1, to Saturday 6, as in crontab(5)."""
    return ((candles.time // DAY_SECONDS + _EPOCH_WEEKDAY) % 7).astype(np.float64)


@_by_days
def session_open(candles: Candles) -> Floats:
    """The open of the day's first bar. A price. Source: our own."""
    first, whole = _sessions(candles)
    return candles.open[first] * whole


@_by_days
def session_high(candles: Candles) -> Floats:
    """The highest high of the day so far, this bar included. A price. Source: our own."""
    first, whole = _sessions(candles)
    return _running(np.maximum, candles.high, first) * whole


@_by_days
def session_low(candles: Candles) -> Floats:
    """The lowest low of the day so far, this bar included. A price. Source: our own."""
    first, whole = _sessions(candles)
    return _running(np.minimum, candles.low, first) * whole


@_by_days
def vwap(candles: Candles) -> Floats:
    """The day's sum(hlc3 · volume) / sum(volume) so far; unknown without volume. A price.

    Source: Berkowitz, Logue and Noser (1988); TradingView ta.vwap.
    """
    first, whole = _sessions(candles)
    typical = (candles.high + candles.low + candles.close) / 3
    paid = _running(np.add, typical * candles.volume, first)
    return divided(paid, _running(np.add, candles.volume, first)) * whole


@_by_days
def gap(candles: Candles) -> Floats:
    """The day's open against the last close before it: session_open / then - 1. A ratio.

    Source: our own.
    """
    first, _ = _sessions(candles)
    before = np.where(first > 0, candles.close[first - 1], np.nan)
    return divided(candles.open[first], before) - 1


@_by_days
def opening_range_high(candles: Candles, bar_seconds: int, duration_seconds: int) -> Floats:
    """The highest high of the day's first bars, as long as the duration; known once it is over.

    A price. Source: Crabel, Day Trading with Short Term Price Patterns (1990).
    """
    return _opening_range(np.maximum, candles, candles.high, bar_seconds, duration_seconds)


@_by_days
def opening_range_low(candles: Candles, bar_seconds: int, duration_seconds: int) -> Floats:
    """The lowest low of the day's first bars, as long as the duration; known once it is over.

    A price. Source: Crabel, Day Trading with Short Term Price Patterns (1990).
    """
    return _opening_range(np.minimum, candles, candles.low, bar_seconds, duration_seconds)


def _sessions(candles: Candles) -> tuple[NDArray[np.int64], Floats]:
    """Each bar's first bar of its day, and 1 where that day is whole (NaN where it is not)."""
    day = candles.time // DAY_SECONDS
    starts = np.diff(day, prepend=day[:1] - 1) != 0
    first = np.maximum.accumulate(np.where(starts, np.arange(len(day)), 0))
    cut = (first == 0) & (candles.time[first] % DAY_SECONDS != 0)
    return first, np.where(cut, np.nan, 1.0)


def _running(operation: np.ufunc, x: Floats, first: NDArray[np.int64]) -> Floats:
    """The running sum or extreme of each session, by doubling steps (Hillis and Steele 1986)."""
    out = x.copy()
    position = np.arange(len(x)) - first
    step = 1
    while step <= position.max(initial=0):
        reach = np.flatnonzero(position >= step)
        out[reach] = operation(out[reach], out[reach - step])
        step *= 2
    return out


def _opening_range(
    operation: np.ufunc, candles: Candles, x: Floats, bar_seconds: int, duration_seconds: int
) -> Floats:
    first, whole = _sessions(candles)
    elapsed = candles.time - candles.time[first] + bar_seconds
    inside = elapsed <= duration_seconds
    nothing = -np.inf if operation is np.maximum else np.inf
    extreme = _running(operation, np.where(inside, x, nothing), first)
    known = (elapsed >= duration_seconds) & np.isfinite(extreme)
    return np.where(known, extreme, np.nan) * whole
