"""What TA-Lib does not have is checked against a slow and plain computation of its formula."""

import numpy as np
import pytest

from engine.domain.candles import Candle, Candles
from engine.indicators import averages, events, session, trend, volatility, windows

DAY = 86_400


def hourly(*closes, start=0, step=3_600):
    return Candles.of(
        Candle(start + i * step, c, c + 1, c - 1, c, 10.0) for i, c in enumerate(closes)
    )


def each_window(function, x, n):
    tail = [function(x[i - n + 1 : i + 1]) for i in range(n - 1, len(x))]
    return np.array([np.nan] * (n - 1) + tail)


@pytest.mark.parametrize("n", [1, 2, 7, 20, 333])
def test_window_statistics_equal_numpys_of_each_window(n, bars):
    x = bars.close[:700]

    assert windows.median(x, n) == pytest.approx(each_window(np.median, x, n), nan_ok=True)
    for percent in (0, 37.5, 100):
        np.testing.assert_allclose(
            windows.percentile(x, n, percent),
            each_window(lambda window, p=percent: np.percentile(window, p), x, n),
        )
    np.testing.assert_allclose(windows.total(x, n), each_window(np.sum, x, n))
    np.testing.assert_allclose(volatility.stdev(x, n), each_window(np.std, x, n), atol=1e-9)


@pytest.mark.parametrize("n", [2, 3, 7, 50])
def test_window_statistics_are_unknown_exactly_where_a_window_holds_an_unknown_value(n, bars):
    x = bars.close[:400].copy()
    x[[0, 57, 58, 200, 273]] = np.nan
    x[130] = np.inf
    finite = np.where(np.isfinite(x), x, np.nan)

    with np.errstate(all="ignore"):
        np.testing.assert_allclose(windows.total(x, n), each_window(np.sum, finite, n))
        np.testing.assert_allclose(volatility.stdev(x, n), each_window(np.std, finite, n), 1e-9)
        np.testing.assert_allclose(windows.median(x, n), each_window(np.median, finite, n))


def test_zscore_counts_deviations_from_the_mean_and_is_unknown_where_nothing_moves(bars):
    x = bars.close[:300]
    with np.errstate(all="ignore"):
        expected = each_window(lambda window: (window[-1] - window.mean()) / window.std(), x, 20)

    np.testing.assert_allclose(windows.zscore(x, 20), expected, rtol=1e-9)
    assert np.isnan(windows.zscore(np.full(30, 7.0), 20)).all()


@pytest.mark.parametrize("level", [1e-9, 1.0, 1e9])
def test_a_spread_keeps_its_digits_whatever_the_level_of_prices(level, bars):
    x = level * (1 + 1e-6 * np.sin(np.arange(500.0)))

    np.testing.assert_allclose(volatility.stdev(x, 20), each_window(np.std, x, 20), rtol=1e-6)


def test_vwma_weighs_closes_by_volume_and_is_unknown_without_volume(bars):
    few = bars[:200]
    expected = [
        np.average(few.close[i - 9 : i + 1], weights=few.volume[i - 9 : i + 1])
        for i in range(9, len(few))
    ]
    np.testing.assert_allclose(averages.vwma(few, few.close, 10)[9:], expected, rtol=1e-12)

    dry = Candles(few.time, few.open, few.high, few.low, few.close, np.zeros(len(few)))
    assert np.isnan(averages.vwma(dry, dry.close, 10)).all()


def test_supertrend_follows_the_published_recursion(bars):
    few = bars[:800]
    middle, width = (few.high + few.low) / 2, 3 * volatility.atr(few, 10)
    upper, lower = (middle + width).tolist(), (middle - width).tolist()
    close, falling, line = few.close.tolist(), True, [np.nan] * 10
    for i in range(10, len(few)):
        if i > 10:
            if not (lower[i] > lower[i - 1] or close[i - 1] < lower[i - 1]):
                lower[i] = lower[i - 1]
            if not (upper[i] < upper[i - 1] or close[i - 1] > upper[i - 1]):
                upper[i] = upper[i - 1]
            falling = close[i] <= upper[i] if falling else close[i] < lower[i]
        line.append(upper[i] if falling else lower[i])

    result = trend.supertrend(few, 10, 3)

    np.testing.assert_allclose(result, line)
    assert {bool(flag) for flag in result[10:] < few.close[10:]} == {True, False}


def test_a_line_crosses_where_it_was_not_above_a_bar_ago():
    a, b = np.array([1.0, 2, 3, 3, 2, 1]), np.full(6, 2.0)

    np.testing.assert_array_equal(events.crosses_above(a, b), [0, 0, 1, 0, 0, 0])
    np.testing.assert_array_equal(events.crosses_below(a, b), [np.nan, 0, 0, 0, 0, 1])


