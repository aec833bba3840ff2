"""Statistics of the last n values, this bar's included."""

from __future__ import annotations

import numpy as np

from engine.domain.candles import Floats
from engine.indicators.library import talib
from engine.indicators.rolling import window_rank, window_sum, window_variance
from engine.indicators.unknown import divided


def highest(x: Floats, n: int) -> Floats:
    """The greatest of the last n values. In the units of x. Source: TA-Lib MAX."""
    return x if n == 1 else talib("MAX", x, timeperiod=n)


def lowest(x: Floats, n: int) -> Floats:
    """The least of the last n values. In the units of x. Source: TA-Lib MIN."""
    return x if n == 1 else talib("MIN", x, timeperiod=n)


def total(x: Floats, n: int) -> Floats:
    """The sum of the last n values. In the units of x. Source: TA-Lib SUM."""
    return window_sum(x, n)


def median(x: Floats, n: int) -> Floats:
    """The middle of the last n values, or the mean of the middle two. In the units of x.

    Source: numpy.median.
    """
    return percentile(x, n, 50)


def percentile(x: Floats, n: int, p: float) -> Floats:
    """The p-th percentile, p from 0 to 100, of the last n values, interpolated linearly.

    In the units of x. Source: numpy.percentile.
    """
    return window_rank(x, n, p)


def zscore(x: Floats, n: int) -> Floats:
    """(x - sma(x, n)) / stdev(x, n); unknown where nothing moved. In standard deviations.

    Source: scipy.stats.zscore (population) of each window.
    """
    return divided(x - window_sum(x, n) / n, np.sqrt(window_variance(x, n)))


def slope(x: Floats, n: int) -> Floats:
    """The slope of the least-squares line through the last n values. In units of x per bar.

    Source: TA-Lib LINEARREG_SLOPE.
    """
    return talib("LINEARREG_SLOPE", x, timeperiod=n)
