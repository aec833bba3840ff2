"""Volatility: ranges, spreads, and the bands drawn from them."""

from __future__ import annotations

import numpy as np

from engine.domain.candles import Candles, Floats
from engine.indicators.averages import ema, sma
from engine.indicators.library import talib
from engine.indicators.rolling import window_variance
from engine.indicators.windows import highest, lowest


def atr(candles: Candles, n: int) -> Floats:
    """Average true range: Wilder's average of max(high, close[1]) - min(low, close[1]).

    In units of price. Source: Wilder (1978); TA-Lib ATR.
    """
    return talib("ATR", candles.high, candles.low, candles.close, timeperiod=n)


def natr(candles: Candles, n: int) -> Floats:
    """100 · atr(n) / close. In percent. Source: TA-Lib NATR."""
    return talib("NATR", candles.high, candles.low, candles.close, timeperiod=n)


def stdev(x: Floats, n: int) -> Floats:
    """Population standard deviation of n values. In the units of x. Source: TA-Lib STDDEV."""
    return np.sqrt(window_variance(x, n))


def bb_upper(x: Floats, n: int, k: float) -> Floats:
    """Upper band: sma(x, n) + k · stdev(x, n). In the units of x. Source: Bollinger (1983);
    TA-Lib BBANDS.
    """
    return sma(x, n) + k * stdev(x, n)


def bb_mid(x: Floats, n: int, k: float) -> Floats:  # noqa: ARG001  (the three bands share a form)
    """Middle band: sma(x, n), whatever k. In the units of x. Source: TA-Lib BBANDS."""
    return sma(x, n)


def bb_lower(x: Floats, n: int, k: float) -> Floats:
    """Lower band: sma(x, n) - k · stdev(x, n). In the units of x. Source: Bollinger (1983);
    TA-Lib BBANDS.
    """
    return sma(x, n) - k * stdev(x, n)


def donchian_upper(candles: Candles, n: int) -> Floats:
    """The highest high of n bars, this one included, so a breakout is close > this[1]. A price.

    Source: Donchian; TA-Lib MAX of high.
    """
    return highest(candles.high, n)


def donchian_lower(candles: Candles, n: int) -> Floats:
    """The lowest low of n bars, this one included, so a breakdown is close < this[1]. A price.

    Source: Donchian; TA-Lib MIN of low.
    """
    return lowest(candles.low, n)


def keltner_upper(candles: Candles, n: int, k: float) -> Floats:
    """ema(close, n) + k · atr(n). A price. Source: Keltner, as modified by Raschke."""
    return ema(candles.close, n) + k * atr(candles, n)


def keltner_lower(candles: Candles, n: int, k: float) -> Floats:
    """ema(close, n) - k · atr(n). A price. Source: Keltner, as modified by Raschke."""
    return ema(candles.close, n) - k * atr(candles, n)
