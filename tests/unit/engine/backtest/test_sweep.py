"""A sweep gives for each combination what a single run gives."""

import pytest

from engine.backtest import Settings, compiled
from engine.backtest.sweep import combinations, sweep
from engine.documents import library_strategy
from engine.domain.timeframe import Timeframe
from engine.errors import StrategyInvalid
from tests.parity.strategies_at_random import history

GRIDS = {
    "sma-cross": {"fast": (5, 9, 20), "slow": (30, 31)},
    "macd-trend": {"fast": (5, 9), "slow": (20, 26), "trend": (20,), "trail": (0.02, 0.05)},
    "rsi-reversion": {"length": (5, 14), "oversold": (30, 40), "stop": (0.01, 0.02)},
    "donchian-breakout": {"entry": (20, 5), "width": (1, 2.5)},
}


@pytest.mark.parametrize("name", GRIDS)
def test_a_sweep_equals_single_runs(name):
    strategy, candles = library_strategy(name), history(11, 3_000)
    runs = combinations(GRIDS[name])
    found = sweep(strategy, candles, Timeframe.M1, Settings(), runs)

    for row, values in enumerate(runs):
        single = compiled.run(strategy, candles, Timeframe.M1, Settings(), values)
        metrics = single.metrics()
        assert found.trades[row] == len(single.trades)
        assert found.equity_final[row] == single.equity_final
        assert found.drawdown[row] == pytest.approx(metrics["maximum_drawdown"])


def test_ranges_that_make_too_many_are_refused_before_any_is_made():
    with pytest.raises(StrategyInvalid, match=r"1e\+12 combinations"):
        combinations({name: range(1_000) for name in "abcd"})


def test_a_value_out_of_range_stops_the_sweep():
    with pytest.raises(StrategyInvalid, match="fast is 1"):
        sweep(
            library_strategy("sma-cross"), history(1, 50), Timeframe.M1, Settings(), [{"fast": 1}]
        )
