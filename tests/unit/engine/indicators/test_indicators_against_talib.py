"""Each indicator that TA-Lib has is TA-Lib's, bar for bar, on real candles."""

from collections.abc import Callable

import numpy as np
import pytest
import talib

from engine.domain.candles import Candles, Floats
from engine.indicators import averages, events, oscillators, prices, trend, volatility, windows
from engine.indicators.registry import TABLE

Case = Callable[[Candles], Floats]

COLUMNS = {"open", "high", "low", "close", "volume", "price"}
PLAINLY = {
    *("vwap", "vwma", "supertrend", "median", "percentile", "zscore"),
    *("crosses_above", "crosses_below", "rising", "falling", "bars_since", "value_when"),
    *("hour", "minute", "weekday", "session_open", "session_high", "session_low"),
    *("opening_range_high", "opening_range_low", "gap"),
}
"""What TA-Lib has not: held to plain computations of its formulas, in the file beside."""

CASES: dict[str, tuple[Case, Case]] = {
    "sma": (lambda b: averages.sma(b.close, 20), lambda b: talib.SMA(b.close, 20)),
    "sma of one": (lambda b: averages.sma(b.close, 1), lambda b: b.close),
    "ema": (lambda b: averages.ema(b.close, 20), lambda b: talib.EMA(b.close, 20)),
    "ema of one": (lambda b: averages.ema(b.close, 1), lambda b: b.close),
    "wma": (lambda b: averages.wma(b.close, 20), lambda b: talib.WMA(b.close, 20)),
    "rma": (
        lambda b: averages.rma(talib.TRANGE(b.high, b.low, b.close), 14),
        lambda b: talib.ATR(b.high, b.low, b.close, 14),
    ),
    "dema": (lambda b: averages.dema(b.close, 20), lambda b: talib.DEMA(b.close, 20)),
    "tema": (lambda b: averages.tema(b.close, 20), lambda b: talib.TEMA(b.close, 20)),
    "kama": (lambda b: averages.kama(b.close, 10), lambda b: talib.KAMA(b.close, 10)),
    "hma": (
        lambda b: averages.hma(b.close, 16),
        lambda b: talib.WMA(2 * talib.WMA(b.close, 8) - talib.WMA(b.close, 16), 4),
    ),
    "rsi": (lambda b: oscillators.rsi(b.close, 14), lambda b: talib.RSI(b.close, 14)),
    "stoch_k": (
        lambda b: oscillators.stoch_k(b, 14, 3),
        lambda b: talib.SMA(talib.STOCHF(b.high, b.low, b.close, 14, 1)[0], 3),
    ),
    "stoch_d": (
        lambda b: oscillators.stoch_d(b, 14, 3, 5),
        lambda b: talib.STOCH(b.high, b.low, b.close, 14, 3, 0, 5, 0)[1],
    ),
    "stoch_rsi": (
        lambda b: oscillators.stoch_rsi(b.close, 14),
        lambda b: talib.STOCHRSI(b.close, 14, 14, 1)[0],
    ),
    "cci": (lambda b: oscillators.cci(b, 20), lambda b: talib.CCI(b.high, b.low, b.close, 20)),
    "mfi": (
        lambda b: oscillators.mfi(b, 14),
        lambda b: talib.MFI(b.high, b.low, b.close, b.volume, 14),
    ),
    "willr": (
        lambda b: oscillators.willr(b, 14),
        lambda b: talib.WILLR(b.high, b.low, b.close, 14),
    ),
    "roc": (lambda b: oscillators.roc(b.close, 9), lambda b: talib.ROC(b.close, 9)),
    "mom": (lambda b: oscillators.mom(b.close, 9), lambda b: talib.MOM(b.close, 9)),
    "macd": (lambda b: trend.macd(b.close, 12, 26, 9), lambda b: talib.MACD(b.close)[0]),
    "macd_signal": (
        lambda b: trend.macd_signal(b.close, 12, 26, 9),
        lambda b: talib.MACD(b.close)[1],
    ),
    "macd_hist": (lambda b: trend.macd_hist(b.close, 12, 26, 9), lambda b: talib.MACD(b.close)[2]),
    "adx": (lambda b: trend.adx(b, 14), lambda b: talib.ADX(b.high, b.low, b.close, 14)),
    "plus_di": (
        lambda b: trend.plus_di(b, 14),
        lambda b: talib.PLUS_DI(b.high, b.low, b.close, 14),
    ),
    "minus_di": (
        lambda b: trend.minus_di(b, 14),
        lambda b: talib.MINUS_DI(b.high, b.low, b.close, 14),
    ),
    "aroon_up": (lambda b: trend.aroon_up(b, 25), lambda b: talib.AROON(b.high, b.low, 25)[1]),
    "aroon_down": (lambda b: trend.aroon_down(b, 25), lambda b: talib.AROON(b.high, b.low, 25)[0]),
    "psar": (lambda b: trend.psar(b, 0.02, 0.2), lambda b: talib.SAR(b.high, b.low, 0.02, 0.2)),
    "atr": (lambda b: volatility.atr(b, 14), lambda b: talib.ATR(b.high, b.low, b.close, 14)),
    "natr": (lambda b: volatility.natr(b, 14), lambda b: talib.NATR(b.high, b.low, b.close, 14)),
    "stdev": (lambda b: volatility.stdev(b.close, 20), lambda b: talib.STDDEV(b.close, 20)),
    "bb_upper": (
        lambda b: volatility.bb_upper(b.close, 20, 2),
        lambda b: talib.BBANDS(b.close, 20, 2, 2)[0],
    ),
    "bb_mid": (
        lambda b: volatility.bb_mid(b.close, 20, 2),
        lambda b: talib.BBANDS(b.close, 20, 2, 2)[1],
    ),
    "bb_lower": (
        lambda b: volatility.bb_lower(b.close, 20, 2),
        lambda b: talib.BBANDS(b.close, 20, 2, 2)[2],
    ),
    "donchian_upper": (
        lambda b: volatility.donchian_upper(b, 20),
        lambda b: talib.MAX(b.high, 20),
    ),
    "donchian_lower": (lambda b: volatility.donchian_lower(b, 20), lambda b: talib.MIN(b.low, 20)),
    "keltner_upper": (
        lambda b: volatility.keltner_upper(b, 20, 1.5),
        lambda b: talib.EMA(b.close, 20) + 1.5 * talib.ATR(b.high, b.low, b.close, 20),
    ),
    "keltner_lower": (
        lambda b: volatility.keltner_lower(b, 20, 1.5),
        lambda b: talib.EMA(b.close, 20) - 1.5 * talib.ATR(b.high, b.low, b.close, 20),
    ),
    "highest": (lambda b: windows.highest(b.close, 20), lambda b: talib.MAX(b.close, 20)),
    "lowest": (lambda b: windows.lowest(b.close, 20), lambda b: talib.MIN(b.close, 20)),
    "sum": (lambda b: windows.total(b.close, 20), lambda b: talib.SUM(b.close, 20)),
    "slope": (
        lambda b: windows.slope(b.close, 20),
        lambda b: talib.LINEARREG_SLOPE(b.close, 20),
    ),
    "change": (lambda b: events.change(b.close, 9), lambda b: talib.ROCP(b.close, 9)),
    "hl2": (prices.hl2, lambda b: talib.MEDPRICE(b.high, b.low)),
    "hlc3": (prices.hlc3, lambda b: talib.TYPPRICE(b.high, b.low, b.close)),
    "ohlc4": (prices.ohlc4, lambda b: talib.AVGPRICE(b.open, b.high, b.low, b.close)),
}


