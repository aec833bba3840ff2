"""A whole optimisation: searched on the first part, doubted in every way, judged in a sentence."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.backtest.result import Backtest
from engine.backtest.search import checks, doubts
from engine.backtest.search.doubts import Bands, Stability, Step
from engine.backtest.search.searching import Method, best_of, search
from engine.backtest.search.space import Axis
from engine.backtest.search.trials import Bench, Objective, Trial, scored

INSIDE = 0.7
"""Which part of the bars is searched; the rest is only ever tried on."""
FEW_TRADES = 30
SURE = 0.95
_WALKED = 3


class Verdict(StrEnum):
    """What there is to be said, the gravest first."""

    LOOKS_AHEAD = "looks_ahead"
    NEVER_TRADED = "never_traded"
    LOST = "lost"
    LOST_AFTERWARDS = "lost_afterwards"
    LOST_WALKING = "lost_walking"
    LUCK = "luck"
    FEW = "few"
    NEEDLE = "needle"
    COSTS = "costs"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; `best` is the highest score so far."""

    done: int
    total: int
    best: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is looked for, where and how."""

    axes: tuple[Axis, ...]
    method: Method
    trials: int
    objective: Objective
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What came of it: `before` on the part that was searched, `after` on the rest.

    `default` is what the strategy's own numbers made on the rest.
    """

    plan: Plan
    trials: tuple[Trial, ...]
    split: int
    best: Trial | None = None
    before: Backtest | None = None
    after: Trial | None = None
    default: Trial | None = None
    steps: tuple[Step, ...] = ()
    deflated: float | None = None
    bands: Bands | None = None
    stability: Stability | None = None
    costs: tuple[tuple[float, float], ...] = ()
    ahead: checks.LookAhead | None = None
    warmup: checks.WarmUp | None = None

    @property
    def verdict(self) -> Verdict:
        """The gravest thing to be said."""
        before, after = self.best, self.after
        if self.ahead is not None and self.ahead.changed is not None:
            return Verdict.LOOKS_AHEAD
        if before is None or after is None:
            return Verdict.NEVER_TRADED
        walked = sum(step.outside.total_return > 0 for step in self.steps)
        near = self.stability
        stressed = self.costs[0][1] if self.costs else 0.0
        found = (
            (Verdict.LOST, before.total_return <= 0),
            (Verdict.LOST_AFTERWARDS, after.total_return <= 0),
            (Verdict.LOST_WALKING, bool(self.steps) and walked * 2 < len(self.steps)),
            (Verdict.LUCK, self.deflated is None or self.deflated < SURE),
            (Verdict.FEW, before.trades < FEW_TRADES),
            (Verdict.NEEDLE, near is not None and near.kept * 2 < near.count),
            (Verdict.COSTS, stressed <= 0),
        )
        return next((verdict for verdict, holds in found if holds), Verdict.HELD)


def studied(bench: Bench, plan: Plan) -> Generator[Progress, None, Study]:
    """Search, then doubt; tells each trial done."""
    split = int(len(bench.candles) * INSIDE)
    inside = bench.between(0, split)
    walking = max(10, plan.trials // _WALKED)
    total = plan.trials + 4 * walking
    trials: list[Trial] = []
    best: float | None = None
    for trial in search(inside, plan.axes, plan.method, plan.trials, plan.objective, plan.seed):
        trials.append(trial)
        if trial.score is not None and (best is None or trial.score > best):
            best = trial.score
        yield Progress(len(trials), total, best)
    found = best_of(trials)
    if found is None:
        return Study(plan, tuple(trials), split)
    walk = doubts.walk_forward(
        bench, plan.axes, plan.method, walking, plan.objective, plan.seed + 1
    )
    steps = yield from _told(walk, len(trials), total, best)
    return _doubted(bench, inside, plan, trials, found, steps)


def _told(
    walk: Generator[int, None, tuple[Step, ...]], before: int, total: int, best: float | None
) -> Generator[Progress, None, tuple[Step, ...]]:
    while True:
        try:
            done = next(walk)
        except StopIteration as end:
            steps: tuple[Step, ...] = end.value
            return steps
        yield Progress(min(before + done, total), total, best)


def _doubted(
    bench: Bench,
    inside: Bench,
    plan: Plan,
    trials: Sequence[Trial],
    found: Trial,
    steps: tuple[Step, ...],
) -> Study:
    split, values = len(inside.candles), found.values
    result = inside.run(values)
    return Study(
        plan=plan,
        trials=tuple(trials),
        split=split,
        best=scored(values, result, plan.objective),
        before=result,
        after=_after(bench, values, split, plan.objective),
        default=_after(bench, {}, split, plan.objective),
        steps=steps,
        deflated=doubts.deflated(result, trials),
        bands=doubts.monte_carlo(result, plan.seed),
        stability=doubts.stability(inside, plan.axes, found, plan.objective),
        costs=doubts.cost_stress(bench, values),
        ahead=checks.look_ahead(bench, values),
        warmup=checks.warm_up(bench, values),
    )


def _after(bench: Bench, values: Mapping[str, float], split: int, objective: Objective) -> Trial:
    return doubts.tried_after(bench, values, split, len(bench.candles), objective)
