"""An optimisation: what the worker process does, and what comes back."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from bot.presenters.backtests.figures import share
from bot.presenters.backtests.spec import Material, Span
from bot.presenters.backtests.work import bars_of
from bot.presenters.badges import backtest_badge
from bot.presenters.figures import exact
from bot.presenters.paper.csv import write_csv
from bot.presenters.pictures.draw import draw_heat_map
from bot.presenters.pictures.spec import HeatMap
from bot.voice import Voice
from engine.backtest.search.space import Axis
from engine.backtest.search.study import Plan, Progress, Study, studied
from engine.backtest.search.trials import Bench, Objective, Trial
from engine.documents import read_document
from engine.domain.candles import Floats

_MOST_CELLS = 12
_CENT = Decimal("0.01")
SHARES = Objective.RETURN, Objective.DRAWDOWN
"""What is looked for that is a share of the money."""


@dataclass(frozen=True, slots=True, eq=False)
class OptimiseOrder:
    """What is to be searched, and how."""

    material: Material
    plan: Plan


@dataclass(frozen=True, slots=True, eq=False)
class Optimised:
    """The study without its bars, and its files."""

    study: Study
    span: Span
    surface: bytes
    trials: bytes


def optimised(order: OptimiseOrder) -> Generator[Progress, None, Optimised]:
    """Search and doubt, then draw the surface; tells each trial."""
    material = order.material
    bars = bars_of(material)
    strategy = read_document(material.document)
    bench = Bench(strategy, bars.candles, bars.timeframe, material.settings)
    study = yield from studied(bench, order.plan)
    surface = draw_heat_map(_surface(study, material))
    return Optimised(replace(study, before=None), bars.span, surface, _trials_file(study))


def _surface(study: Study, material: Material) -> HeatMap:
    """The two numbers that were varied most, and the best score at each pair of them."""
    voice, axes = material.voice, study.plan.axes
    ranked = sorted(axes, key=lambda axis: -_distinct(study.trials, axis))
    across = ranked[0]
    down = ranked[1] if len(ranked) > 1 else None
    columns, places = _cells(study.trials, across)
    rows, heights = _cells(study.trials, down) if down else (("",), [0] * len(study.trials))
    scores = np.full((len(rows), len(columns)), np.nan)
    for trial, row, column in zip(study.trials, heights, places, strict=True):
        if trial.score is not None:
            scores[row, column] = np.fmax(scores[row, column], trial.score)
    objective = voice.say(f"optimize.objective.{study.plan.objective.value}")
    return HeatMap(
        scores=scores[::-1],
        rows=rows[::-1],
        columns=columns,
        row_name=down.name if down else "",
        column_name=across.name,
        title=f"{material.reference} · {material.symbol}",
        subtitle=voice.say("optimize.surface", objective=objective, count=str(len(study.trials))),
        badge=backtest_badge(material.kind, voice),
        language="fr" if voice.language == "fr" else "en",
        is_share=study.plan.objective in SHARES,
    )


def _distinct(trials: Sequence[Trial], axis: Axis) -> int:
    return len({trial.values[axis.name] for trial in trials})


def _cells(trials: Sequence[Trial], axis: Axis) -> tuple[tuple[str, ...], list[int]]:
    """Where each trial lies on an axis, and the names of the places: values, or spans of them."""
    values: Floats = np.array([trial.values[axis.name] for trial in trials], np.float64)
    distinct = np.unique(values)
    if len(distinct) <= _MOST_CELLS:
        places = np.searchsorted(distinct, values)
        return tuple(f"{value:g}" for value in distinct), places.tolist()
    edges = np.linspace(distinct[0], distinct[-1], _MOST_CELLS + 1)
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, _MOST_CELLS - 1)
    middles = (edges[:-1] + edges[1:]) / 2
    return tuple(f"{middle:.3g}" for middle in middles), places.tolist()


def _trials_file(study: Study) -> bytes:
    names = [axis.name for axis in study.plan.axes]
    header = (*names, "score", "total_return", "maximum_drawdown", "trades")
    return write_csv(
        header,
        (
            (
                *(f"{trial.values[name]:g}" for name in names),
                "" if trial.score is None else repr(trial.score),
                repr(trial.total_return),
                repr(trial.drawdown),
                str(trial.trades),
            )
            for trial in study.trials
        ),
    )


def numbers(trial: Trial) -> str:
    """`fast=10 slow=30`, as it is typed."""
    return " ".join(f"{name}={value:g}" for name, value in trial.values.items())


def score_told(trial: Trial | None, objective: Objective, voice: Voice) -> str:
    """A score, or a dash."""
    if trial is None or trial.score is None:
        return voice.say("common.none")
    if objective in SHARES:
        return share(trial.score, voice)
    return voice.number(exact(trial.score, _CENT))