@pytest.mark.parametrize("name", CASES)
def test_an_indicator_equals_talib_on_real_candles(name, bars):
    ours, theirs = CASES[name]

    np.testing.assert_allclose(ours(bars), theirs(bars), rtol=1e-9, atol=1e-7)


def test_no_word_of_the_language_is_left_out():
    held = COLUMNS | PLAINLY | {name for name in CASES if " " not in name}

    assert held == {word.name for word in TABLE}


def test_rsi_is_0_where_nothing_moves():
    assert oscillators.rsi(np.full(30, 5.0), 14)[-1] == 0.0


def test_the_average_of_an_indicator_starts_where_the_indicator_does(bars):
    nested = averages.sma(oscillators.rsi(bars.close, 14), 5)

    expected = talib.SMA(talib.RSI(bars.close, 14)[14:], 5)
    assert np.isnan(nested[:18]).all()
    np.testing.assert_allclose(nested[14:], expected, rtol=1e-9)


@pytest.mark.parametrize("average", [averages.sma, averages.wma, averages.ema, averages.rma])
def test_an_average_is_unknown_while_its_window_holds_an_unknown_value_and_then_recovers(
    average, bars
):
    broken = bars.close.copy()
    broken[100] = np.nan

    result = average(broken, 10)

    assert np.isnan(result[100:110]).all()
    np.testing.assert_allclose(result[:100], average(bars.close[:100], 10), rtol=1e-9)
    np.testing.assert_allclose(result[101:], average(bars.close[101:], 10), rtol=1e-9)


def test_wilders_average_takes_negative_values_too(bars):
    moves = np.diff(bars.close)
    expected = [np.mean(moves[:14])]
    for move in moves[14:]:
        expected.append((expected[-1] * 13 + move) / 14)

    np.testing.assert_allclose(averages.rma(moves, 14)[13:], expected, atol=1e-9)
