"""Reasons not to believe a good result: luck, neighbours, costs, time that was not looked at."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.backtest.result import Backtest
from engine.backtest.search.searching import Method, best_of, search
from engine.backtest.search.space import Axis, neighbours
from engine.backtest.search.trials import Bench, Objective, Trial, scored
from engine.domain.candles import Floats
from engine.reporting.significance import deflated_sharpe

COST_STRESSES = (2.0, 3.0)
_WINDOWS = 4
_RUNS = 1_000
_QUANTILES = (0.05, 0.5, 0.95)
_LEAST_BARS = 50


@dataclass(frozen=True, slots=True)
class Bands:
    """The 5%, 50% and 95% quantiles over resampled orders of the trades, fractions."""

    total_return: tuple[float, float, float]
    drawdown: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Step:
    """One window of a walk forward: what was best in it, and what that made right after."""

    values: Mapping[str, float]
    inside: Trial
    outside: Trial


@dataclass(frozen=True, slots=True)
class Stability:
    """How many neighbours keep at least half of the score, of how many."""

    kept: int
    count: int


def deflated(result: Backtest, trials: Sequence[Trial]) -> float | None:
    """The chance that the Sharpe ratio beats the best that luck shows in as many trials."""
    ratios = [trial.sharpe for trial in trials if trial.sharpe is not None]
    variance = float(np.var(ratios, ddof=1)) if len(ratios) > 1 else None
    return deflated_sharpe(replace(result.history, trials=len(trials), trials_variance=variance))


def monte_carlo(result: Backtest, seed: int) -> Bands | None:
    """What the same trades could have made, drawn again with replacement; None below five."""
    trades = result.trades
    if len(trades) < 5:
        return None
    profits, cash = trades.column("profit"), result.settings.cash
    before = np.concatenate(([cash], cash + np.cumsum(profits)[:-1]))
    gains: Floats = np.maximum(profits / np.maximum(before, 1e-9), -1.0)
    draws = np.random.default_rng(seed).integers(0, len(gains), (_RUNS, len(gains)))
    grown: Floats = np.cumprod(1.0 + gains[draws], axis=1, dtype=np.float64)
    paths: Floats = np.concatenate((np.ones((_RUNS, 1)), grown), axis=1)
    peaks = np.maximum.accumulate(paths, axis=1)
    falls: Floats = np.max(1 - paths / np.maximum(peaks, 1e-300), axis=1)
    ends: Floats = paths[:, -1] - 1.0
    return Bands(_bands(ends), _bands(falls))


def stability(bench: Bench, axes: Sequence[Axis], best: Trial, objective: Objective) -> Stability:
    """Whether the score stands when each number moves by a tenth."""
    near = [bench.trial(values, objective) for values in neighbours(axes, best.values)]
    score = best.score or 0.0
    least = score / 2 if score > 0 else score * 2
    kept = sum(trial.score is not None and trial.score >= least for trial in near)
    return Stability(kept, len(near))


def cost_stress(bench: Bench, values: Mapping[str, float]) -> tuple[tuple[float, float], ...]:
    """The return with fee and slippage so many times as high."""
    found = []
    for times in COST_STRESSES:
        fee, slippage = bench.settings.fee, bench.settings.slippage
        harder = replace(
            bench.settings, fee=min(fee * times, 0.5), slippage=min(slippage * times, 0.5)
        )
        result = bench.run(values, harder)
        found.append((times, result.equity_final / result.settings.cash - 1))
    return tuple(found)


def walk_forward(
    bench: Bench, axes: Sequence[Axis], method: Method, trials: int, objective: Objective, seed: int
) -> Generator[int, None, tuple[Step, ...]]:
    """Search a stretch, try what was best on the next; tells each trial done.

    The bars are cut into eight; each of four windows searches four of them and tries the fifth.
    """
    cuts = np.linspace(0, len(bench.candles), 2 * _WINDOWS + 1).astype(int).tolist()
    steps = []
    if cuts[1] < _LEAST_BARS:
        return ()
    done = 0
    for window in range(_WINDOWS):
        first, middle, last = cuts[window], cuts[window + _WINDOWS], cuts[window + _WINDOWS + 1]
        inside, tried = bench.between(first, middle), []
        for trial in search(inside, axes, method, trials, objective, seed + window):
            tried.append(trial)
            done += 1
            yield done
        best = best_of(tried)
        if best is not None:
            steps.append(
                Step(best.values, best, tried_after(bench, best.values, middle, last, objective))
            )
    return tuple(steps)


def tried_after(
    bench: Bench, values: Mapping[str, float], start: int, end: int, objective: Objective
) -> Trial:
    """What numbers make on bars that they were not looked for on, indicators warmed up before."""
    given = bench.strategy.values(values)
    warmup = bench.strategy.warmup(bench.timeframe, given)
    return scored(values, bench.between(start, end, warmup).run(values), objective)


def _bands(values: Floats) -> tuple[float, float, float]:
    low, middle, high = (float(each) for each in np.quantile(values, _QUANTILES))
    return low, middle, high
