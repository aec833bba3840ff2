"""Oscillators: how far and how fast, most on a scale from 0 to 100."""

from __future__ import annotations

from engine.domain.candles import Candles, Floats
from engine.indicators.library import talib
from engine.indicators.unknown import divided, shifted


def rsi(x: Floats, n: int) -> Floats:
    """Relative strength: 100 · gain / (gain + loss), Wilder's averages of the moves of n bars.

    From 0 to 100; 0 where nothing moved. Source: Wilder (1978); TA-Lib RSI.
    """
    return talib("RSI", x, timeperiod=n)


def stoch_k(candles: Candles, n: int, smooth: int) -> Floats:
    """Stochastic %K: sma(100 · (close - lowest low) / (highest high - lowest low) of n, smooth).

    From 0 to 100; 0 where the range is nil. Source: Lane; TA-Lib STOCH.
    """
    return _stochastic(candles, n, smooth, 1)


def stoch_d(candles: Candles, n: int, smooth: int, d: int) -> Floats:
    """Stochastic %D: sma(stoch_k(n, smooth), d). From 0 to 100. Source: Lane; TA-Lib STOCH."""
    return _stochastic(candles, n, smooth, d)


def _stochastic(candles: Candles, n: int, smooth: int, d: int) -> Floats:
    columns = (candles.high, candles.low, candles.close)
    return talib("STOCH", *columns, output=1, fastk_period=n, slowk_period=smooth, slowd_period=d)


def stoch_rsi(x: Floats, n: int) -> Floats:
    """Stochastic of rsi: 100 · (r - lowest r) / (highest r - lowest r) over n, r = rsi(x, n).

    From 0 to 100; 0 where the range is nil. Source: Chande and Kroll (1994); TA-Lib STOCHRSI.
    """
    return talib("STOCHRSI", x, timeperiod=n, fastk_period=n, fastd_period=1)


def cci(candles: Candles, n: int) -> Floats:
    """Commodity channel index: (p - sma(p, n)) / (0.015 · mean deviation over n), p = hlc3.

    Without unit, about -100 to 100; 0 where nothing moved. Source: Lambert (1980); TA-Lib CCI.
    """
    return talib("CCI", candles.high, candles.low, candles.close, timeperiod=n)


def mfi(candles: Candles, n: int) -> Floats:
    """Money flow index: 100 · p / (p + m), p and m the sums over n of hlc3 · volume on rising
    and on falling bars. From 0 to 100; 0 without flow. Source: Quong and Soudack; TA-Lib MFI.
    """
    columns = (candles.high, candles.low, candles.close, candles.volume)
    return talib("MFI", *columns, timeperiod=n)


def willr(candles: Candles, n: int) -> Floats:
    """Williams %R: -100 · (highest high - close) / (highest high - lowest low) over n.

    From -100 to 0; 0 where the range is nil. Source: Williams (1973); TA-Lib WILLR.
    """
    return talib("WILLR", candles.high, candles.low, candles.close, timeperiod=n)


def roc(x: Floats, n: int) -> Floats:
    """Rate of change: 100 · (x / x[n] - 1). In percent. Source: TA-Lib ROC."""
    return (divided(x, shifted(x, n)) - 1) * 100


def mom(x: Floats, n: int) -> Floats:
    """Momentum: x - x[n]. In the units of x. Source: TA-Lib MOM."""
    return x - shifted(x, n)
