"""What a formula is worth, bar by bar."""

from itertools import product

import numpy as np
import pytest
import talib

from engine.domain.candles import Candle, Candles
from engine.domain.resampling import resample
from engine.domain.timeframe import Timeframe
from engine.errors import FormulaInvalid
from engine.formula import PositionState, Workspace, evaluate, latest, parse

M1, H1, H4, D1 = Timeframe.M1, Timeframe.H1, Timeframe.H4, Timeframe.D1
TRUTHS = {"yes": "close > 0", "no": "close < 0", "unknown": "close[9] > 0"}
VALUES = {"yes": 1.0, "no": 0.0, "unknown": np.nan}
AND = {
    ("yes", "yes"): "yes", ("yes", "no"): "no", ("yes", "unknown"): "unknown",
    ("no", "no"): "no", ("no", "unknown"): "no", ("unknown", "unknown"): "unknown",
}  # fmt: skip
OR = {
    ("yes", "yes"): "yes", ("yes", "no"): "yes", ("yes", "unknown"): "yes",
    ("no", "no"): "no", ("no", "unknown"): "unknown", ("unknown", "unknown"): "unknown",
}  # fmt: skip


def hourly(*closes, start=0):
    return Candles.of(
        Candle(start + i * 3_600, c, c + 1, c - 1, c, 10.0) for i, c in enumerate(closes)
    )


def last(text, candles=None, **given):
    names = given.get("parameters", ())
    formula = parse(text, parameters=tuple(names), in_strategy=True)
    candles = hourly(1, 2, 3) if candles is None else candles
    value = evaluate(formula, candles, timeframe=H1, **given)[-1]
    np.testing.assert_equal(latest(formula, candles, timeframe=H1, **given), value)
    return float(value)


@pytest.mark.parametrize(("left", "right"), list(product(TRUTHS, TRUTHS)))
def test_and_and_or_follow_kleene(left, right):
    pair = (left, right) if (left, right) in AND else (right, left)

    conjunction = last(f"({TRUTHS[left]}) and ({TRUTHS[right]})")
    disjunction = last(f"({TRUTHS[left]}) or ({TRUTHS[right]})")

    np.testing.assert_equal(conjunction, VALUES[AND[pair]])
    np.testing.assert_equal(disjunction, VALUES[OR[pair]])


def test_not_leaves_the_unknown_unknown():
    assert last("not close > 0") == 0.0
    assert last("not close < 0") == 1.0
    assert np.isnan(last("not close[9] > 0"))


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
def test_a_comparison_with_an_unknown_side_is_unknown(operator):
    assert np.isnan(last(f"close {operator} close[9]"))
    assert np.isnan(last(f"close[9] {operator} close"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("-2 * -(1 + 2)", 6),
        ("10 - 3 - 2", 5),
        ("5% * 60k", 3_000),
        ("close[1] + close[0]", 5),
        ("hl2 + hlc3 + ohlc4 - 3 * price", 0),
        ("1 if close > 2 else 2", 1),
        ("1 if close < 2 else 2 if close < 3 else 3", 3),
        ("close > 2 and close < 4 or close > 100", 1),
        ("3 > 2", 1),
        ("volume", 10),
    ],
)
def test_arithmetic_is_what_it_looks_like(text, value):
    assert last(text) == value


@pytest.mark.parametrize(
    "text",
    ["1 / 0", "0 / 0", "close / (close - close)", "1 / 0 if close > 0 else 1",
     "1 if close[9] > 0 else 1", "999999999999999999999k " + "* 999999999999999999999k" * 13],
)  # fmt: skip
def test_what_has_no_finite_value_is_unknown(text):
    assert np.isnan(last(text))


def test_a_formula_equals_its_indicators_put_together(bars):
    formula = parse("rsi(close, 14) < 30 and close > bb_lower(close, 20, 2)")

    lower = talib.BBANDS(bars.close, 20, 2, 2)[2]
    expected = (talib.RSI(bars.close, 14) < 30) & (bars.close > lower)
    values = evaluate(formula, bars, timeframe=M1)
    assert np.isnan(values[:14]).all()
    np.testing.assert_array_equal(values[19:], expected[19:])
    assert 0 < expected.sum() < len(bars)


