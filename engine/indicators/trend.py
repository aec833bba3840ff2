"""Trend: which way, how strongly, and where it would turn."""

from __future__ import annotations

import numpy as np

from engine.domain.candles import Candles, Floats
from engine.indicators.library import talib
from engine.indicators.unknown import by_runs
from engine.indicators.volatility import atr


def macd(x: Floats, fast: int, slow: int, signal: int) -> Floats:
    """ema(x, fast) - ema(x, slow), both seeded on the same bar; known once its signal is.

    In the units of x. Source: Appel (1979); TA-Lib MACD.
    """
    return _macd(0, x, fast, slow, signal)


def macd_signal(x: Floats, fast: int, slow: int, signal: int) -> Floats:
    """ema(macd, signal). In the units of x. Source: Appel (1979); TA-Lib MACD."""
    return _macd(1, x, fast, slow, signal)


def macd_hist(x: Floats, fast: int, slow: int, signal: int) -> Floats:
    """The macd less its signal. In the units of x. Source: Aspray (1986); TA-Lib MACD."""
    return _macd(2, x, fast, slow, signal)


def _macd(output: int, x: Floats, fast: int, slow: int, signal: int) -> Floats:
    periods = {"fastperiod": fast, "slowperiod": slow, "signalperiod": signal}
    return talib("MACD", x, output=output, **periods)


def adx(candles: Candles, n: int) -> Floats:
    """Average directional index: Wilder's average of 100 · abs(p - m) / (p + m), of plus_di and
    minus_di. From 0 to 100. Source: Wilder (1978); TA-Lib ADX.
    """
    return talib("ADX", candles.high, candles.low, candles.close, timeperiod=n)


def plus_di(candles: Candles, n: int) -> Floats:
    """Upward directional index: 100 · Wilder's sum of upward moves / of true ranges.

    From 0 to 100. Source: Wilder (1978); TA-Lib PLUS_DI.
    """
    return talib("PLUS_DI", candles.high, candles.low, candles.close, timeperiod=n)


def minus_di(candles: Candles, n: int) -> Floats:
    """Downward directional index: 100 · Wilder's sum of downward moves / of true ranges.

    From 0 to 100. Source: Wilder (1978); TA-Lib MINUS_DI.
    """
    return talib("MINUS_DI", candles.high, candles.low, candles.close, timeperiod=n)


def aroon_up(candles: Candles, n: int) -> Floats:
    """100 · (n - bars since the highest high of n + 1 bars) / n. From 0 to 100.

    Source: Chande (1995); TA-Lib AROON.
    """
    return talib("AROON", candles.high, candles.low, output=1, timeperiod=n)


def aroon_down(candles: Candles, n: int) -> Floats:
    """100 · (n - bars since the lowest low of n + 1 bars) / n. From 0 to 100.

    Source: Chande (1995); TA-Lib AROON.
    """
    return talib("AROON", candles.high, candles.low, output=0, timeperiod=n)


def psar(candles: Candles, step: float, maximum: float) -> Floats:
    """Parabolic stop and reverse: s = s[1] + a · (extreme - s[1]), a growing by step to maximum.

    A price. Source: Wilder (1978); TA-Lib SAR.
    """
    return talib("SAR", candles.high, candles.low, acceleration=step, maximum=maximum)


def supertrend(candles: Candles, n: int, multiple: float) -> Floats:
    """The trailing band hl2 ∓ multiple · atr(n): it only tightens, and a close through it flips.

    A price, below the close in a rising trend and above it in a falling one; it starts falling.
    Source: Seban; TradingView ta.supertrend.
    """
    middle = (candles.high + candles.low) / 2
    width = multiple * atr(candles, n)
    return by_runs(supertrend_line, middle - width, middle + width, candles.close)


def supertrend_line(lower: Floats, upper: Floats, close: Floats) -> Floats:
    """The line from its raw bands, all known: a plain loop, because each bar needs the last."""
    line = np.empty(len(close))
    floor, ceiling, before, rising = lower[0], upper[0], close[0], False
    line[0] = ceiling
    for i in range(1, len(close)):
        if lower[i] > floor or before < floor:
            floor = lower[i]
        if upper[i] < ceiling or before > ceiling:
            ceiling = upper[i]
        before = close[i]
        rising = before >= floor if rising else before > ceiling
        line[i] = floor if rising else ceiling
    return line
