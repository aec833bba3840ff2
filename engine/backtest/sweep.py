"""Many settings of one strategy in one go. Imports numba: import it late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from engine.backtest.compiled import a_small_case, bars_of, program_of, terms_of
from engine.backtest.passes import codes
from engine.backtest.passes.codes import Floats, Records
from engine.backtest.passes.whole import run_many, whole_column
from engine.backtest.program import Draft, as_formula, drafted, levels_of, native, value_of
from engine.backtest.settings import Settings
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import StrategyInvalid
from engine.formula import Workspace
from engine.formula.constants import parameters_of
from engine.formula.syntax import Node, Parameter
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
    values = [strategy.values(given) for given in runs]
    for draft, rows in _alike(strategy, values, len(candles)):
        batch = _Batch(draft, [values[row] for row in rows], strategy, settings)
        out[rows] = batch.run(candles, timeframe)
    return Sweep(tuple(runs), *out.T)


def _alike(
    strategy: Strategy, values: Sequence[Mapping[str, float]], bars: int
) -> Iterator[tuple[Draft, list[int]]]:
    """Programs, each with the rows that differ in numbers only, so few that their columns fit."""
    if not values:
        return
    draft = drafted(strategy, values[0], is_shared=True)
    step = max(1, _ROOM // (8 * max(len(draft.columns) * bars, 1)))
    if not draft.is_bent:
        for first in range(0, len(values), step):
            yield draft, list(range(first, min(first + step, len(values))))
        return
    for row, each in enumerate(values):
        yield drafted(strategy, each, is_shared=True), [row]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Runs of one program."""

    draft: Draft
    values: Sequence[Mapping[str, float]]
    strategy: Strategy
    settings: Settings

    def run(self, candles: Candles, timeframe: Timeframe) -> Floats:
        """Trades, final equity, fall and Sharpe ratio in columns, a row a run."""
        columns, numbers = self._columns(candles, timeframe)
        code = np.repeat(np.array(self.draft.code, np.int64)[None], len(self.values), axis=0)
        ready = (code[0, :, 0] == codes.COLUMN) & (code[0, :, 2] >= codes.COMPUTED)
        code[:, ready, 2] = codes.COMPUTED + numbers
        outcome: Floats = run_many(
            program_of(self.draft),
            code,
            self._constants(self.draft.constants),
            self._constants(self.draft.late_constants),
            self._terms(len(candles)),
            np.zeros(len(self.values), codes.WALK),
            bars_of(candles, columns),
        )
        return outcome

    def _constants(self, constants: Sequence[Node | None]) -> Floats:
        out = np.empty((len(self.values), len(constants)))
        for column, constant in enumerate(constants):
            if isinstance(constant, Parameter):
                out[:, column] = [values[constant.name] for values in self.values]
            else:
                out[:, column] = value_of(constant, {})
        return out

    def _terms(self, bars: int) -> Records:
        """What each walk is told; only the size and the levels may differ."""
        first = terms_of(self.draft, self.strategy, self.settings, bars)
        terms = np.repeat(np.array([first], codes.TERMS), len(self.values))
        size, levels = self.strategy.size, levels_of(self.strategy)
        if size.amount in self.values[0]:
            terms["amount"] = [size.value(values) for values in self.values]
        for name, level in zip(("stop", "target", "trail"), levels, strict=True):
            root = level.formula.root if level is not None else None
            if isinstance(root, Parameter):
                terms[f"{name}_value"] = [values[root.name] for values in self.values]
        return terms

    def _columns(
        self, candles: Candles, timeframe: Timeframe
    ) -> tuple[Floats, np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
        """Each ready-made column once, and which of them each run reads."""
        made: list[Floats] = []
        found: dict[tuple[int, tuple[float, ...]], int] = {}
        numbers = np.zeros((len(self.values), len(self.draft.columns)), np.int64)
        for at, node in enumerate(self.draft.columns):
            names = [each.name for each in parameters_of(node)]
            for row, values in enumerate(self.values):
                key = at, tuple([values[name] for name in names])
                if key not in found:
                    found[key] = len(made)
                    made.append(_column(node, candles, timeframe, values))
                numbers[row, at] = found[key]
        return np.array(made, np.float64).reshape(-1, len(candles)), numbers


def _column(
    node: Node, candles: Candles, timeframe: Timeframe, values: Mapping[str, float]
) -> Floats:
    average = native(node, values)
    if average is not None:
        operation, number, bars = average
        column: Floats = np.ascontiguousarray(candles.columns()[1 + number], np.float64)
        return whole_column(operation, column, bars)
    workspace = Workspace(candles, timeframe=timeframe, parameters=values)
    return workspace.evaluate(as_formula(node))


def prepare() -> None:
    """Load the compiled code, or compile it."""
    strategy, candles = a_small_case()
    sweep(strategy, candles, Timeframe.M1, Settings(), ({}, {}))