def test_a_cross_on_the_first_bar_is_unknown_if_it_may_have_been_one():
    above, below = np.array([3.0]), np.array([1.0])

    assert np.isnan(events.crosses_above(above, np.array([2.0]))[0])
    assert events.crosses_above(below, np.array([2.0]))[0] == 0.0


def test_rising_means_every_one_of_the_last_steps():
    x = np.array([1.0, 2, 3, 2, 3, 4, 5])

    np.testing.assert_array_equal(events.rising(x, 2), [np.nan, np.nan, 1, 0, 0, 1, 1])
    np.testing.assert_array_equal(events.falling(-x, 2), [np.nan, np.nan, 1, 0, 0, 1, 1])
    assert events.rising(x, 50)[-1] == 0.0


def test_bars_since_and_value_when_look_back_to_the_last_time_it_was_so():
    so = np.array([0, 1, 0, 0, 1, 0, np.nan, 0, 1.0])
    x = np.arange(10.0, 19.0)
    nan = np.nan

    np.testing.assert_array_equal(events.bars_since(so), [nan, 0, 1, 2, 0, 1, nan, nan, 0])
    np.testing.assert_array_equal(events.value_when(so, x), [nan, 11, 11, 11, 14, 14, nan, nan, 18])


def test_the_change_over_a_day_is_against_the_close_a_day_ago_across_a_gap():
    bars = hourly(*range(100, 150))
    holed = Candles(*(np.delete(column, 20) for column in bars.columns()))

    change = events.change_over(holed, 3_600, DAY)

    assert np.isnan(change[:23]).all()
    assert change[23] == 124 / 100 - 1
    assert change[43] == 144 / 119 - 1  # the bar of 120 is missing, so the last close known


def test_a_change_over_less_than_a_bar_is_unknown():
    assert np.isnan(events.change_over(hourly(1, 2, 3), 3_600, 900)).all()


def test_the_clock_is_utc_and_weekdays_count_from_sunday():
    friday = hourly(1, start=1_640_991_660)  # 2021-12-31 23:01, a Friday

    assert session.hour(friday)[0] == 23
    assert session.minute(friday)[0] == 1
    assert session.weekday(friday)[0] == 5


def test_a_session_is_a_utc_day_as_far_as_it_has_come(bars):
    evening, first = bars.between(0, 1_640_995_200), bars.between(1_640_995_200, 1_641_081_600)
    day = slice(len(evening), len(evening) + len(first))
    typical = (first.high + first.low + first.close) / 3

    np.testing.assert_array_equal(session.session_open(bars)[day], first.open[0])
    np.testing.assert_array_equal(
        session.session_high(bars)[day], np.maximum.accumulate(first.high)
    )
    np.testing.assert_array_equal(session.session_low(bars)[day], np.minimum.accumulate(first.low))
    np.testing.assert_allclose(
        session.vwap(bars)[day],
        np.cumsum(typical * first.volume) / np.cumsum(first.volume),
    )
    np.testing.assert_allclose(session.gap(bars)[day], first.open[0] / evening.close[-1] - 1)


def test_a_session_whose_start_is_not_in_the_history_is_unknown(bars):
    evening = len(bars.between(0, 1_640_995_200))

    for function in (session.session_open, session.session_high, session.vwap, session.gap):
        assert np.isnan(function(bars)[:evening]).all()
        assert np.isfinite(function(bars)[evening:]).all()


def test_the_opening_range_is_known_once_it_is_over(bars):
    first = bars.between(1_640_995_200, 1_641_081_600)

    high = session.opening_range_high(first, 60, 1_800)
    low = session.opening_range_low(first, 60, 1_800)

    assert np.isnan(high[:29]).all()
    assert (high[29:] == first.high[:30].max()).all()
    assert (low[29:] == first.low[:30].min()).all()


def test_the_opening_range_of_an_exchange_starts_with_its_first_bar():
    monday = hourly(10, 12, 9, start=DAY + 52_200, step=1_800)
    tuesday = hourly(20, 25, 22, start=2 * DAY + 52_200, step=1_800)

    high = session.opening_range_high(Candles.joined(monday, tuesday), 1_800, 3_600)

    np.testing.assert_array_equal(high, [np.nan] * 4 + [26, 26])


def test_an_opening_range_shorter_than_a_bar_is_unknown():
    assert np.isnan(session.opening_range_high(hourly(1, 2, 3), 3_600, 1_800)).all()
