"""Many settings of one strategy in one go. Imports numba: import it late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from engine.backtest.compiled import a_small_case, bars_of, program_of, terms_of
from engine.backtest.passes import codes
from engine.backtest.passes.codes import Floats, Program
from engine.backtest.passes.whole import run_many
from engine.backtest.program import Draft, as_formula, drafted
from engine.backtest.settings import Settings
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import StrategyInvalid
from engine.formula import Workspace
from engine.formula.constants import parameters_of
from engine.formula.syntax import Node
from engine.strategies.rules import Strategy

MOST_RUNS = 1_000_000
# Ready-made columns held at a time, in bytes.
_ROOM = 256 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class Sweep:
    """Outcomes in the order of `settings`: float64 of shape (runs,) each.

    `drawdown` is the deepest fall, a fraction; `sharpe` is of a bar's return, not of a year's.
    """

    settings: tuple[Mapping[str, float], ...]
    trades: Floats
    equity_final: Floats
    drawdown: Floats
    sharpe: Floats


def combinations(grid: Mapping[str, Sequence[float]]) -> tuple[dict[str, float], ...]:
    """Every combination of a grid. Raises StrategyInvalid above a million, before making any."""
    count = 1
    for values in grid.values():
        count *= len(values)
    if count > MOST_RUNS:
        detail = f"the ranges make {count:.3g} combinations; at most {MOST_RUNS:,} are run"
        raise StrategyInvalid(detail, "parameters")
    return tuple(dict(zip(grid, values, strict=True)) for values in product(*grid.values()))


def sweep(
    strategy: Strategy,
    candles: Candles,
    timeframe: Timeframe,
    settings: Settings,
    runs: Sequence[Mapping[str, float]],
) -> Sweep:
    """The outcome of `engine.backtest.compiled.run` with each of the parameters given.

    Raises StrategyInvalid on a parameter out of range, NotCompilable as the single run does.
    """
    if len(runs) > MOST_RUNS:
        raise StrategyInvalid(f"{len(runs)} runs; at most {MOST_RUNS:,}", "parameters")
    out = np.empty((len(runs), 4))
    drafts = [drafted(strategy, strategy.values(given)) for given in runs]
    for rows in _alike(drafts, len(candles)):
        batch = [drafts[row] for row in rows]
        out[rows] = _run(batch, strategy, candles, timeframe, settings)
    return Sweep(tuple(runs), *out.T)


def _alike(drafts: Sequence[Draft], bars: int) -> Iterator[list[int]]:
    """Rows whose programs differ in numbers only, few enough that their columns fit."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for row, draft in enumerate(drafts):
        operations = tuple(operation for operation, *_ in draft.code)
        key = (operations, tuple(draft.outputs), tuple(draft.late), len(draft.columns))
        groups.setdefault(key, []).append(row)
    for rows in groups.values():
        columns = len(drafts[rows[0]].columns)
        step = max(1, _ROOM // (8 * max(columns * bars, 1)))
        for first in range(0, len(rows), step):
            yield rows[first : first + step]


def _run(
    drafts: Sequence[Draft],
    strategy: Strategy,
    candles: Candles,
    timeframe: Timeframe,
    settings: Settings,
) -> Floats:
    columns, numbers = _shared_columns(drafts, candles, timeframe)
    code = np.array([draft.code for draft in drafts], np.int64).reshape(len(drafts), -1, 5)
    ready = (code[:, :, 0] == codes.COLUMN) & (code[:, :, 2] >= codes.COMPUTED)
    if len(columns):
        which = np.where(ready, code[:, :, 2] - codes.COMPUTED, 0)
        shared = np.take_along_axis(numbers, which, axis=1) + codes.COMPUTED
        code[:, :, 2] = np.where(ready, shared, code[:, :, 2])
    terms = [terms_of(draft, strategy, settings, len(candles)) for draft in drafts]
    outcome: Floats = run_many(
        _widest(drafts),
        code,
        np.array([draft.constants for draft in drafts], np.float64),
        np.array([draft.late_constants for draft in drafts], np.float64),
        np.array(terms, codes.TERMS),
        np.zeros(len(drafts), codes.WALK),
        bars_of(candles, columns),
    )
    return outcome


def _widest(drafts: Sequence[Draft]) -> Program:
    """The common program, with room for the longest average."""
    return program_of(max(drafts, key=lambda draft: draft.memory))


def _shared_columns(
    drafts: Sequence[Draft], candles: Candles, timeframe: Timeframe
) -> tuple[Floats, np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """Each ready-made column once, and which of them each run reads."""
    found: dict[tuple[Node, tuple[float, ...]], int] = {}
    made: list[Floats] = []
    numbers = np.zeros((len(drafts), max(len(drafts[0].columns), 1)), np.int64)
    for row, draft in enumerate(drafts):
        workspace = Workspace(candles, timeframe=timeframe, parameters=draft.values)
        for at, node in enumerate(draft.columns):
            values = tuple(draft.values[each.name] for each in parameters_of(node))
            if (node, values) not in found:
                found[node, values] = len(made)
                made.append(workspace.evaluate(as_formula(node)))
            numbers[row, at] = found[node, values]
    table = np.array(made, np.float64).reshape(-1, len(candles))
    return table, numbers


def prepare() -> None:
    """Load the compiled code, or compile it."""
    strategy, candles = a_small_case()
    sweep(strategy, candles, Timeframe.M1, Settings(), ({}, {}))
