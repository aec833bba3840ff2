"""Statistics over real candles equal those of published implementations.

The figures were made by empyrical-reloaded 0.7.1 (`annualization=365`), quantstats 0.0.86 and
backtesting.py 0.6.6 (`_stats.compute_stats`) over the recorded candles that come with the tests:
of a curve, each close taken for a day's; of trades, those of the library's cross of averages.
"""

from __future__ import annotations

import numpy as np
import pytest

from engine.backtest import Settings, reference
from engine.documents import library_text, read_document
from engine.domain.timeframe import Timeframe
from engine.reporting.curve import EquityCurve
from engine.reporting.history import History
from engine.reporting.performance import METRICS, measured
from tests.parity.real_candles import real_candles

EMPYRICAL = {
    "total_return": 0.029777691528145356,
    "annual_return": 0.007170465540333293,
    "volatility": 0.01249903472809981,
    "sharpe": 0.5778835410306532,
    "sortino": 0.8773240400121709,
    "omega": 1.091728957313496,
    "maximum_drawdown": 0.015696010772592466,
    "calmar": 0.45683362761536683,
    "value_at_risk_95": 0.0009624238339126067,
    "value_at_risk_99": 0.0015798886729716632,
    "expected_shortfall_95": 0.0013822010807942587,
    "expected_shortfall_99": 0.0022689042183459724,
}
QUANTSTATS = {
    "win_rate": 0.16216216216216217,
    "profit_factor": 0.24753218025817636,
    "payoff": 1.2789162646672445,
    "average_win": 185.40566666666666,
    "average_loss": -144.9709193548387,
    "longest_losing_run": 10,
    "largest_win": 310.90999999999997,
    "largest_loss": -236.792,
}
SYSTEM_QUALITY = -3.9257939668900317
"""backtesting.py's SQN."""
EXPOSURE = 0.51133333333
"""The same one's exposure, which counts the bar at whose opening a trade left, too."""
ULCER_INDEX = 0.008107948172484902
"""quantstats': its squares are of the returns' bars, divided by one less."""
PROBABILISTIC_SHARPE = 0.8813009506149071
"""quantstats', from estimates of skewness and kurtosis without bias."""
DRAWDOWN_DAYS = 722
"""quantstats', from the first day below the height; ours from the height itself."""
BY_EXAMPLE_OR_BY_HAND = {
    *("deflated_sharpe", "longest_drawdown_days", "turnover", "trades", "expectancy"),
    *("average_holding_hours", "fees"),
}
"""Bailey and López de Prado's own example, and sums reckoned by hand, in the files beside."""


@pytest.fixture(scope="module")
def curve() -> dict[str, float | None]:
    closes = real_candles().close
    return measured(History(EquityCurve(86_400 * np.arange(len(closes)), closes)))


@pytest.fixture(scope="module")
def traded() -> dict[str, float | None]:
    cross = read_document(library_text("sma-cross").replace("100% of equity", "1 units"))
    settings = Settings(cash=1e6)
    return reference.run(cross, real_candles(), Timeframe.M1, settings).metrics()


@pytest.mark.parametrize("name", EMPYRICAL)
def test_a_curves_statistic_is_empyricals(name: str, curve: dict[str, float | None]) -> None:
    assert curve[name] == pytest.approx(EMPYRICAL[name], rel=1e-9)


@pytest.mark.parametrize("name", QUANTSTATS)
def test_a_statistic_of_trades_is_quantstats(name: str, traded: dict[str, float | None]) -> None:
    assert traded[name] == pytest.approx(QUANTSTATS[name], rel=1e-9)


def test_the_system_quality_number_and_the_exposure_are_those_of_backtesting_py(
    traded: dict[str, float | None],
) -> None:
    assert traded["trades"] == 37
    assert traded["system_quality"] == pytest.approx(SYSTEM_QUALITY, rel=1e-9)
    assert traded["exposure"] == pytest.approx(EXPOSURE - 37 / 1_500, rel=1e-9)


def test_where_quantstats_counts_otherwise_it_is_by_that_much_and_no_more(
    curve: dict[str, float | None],
) -> None:
    points = len(real_candles().close)
    its_ulcer = ULCER_INDEX * ((points - 2) / points) ** 0.5

    assert curve["ulcer_index"] == pytest.approx(its_ulcer, rel=1e-9)
    assert curve["probabilistic_sharpe"] == pytest.approx(PROBABILISTIC_SHARPE, rel=1e-5)
    assert curve["drawdown_days"] == DRAWDOWN_DAYS + 1


def test_no_metric_is_left_out() -> None:
    held = {*EMPYRICAL, *QUANTSTATS, "system_quality", "exposure"}
    held |= {"ulcer_index", "probabilistic_sharpe", "drawdown_days"}

    assert held | BY_EXAMPLE_OR_BY_HAND == set(METRICS)
    assert not held & BY_EXAMPLE_OR_BY_HAND
