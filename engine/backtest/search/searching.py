"""Two ways to look: every point of a grid, and Optuna's tree-structured Parzen estimator."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from enum import StrEnum

from engine.backtest.search.space import Axis, grid
from engine.backtest.search.trials import Bench, Objective, Trial

_STARTUP = 20
Search = Generator[Trial, None, None]


class Method(StrEnum):
    """How numbers are chosen."""

    GRID = "grid"
    TPE = "tpe"


def search(
    bench: Bench, axes: Sequence[Axis], method: Method, trials: int, objective: Objective, seed: int
) -> Search:
    """At most `trials` trials, one by one; the same seed gives the same."""
    if method is Method.GRID:
        for values in grid(axes, trials):
            yield bench.trial(values, objective)
    else:
        yield from _guided(bench, axes, trials, objective, seed)


def best_of(trials: Sequence[Trial]) -> Trial | None:
    """The one of the highest score, the first of several; None where none has one."""
    known = [trial for trial in trials if trial.score is not None]
    return max(known, key=lambda trial: trial.score or 0.0, default=None)


def _guided(
    bench: Bench, axes: Sequence[Axis], trials: int, objective: Objective, seed: int
) -> Search:
    import optuna  # noqa: PLC0415 -- half a second, which a grid need not pay

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=min(_STARTUP, trials // 4))
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for _ in range(trials):
        asked = study.ask()
        values = {axis.name: _suggested(asked, axis) for axis in axes}
        trial = bench.trial(values, objective)
        if trial.score is None:
            study.tell(asked, state=optuna.trial.TrialState.FAIL)
        else:
            study.tell(asked, trial.score)
        yield trial


def _suggested(asked: object, axis: Axis) -> float:
    import optuna  # noqa: PLC0415 -- as above

    if not isinstance(asked, optuna.Trial):
        raise TypeError("Optuna gives its own trials")
    if axis.is_whole:
        step = max(1, int(axis.step))
        return asked.suggest_int(axis.name, int(axis.lowest), int(axis.highest), step=step)
    step_or_none = axis.step if axis.step > 0 else None
    value = asked.suggest_float(axis.name, axis.lowest, axis.highest, step=step_or_none)
    return axis.tidy(value)