def test_parameters_stand_for_numbers():
    assert last("sma(close, fast) * k", parameters={"fast": 2, "k": 0.5}) == 1.25


def test_a_parameter_without_a_value_or_out_of_range_is_refused():
    formula = parse("close > sma(close, fast)", parameters=("fast",))

    with pytest.raises(FormulaInvalid, match="no_value at column 20, part 'fast'"):
        evaluate(formula, hourly(1, 2), timeframe=H1)
    with pytest.raises(FormulaInvalid, match=r"whole_range .*part 'fast = 2\.5'"):
        evaluate(formula, hourly(1, 2), timeframe=H1, parameters={"fast": 2.5})


def test_what_is_held_comes_from_the_strategy():
    held = PositionState(position=-2.0, entry_price=4.0, bars_held=np.array([0.0, 1, 2]))

    assert last("entry_price - position", position=held) == 6.0
    assert last("bars_held", position=held) == 2.0
    assert np.isnan(last("open_profit > 1%", position=held))
    assert np.isnan(last("position"))


def test_another_timeframe_gives_its_last_closed_bar():
    days = hourly(*range(1, 51))

    values = evaluate(parse("on(1d, close)"), days, timeframe=H1)

    assert np.isnan(values[:23]).all()
    assert (values[23:47] == 24).all()
    assert (values[47:] == 48).all()


def test_a_day_that_the_history_does_not_hold_whole_is_left_out():
    late = hourly(*range(1, 51), start=5 * 3_600)

    values = evaluate(parse("on(1d, open)"), late, timeframe=H1)

    assert np.isnan(values[:42]).all()
    assert (values[42:] == 20).all()


def test_candles_given_for_another_timeframe_are_used_but_not_before_they_close():
    days = Candles.of(Candle(i * 86_400, 1, 1, 1, 100.0 + i, 1) for i in range(-1, 3))

    formula = parse("on(1d, close)")
    values = evaluate(formula, hourly(*range(50)), timeframe=H1, others={D1: days})

    assert (values[:23] == 99).all()
    assert (values[23:47] == 100).all()
    assert (values[47:] == 101).all()


def test_a_nested_indicator_of_another_timeframe_equals_that_of_its_own_candles(bars):
    hours = resample(bars, H1, closed_by=int(bars.time[-1]) + 60)[1:]

    value = latest(parse("on(1h, rsi(close, 14))"), bars, timeframe=M1)

    assert value == pytest.approx(talib.RSI(hours.close, 14)[-1])


def test_the_same_timeframe_is_itself_and_a_shorter_one_is_unknown():
    assert last("on(1h, close[1])") == 2.0
    assert np.isnan(last("on(5m, close)"))


def test_the_rules_of_a_strategy_share_one_workspace(bars):
    workspace = Workspace(bars, timeframe=M1)
    enter = parse("crosses_above(sma(close, 10), sma(close, 30))")
    leave = parse("crosses_below(sma(close, 10), sma(close, 30))")

    entered, left = workspace.evaluate(enter), workspace.evaluate(leave)

    np.testing.assert_array_equal(entered, evaluate(enter, bars, timeframe=M1))
    np.testing.assert_array_equal(left, evaluate(leave, bars, timeframe=M1))
    assert abs(np.nansum(entered) - np.nansum(left)) <= 1


def test_a_result_belongs_to_the_caller():
    candles = hourly(1, 2, 3)

    evaluate(parse("close"), candles, timeframe=H1)[:] = 0

    assert candles.close.tolist() == [1, 2, 3]


def test_nothing_comes_of_no_candles():
    assert len(evaluate(parse("on(1d, sma(close, 3)) > 1"), Candles.empty(), timeframe=H1)) == 0
    assert np.isnan(latest(parse("close"), Candles.empty(), timeframe=H1))
