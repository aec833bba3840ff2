"""Events: what just happened, how long ago, and what was so then. Conditions are 1, 0 or NaN."""

from __future__ import annotations

import numpy as np

from engine.domain.candles import Candles, Floats
from engine.indicators.unknown import both, compared, divided, shifted


def crosses_above(a: Floats, b: Floats) -> Floats:
    """Whether a > b now and a <= b one bar ago. A condition. Source: TradingView ta.crossover."""
    return both(compared(">", a, b), compared("<=", shifted(a, 1), shifted(b, 1)))


def crosses_below(a: Floats, b: Floats) -> Floats:
    """Whether a < b now and a >= b one bar ago. A condition. Source: TradingView ta.crossunder."""
    return both(compared("<", a, b), compared(">=", shifted(a, 1), shifted(b, 1)))


def rising(x: Floats, n: int) -> Floats:
    """Whether x > x[1] on each of the last n bars. A condition.

    Source: our own; with n = 1 it is TA-Lib MOM > 0.
    """
    return _all(compared(">", x, shifted(x, 1)), n)


def falling(x: Floats, n: int) -> Floats:
    """Whether x < x[1] on each of the last n bars. A condition.

    Source: our own; with n = 1 it is TA-Lib MOM < 0.
    """
    return _all(compared("<", x, shifted(x, 1)), n)


def _all(condition: Floats, n: int) -> Floats:
    """Whether it held on all of the last n bars: Kleene's `and` of them."""
    refuted = _count(condition == 0, n)
    doubted = _count(np.isnan(condition), n)
    return np.where(refuted > 0, 0.0, np.where(doubted > 0, np.nan, 1.0))


def _count(marks: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], n: int) -> Floats:
    total = np.cumsum(marks, dtype=np.float64)
    total[n:] -= total[:-n].copy()
    return total


def _last_true(condition: Floats) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """Each bar's last bar of truth: whether there is one for certain (1 or NaN), and its index.

    An unknown bar since then may have been true, so it leaves the answer unknown until the next.
    """
    marked = np.where(condition == 0, -1, np.arange(len(condition)))
    index = np.maximum.accumulate(marked)
    sure = np.where(index >= 0, condition[index], np.nan)
    return sure, index


def bars_since(condition: Floats) -> Floats:
    """How many bars ago the condition was last true, 0 where it is; unknown before. In bars.

    Source: TradingView ta.barssince.
    """
    sure, index = _last_true(condition)
    return (np.arange(len(condition)) - index) * sure


def value_when(condition: Floats, x: Floats) -> Floats:
    """What x was when the condition was last true; unknown before. In the units of x.

    Source: TradingView ta.valuewhen.
    """
    sure, index = _last_true(condition)
    return x[index] * sure


def change(x: Floats, n: int) -> Floats:
    """The ratio x / x[n] - 1, where 0.05 is 5%. Source: TA-Lib ROCP."""
    return divided(x, shifted(x, n)) - 1


def change_over(candles: Candles, bar_seconds: int, duration_seconds: int) -> Floats:
    """The close against the last one known a duration ago: close / then - 1. A ratio.

    Unknown where the duration is shorter than a bar, or no close is that old.
    Source: our own; on unbroken bars it is TA-Lib ROCP over duration / bar bars.
    """
    if duration_seconds < bar_seconds or not len(candles):
        return np.full(len(candles), np.nan)
    then = np.searchsorted(candles.time, candles.time - duration_seconds, side="right") - 1
    before = np.where(then >= 0, candles.close[then], np.nan)
    return divided(candles.close, before) - 1
