"""Statistics of an equity curve against figures reckoned by hand or printed in the sources."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.candles import Floats
from engine.reporting import falls, gains, significance
from engine.reporting.curve import YEAR_SECONDS, EquityCurve
from engine.reporting.history import History
from engine.reporting.months import monthly_returns
from engine.reporting.performance import METRICS, SOURCES, Unit, buy_and_hold_return, measured
from engine.reporting.significance import SharpeEstimate

DAY = 86_400


def daily(values: list[float] | Floats, step: int = DAY) -> History:
    column = np.array(values, np.float64)
    return History(EquityCurve(step * np.arange(len(column), dtype=np.int64), column))


def grown(returns: list[float], step: int) -> History:
    return daily(100 * np.cumprod([1.0, *(1 + gain for gain in returns)]), step)


def test_two_years_from_100_to_121_are_ten_percent_a_year() -> None:
    history = daily([100, 110, 121], YEAR_SECONDS)
    assert gains.total_return(history) == pytest.approx(0.21)
    assert gains.annual_return(history) == pytest.approx(0.10)
    assert buy_and_hold_return(history.curve) == pytest.approx(0.21)


def test_volatility_is_annualised_by_the_returns_a_year() -> None:
    history = grown([0.01, -0.01, 0.02, 0.0], DAY)
    assert history.curve.periods_a_year == pytest.approx(365)
    deviation = math.sqrt(0.0005 / 3)  # of 0.01, -0.01, 0.02, 0 about 0.005
    assert gains.volatility(history) == pytest.approx(deviation * math.sqrt(365))
    assert gains.sharpe(history) == pytest.approx(0.005 / deviation * math.sqrt(365))


def test_the_sortino_ratio_is_that_of_its_published_example() -> None:
    """Rollinger and Hoffman (2013), `Sortino: a sharper ratio`: 10% over 2.264% is 4.417."""
    history = grown([0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04], YEAR_SECONDS)
    assert gains.sortino(history) == pytest.approx(4.417, abs=5e-4)


def test_omega_is_gains_over_losses() -> None:
    assert gains.omega(grown([0.03, -0.01, 0.02, -0.01], DAY)) == pytest.approx(2.5)


def test_the_risk_free_rate_is_taken_off_each_return() -> None:
    plain = grown([0.03, 0.05, 0.04], YEAR_SECONDS)
    history = History(plain.curve, risk_free=0.04)
    assert gains.sharpe(history) == pytest.approx(0.0, abs=1e-9)


def test_a_drawdown_runs_from_its_height_until_it_is_reached_again() -> None:
    history = daily([100, 120, 90, 60, 110, 120, 130, 125, 128])
    assert falls.maximum_drawdown(history) == pytest.approx(0.5)
    assert falls.drawdown_days(history) == 4
    assert falls.longest_drawdown_days(history) == 4
    assert falls.longest_drawdown_days(daily([100, 90, 100, 99, 98, 97])) == 3
    assert falls.drawdown_days(daily([100, 90, 80])) == 2
    assert falls.drawdown_days(daily([1, 2, 3])) == falls.longest_drawdown_days(daily([1, 2])) == 0


def test_the_ulcer_index_is_the_root_mean_square_of_drawdowns() -> None:
    history = daily([100, 80, 100, 60])
    assert falls.ulcer_index(history) == pytest.approx(math.sqrt((0.04 + 0.16) / 4))


def test_calmar_sets_the_annual_return_against_the_deepest_fall() -> None:
    history = daily([100, 80, 121], YEAR_SECONDS)
    assert falls.calmar(history) == pytest.approx(0.1 / 0.2)


def test_value_at_risk_and_shortfall_of_a_hundred_and_one_even_returns() -> None:
    history = grown([index / 1_000 for index in range(-50, 51)], DAY)
    assert falls.value_at_risk(history, 0.95) == pytest.approx(0.045)
    assert falls.expected_shortfall(history, 0.95) == pytest.approx(0.0475)  # of -50 to -45
    assert falls.value_at_risk(history, 0.99) == pytest.approx(0.049)
    assert falls.expected_shortfall(history, 0.99) == pytest.approx(0.0495)


def test_a_tail_is_not_told_from_too_few_returns() -> None:
    history = grown([0.01, -0.01] * 9, DAY)
    assert falls.value_at_risk(history, 0.95) is None
    assert falls.expected_shortfall(history, 0.99) is None


def test_the_deflated_sharpe_ratio_is_that_of_its_published_example() -> None:
    """Bailey and Lopez de Prado (2014): 100 trials, 1,250 days, 2.5 a year of 250 days."""
    estimate = SharpeEstimate(2.5 / math.sqrt(250), skewness=-3, kurtosis=10, observations=1_250)
    luck = significance.expected_best(100, variance=1 / (2 * 250))
    assert luck == pytest.approx(0.1132, abs=5e-5)
    assert significance.probabilistic(estimate, luck) == pytest.approx(0.9004, abs=5e-5)


def test_after_one_trial_nothing_is_deflated_and_more_trials_deflate_more() -> None:
    returns = list(np.random.default_rng(5).normal(0.001, 0.01, 300))
    curve = grown(returns, DAY).curve
    sure = significance.probabilistic_sharpe(History(curve))
    rates = [significance.deflated_sharpe(History(curve, trials=n)) for n in (1, 10, 1_000)]
    assert rates[0] == sure
    assert sure is not None
    assert sure > 0.5
    assert rates[1] is not None
    assert rates[2] is not None
    assert sure > rates[1] > rates[2]
    assert significance.deflated_sharpe(History(curve, trials=10, trials_variance=0.0)) == sure


def test_months_follow_the_calendar_and_skip_what_is_missing() -> None:
    moments = [(2023, 12, 30), (2023, 12, 31), (2024, 1, 15), (2024, 1, 31), (2024, 3, 1)]
    times = np.array([int(datetime(*day, tzinfo=UTC).timestamp()) for day in moments], np.int64)
    table = monthly_returns(EquityCurve(times, np.array([100.0, 110, 120, 121, 60.5])))
    assert table.years == (2023, 2024)
    assert table.returns[0, 11] == pytest.approx(0.1)
    assert table.returns[1, 0] == pytest.approx(0.1)
    assert table.returns[1, 2] == pytest.approx(-0.5)
    assert np.isnan(table.returns).sum() == 21


@pytest.mark.parametrize(
    "values", [[], [100], [0, 0], [-5, 5], [100, 0], [5, 5, 5], [1e-300, 1e300]]
)
def test_what_is_not_defined_is_none_and_never_infinite(values: list[float]) -> None:
    for name, value in measured(daily(values)).items():
        assert value is None or math.isfinite(value), name


def test_a_curve_that_never_moves_has_no_ratio() -> None:
    found = measured(daily([100, 100.1, 100.2001, 100.3003001]))
    assert found["sharpe"] is None
    assert found["sortino"] is None
    assert found["omega"] is None
    assert found["calmar"] is None
    assert found["maximum_drawdown"] == 0


@pytest.mark.parametrize(
    ("times", "values"),
    [([0, 1], [1.0]), ([1, 0], [1.0, 2.0]), ([0, 0], [1.0, 2.0]), ([0, 1], [1.0, math.nan])],
)
def test_a_broken_curve_is_refused(times: list[int], values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"equity curve|one length"):
        EquityCurve(np.array(times, np.int64), np.array(values))


CURVES = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=150)


@given(CURVES)
def test_a_drawdown_lies_between_nothing_and_all(values: list[float]) -> None:
    history = daily(values)
    fall, ulcer = falls.maximum_drawdown(history), falls.ulcer_index(history)
    assert fall is not None
    assert ulcer is not None
    assert 0 <= ulcer <= fall * (1 + 1e-12) <= 1 + 1e-12


@given(CURVES)
def test_the_months_multiply_to_the_whole(values: list[float]) -> None:
    table = monthly_returns(daily(values).curve)
    product = float(np.prod(1 + table.returns[np.isfinite(table.returns)]))
    assert product == pytest.approx(values[-1] / values[0], rel=1e-9)


@given(CURVES, st.sampled_from([2.0**-20, 0.5, 4.0, 2.0**30]))
def test_ratios_do_not_depend_on_the_currency(values: list[float], scale: float) -> None:
    before, after = measured(daily(values)), measured(daily([scale * value for value in values]))
    assert before == after  # a power of two scales without rounding


@given(st.lists(st.floats(-1e9, 1e9), max_size=60))
def test_any_values_give_numbers_or_none(values: list[float]) -> None:
    for name, value in measured(daily(values)).items():
        assert value is None or math.isfinite(value), name


def test_what_formulas_cite_is_named_in_full_and_nothing_else_is() -> None:
    cited = {
        found
        for metric in METRICS.values()
        for found in re.findall(r"\(([A-Z][^()]*? \d{4})", metric.formula)
    }

    assert cited == SOURCES.keys()


def test_every_metric_says_its_unit_and_formula_and_its_function_is_documented() -> None:
    assert len(METRICS) == 32
    for name, metric in METRICS.items():
        assert name == metric.name
        assert metric.formula
        assert isinstance(metric.unit, Unit)
        function = getattr(metric.measure, "func", metric.measure)
        assert function.__doc__
