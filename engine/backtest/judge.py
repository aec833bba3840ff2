"""A strategy's rules asked bar by bar, in plain Python."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.backtest.program import looks_at_position
from engine.domain.candles import Candles, Floats
from engine.domain.timeframe import Timeframe
from engine.formula import Formula, PositionState, Workspace
from engine.strategies.rules import Strategy
from engine.strategy import Decision, judged


class Judge:
    """Formulas over one history; those about the position are computed with what was held."""

    def __init__(
        self,
        strategy: Strategy,
        candles: Candles,
        timeframe: Timeframe,
        values: Mapping[str, float],
    ) -> None:
        self._strategy = strategy
        self._candles = candles
        self._timeframe = timeframe
        self._values = values
        self._workspace = Workspace(candles, timeframe=timeframe, parameters=values)
        self._columns: dict[str, Floats] = {}
        self._held = np.full((4, len(candles)), np.nan)

    def note(self, bar: int, position: float, entry: float, age: float, profit: float) -> None:
        """What was held at a close."""
        self._held[:, bar] = (position, entry, age, profit)

    def decide(self, bar: int, held: int) -> Decision:
        """What the rules say at a close."""
        long, short = self._strategy.long, self._strategy.short
        return judged(
            held,
            enter_long=self._true(long.enter if long else None, bar),
            exit_long=self._true(long.exit if long else None, bar),
            enter_short=self._true(short.enter if short else None, bar),
            exit_short=self._true(short.exit if short else None, bar),
        )

    def level(self, formula: Formula, bar: int, entry: float, side: int) -> float:
        """A level's value on the signal's bar, NaN where unknown."""
        if not looks_at_position(formula.root):
            return self._known(formula, bar)
        here = PositionState(float(side), entry, 0.0, 0.0)
        workspace = Workspace(
            self._candles[: bar + 1],
            timeframe=self._timeframe,
            parameters=self._values,
            position=here,
        )
        return float(workspace.evaluate(formula)[-1])

    def _true(self, formula: Formula | None, bar: int) -> bool:
        if formula is None:
            return False
        if not looks_at_position(formula.root):
            return self._known(formula, bar) == 1
        rows = slice(0, bar + 1)
        workspace = Workspace(
            self._candles[rows],
            timeframe=self._timeframe,
            parameters=self._values,
            position=PositionState(*self._held[:, rows]),
        )
        return bool(workspace.evaluate(formula)[-1] == 1)

    def _known(self, formula: Formula, bar: int) -> float:
        if formula.text not in self._columns:
            self._columns[formula.text] = self._workspace.evaluate(formula)
        return float(self._columns[formula.text][bar])
