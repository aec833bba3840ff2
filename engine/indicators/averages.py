"""Moving averages. Each takes a series and gives one in the same units."""

from __future__ import annotations

from math import isqrt

import numpy as np

from engine.domain.candles import Candles, Floats
from engine.indicators.library import run, talib
from engine.indicators.rolling import window_sum
from engine.indicators.unknown import by_runs, divided


def sma(x: Floats, n: int) -> Floats:
    """Simple average: the sum of the last n values / n. In the units of x. Source: TA-Lib SMA."""
    return window_sum(x, n) / n


def ema(x: Floats, n: int) -> Floats:
    """Exponential average: e = e[1] + 2 / (n + 1) · (x - e[1]), from the average of the first n.

    In the units of x. Source: TA-Lib EMA.
    """
    return talib("EMA", x, timeperiod=n)


def wma(x: Floats, n: int) -> Floats:
    """Weighted average: weights n for the newest down to 1 for the oldest, over n(n + 1) / 2.

    In the units of x. Source: TA-Lib WMA.
    """
    return talib("WMA", x, timeperiod=n)


def rma(x: Floats, n: int) -> Floats:
    """Wilder's average: r = (r[1] · (n - 1) + x) / n, from the average of the first n.

    In the units of x. Source: Wilder, New Concepts in Technical Trading Systems (1978); seeded as
    TA-Lib seeds ATR.
    """
    return by_runs(lambda known: _wilder(known, n) - _wilder(-known, n), x, least=n)


def _wilder(x: Floats, n: int) -> Floats:
    """Wilder's average of the positive part of a fully known x.

    A bar from 0 to x that follows a close at 0 has the true range x, so TA-Lib's ATR averages it.
    """
    high = np.concatenate(([0.0], np.maximum(x, 0)))
    nothing = np.zeros(len(high))
    return run("ATR", high, nothing, nothing, timeperiod=n)[1:]


def hma(x: Floats, n: int) -> Floats:
    """Hull's average: wma(2 · wma(x, n / 2) - wma(x, n), √n), both lengths rounded down.

    In the units of x. Source: alanhull.com/hull-moving-average.
    """
    return wma(2 * wma(x, max(n // 2, 1)) - wma(x, n), isqrt(n))


def dema(x: Floats, n: int) -> Floats:
    """Double exponential average: 2 · e1 - e2, e2 the ema of e1. In the units of x.

    Source: Mulloy (1994); TA-Lib DEMA.
    """
    return talib("DEMA", x, timeperiod=n)


def tema(x: Floats, n: int) -> Floats:
    """Triple exponential average: 3 · e1 - 3 · e2 + e3. In the units of x.

    Source: Mulloy (1994); TA-Lib TEMA.
    """
    return talib("TEMA", x, timeperiod=n)


def kama(x: Floats, n: int) -> Floats:
    """Kaufman's adaptive average: k = k[1] + c · (x - k[1]), c = (r · (2/3 - 2/31) + 2/31)².

    r = abs(x - x[n]) / the sum of abs(x - x[1]) over n. In the units of x. Source: TA-Lib KAMA.
    """
    return talib("KAMA", x, timeperiod=n)


def vwma(candles: Candles, x: Floats, n: int) -> Floats:
    """Volume-weighted average: sum(x · volume, n) / sum(volume, n); unknown without volume.

    In the units of x. Source: TradingView ta.vwma.
    """
    return divided(window_sum(x * candles.volume, n), window_sum(candles.volume, n))
