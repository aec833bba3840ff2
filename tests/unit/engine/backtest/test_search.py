"""Looking for numbers, and for reasons not to believe them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.backtest import Settings
from engine.backtest.search import checks, doubts
from engine.backtest.search.searching import Method, best_of, search
from engine.backtest.search.space import Axis, axes_of, combinations, grid
from engine.backtest.search.study import Plan, Verdict, studied
from engine.backtest.search.trials import Bench, Objective
from engine.documents import library_names, library_strategy, read_document
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import StrategyInvalid
from tests.plug_ins import plug_ins

__all__ = ["plug_ins"]

CROSS = library_strategy("sma-cross")
AXES = (Axis("fast", 3, 12, 1), Axis("slow", 20, 50, 5))


def walk(bars=1_200, seed=1, drift=0.0):
    """A random walk of hourly bars."""
    draw = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(draw.normal(drift, 0.01, bars)))
    opened = np.concatenate(([100.0], close[:-1]))
    high, low = np.maximum(opened, close) * 1.002, np.minimum(opened, close) * 0.998
    times = np.arange(bars, dtype=np.int64) * 3600 + 1_699_999_200
    return Candles(times, opened, high, low, close, draw.uniform(1, 9, bars))


def bench(strategy=CROSS, candles=None, **settings):
    return Bench(strategy, candles or walk(), Timeframe.H1, Settings(**settings))


def finished(work):
    steps = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            return steps, end.value


def test_a_grid_is_even_and_never_more_than_asked():
    rows = grid(AXES, 30)

    assert len(rows) <= 30
    assert {row["fast"] for row in rows} == {3, 5, 8, 10, 12} or len(rows) > 20
    assert all(3 <= row["fast"] <= 12 and 20 <= row["slow"] <= 50 for row in rows)
    assert len({tuple(row.items()) for row in rows}) == len(rows)


def test_a_whole_grid_is_tried_where_it_fits():
    assert len(grid(AXES, 1_000)) == 10 * 7 == combinations(AXES)


def test_ranges_that_make_too_many_are_refused_before_any_is_made():
    wide = tuple(Axis(name, 0, 1_000_000, 1) for name in "ab")
    with pytest.raises(StrategyInvalid, match=r"1e\+12 combinations; at most 20,000"):
        combinations(wide)


def test_what_the_strategy_does_not_allow_is_not_varied():
    with pytest.raises(StrategyInvalid, match="outside"):
        axes_of(CROSS, {"fast": Axis("fast", 1, 5000)})
    with pytest.raises(StrategyInvalid, match="no parameter 'speed'"):
        axes_of(CROSS, {"speed": Axis("speed", 1, 5)})
    with pytest.raises(StrategyInvalid, match="no numbers"):
        axes_of(library_strategy("buy-and-hold"), {})


@pytest.mark.parametrize("method", list(Method))
def test_a_search_is_the_same_for_the_same_seed(method):
    def found():
        return [t.values for t in search(bench(), AXES, method, 24, Objective.SHARPE, seed=7)]

    assert found() == found()


def test_the_best_of_a_grid_is_the_best_of_all_its_backtests():
    tried = list(search(bench(), AXES, Method.GRID, 1_000, Objective.RETURN, seed=1))
    best = best_of(tried)

    returns = [
        run.equity_final / run.settings.cash - 1
        for run in (bench().run(trial.values) for trial in tried)
        if len(run.trades)
    ]
    assert best is not None
    assert best.score == pytest.approx(max(returns))


def test_the_guided_search_comes_near_the_best_of_the_grid():
    whole = best_of(list(search(bench(), AXES, Method.GRID, 1_000, Objective.RETURN, seed=1)))
    guided = best_of(list(search(bench(), AXES, Method.TPE, 40, Objective.RETURN, seed=1)))

    tried = sorted(
        trial.score
        for trial in search(bench(), AXES, Method.GRID, 1_000, Objective.RETURN, seed=1)
        if trial.score is not None
    )
    assert whole is not None
    assert guided is not None
    assert whole.score >= guided.score >= tried[int(len(tried) * 0.8)]


@pytest.mark.parametrize("name", library_names())
def test_no_strategy_of_the_library_looks_ahead(name):
    found = checks.look_ahead(bench(library_strategy(name)), {})

    assert found.changed is None


def test_a_look_ahead_is_found():
    honest = bench(library_strategy("rsi-reversion"))

    class Cheat(Bench):
        """Trades on what the very last bar will be."""

        def run(self, values, settings=None):
            later = self.candles.close[-1]
            rising = replace(self.candles, volume=np.where(self.candles.close < later, 2.0, 0.0))
            return Bench(self.strategy, rising, self.timeframe, self.settings).run(values)

        def between(self, start, end, warmup=0):
            first = max(0, start - warmup)
            return Cheat(self.strategy, self.candles[first:end], self.timeframe, self.settings)

    text = "strategy: cheat\ntimeframe: 1h\nlong:\n  enter: volume > 1\n  exit: volume < 1\n"
    cheat = Cheat(read_document(text), honest.candles, Timeframe.H1, Settings())
    assert checks.look_ahead(cheat, {}).changed is not None


def test_a_window_needs_no_more_than_its_length_and_an_exponential_needs_more():
    assert checks.warm_up(bench(), {}).bars == checks.warm_up(bench(), {}).least
    text = "strategy: slow\ntimeframe: 1h\nlong:\n  enter: ema(close, 50) > close\n"
    found = checks.warm_up(bench(read_document(text)), {})
    assert found.bars is None or found.bars >= found.least


def heard(warmup, values=None, bars=2_000):
    """What the check says of a strategy in Python that asks for so many bars."""
    strategy = library_strategy("patient-dips")
    asks = replace(strategy, plug_in=replace(strategy.plug_in, warmup=warmup))
    return checks.warm_up(bench(asks, walk(bars)), values or {})


@pytest.mark.usefixtures("plug_ins")
def test_a_strategy_in_python_that_asks_for_enough_bars_is_found_to():
    found = heard(10)

    assert (found.bars, found.least, found.most) == (10, 10, 10)
    assert found.places > 40, "it is asked where it wants something, too"


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize(("warmup", "values"), [(0, {}), (1, {}), (4, {"falls": 6})])
def test_one_that_asks_for_fewer_than_it_needs_is_found_out(warmup, values):
    assert heard(warmup, values).bars is None


@pytest.mark.usefixtures("plug_ins")
def test_bars_too_few_to_tell_are_not_taken_for_an_answer():
    assert (heard(10, bars=11).bars, heard(10, bars=11).places) == (None, 0)
    few = checks.warm_up(bench(candles=walk(8)), {})
    assert (few.bars, few.places) == (None, 0)


def test_a_rule_that_is_seldom_true_is_asked_where_it_is():
    # Rare enough that forty even places miss it, and wrong with few bars before it.
    text = "strategy: rare\ntimeframe: 1h\nlong:\n  enter: ema(close, 200) > 1.08 * close\n"
    found = checks.warm_up(bench(read_document(text), walk(4_000)), {})

    assert found.places > 40
    assert found.bars is None or found.bars > found.least


def test_monte_carlo_of_equal_trades_has_no_spread():
    result = bench().run({"fast": 5, "slow": 20})
    bands = doubts.monte_carlo(result, seed=3)

    assert bands is not None
    low, middle, high = bands.total_return
    assert low < middle < high
    assert all(0 <= fall <= 1 for fall in bands.drawdown)
    assert bands == doubts.monte_carlo(result, seed=3)


def test_costs_only_ever_cost():
    stressed = doubts.cost_stress(bench(), {"fast": 5, "slow": 20})
    plain = bench().run({"fast": 5, "slow": 20})

    gains = [plain.equity_final / plain.settings.cash - 1, *(gain for _, gain in stressed)]
    assert gains == sorted(gains, reverse=True)


def test_more_trials_make_a_sharpe_ratio_worth_less():
    inside = bench()
    tried = list(search(inside, AXES, Method.GRID, 1_000, Objective.SHARPE, seed=1))
    best = best_of(tried)
    assert best is not None
    result = inside.run(best.values)

    few, many = doubts.deflated(result, tried[:2]), doubts.deflated(result, tried)
    alone = result.metrics()["probabilistic_sharpe"]
    assert few is not None
    assert many is not None
    assert alone is not None
    assert many < alone


def test_of_random_walks_hardly_any_is_called_sound():
    verdicts = []
    for seed in range(6):
        plan = Plan(AXES, Method.GRID, 20, Objective.SHARPE, seed)
        _, study = finished(studied(bench(candles=walk(700, seed)), plan))
        verdicts.append(study.verdict)

    assert verdicts.count(Verdict.HELD) <= 1


def test_every_trial_is_told_and_the_rest_is_never_searched():
    plan = Plan(AXES, Method.GRID, 20, Objective.SHARPE, 5)
    steps, study = finished(studied(bench(), plan))

    assert [step.done for step in steps[: len(study.trials)]] == list(
        range(1, len(study.trials) + 1)
    )
    assert study.split == int(1_200 * 0.7)
    assert len(study.steps) == 4
    assert study.before is not None
    assert len(study.before.candles) == study.split
