"""A strategy's formulas asked bar by bar, in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from engine.backtest.program import as_formula, looks_at_position, shape_of
from engine.domain.candles import Candles, Floats
from engine.domain.timeframe import Timeframe
from engine.formula import Formula, PositionState, Workspace
from engine.formula.syntax import Choice, Holding, Node, Number, Parameter
from engine.strategies.rules import SideRules, Strategy


class Judge:
    """Formulas over one history; those about the position are computed with what was held.

    What is known is known at the close of the bar that was noted last.
    """

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
        self._parts: dict[str, dict[Node, Floats] | None] = {}
        rules = (*_rules(strategy.long), *_rules(strategy.short))
        self._looks_back = any(self._needs_every_bar(rule) for rule in rules)
        self._held = np.full((4, len(candles) if self._looks_back else 0), np.nan)
        self._now = 0.0, np.nan, np.nan, np.nan
        self._bar = 0

    def note(self, bar: int, position: float, entry: float, age: float, profit: float) -> None:
        """What was held at a close."""
        self._bar = bar
        self._now = position, entry, age, profit
        if self._looks_back:
            self._held[:, bar] = self._now

    def holds(self, formula: Formula | None) -> bool:
        """Whether a rule is true."""
        if formula is None:
            return False
        column = self._columns.get(formula.text)
        if column is not None:
            return column.item(self._bar) == 1.0
        if not looks_at_position(formula.root):
            return self._column(formula).item(self._bar) == 1.0
        if self._parts_of(formula) is None:
            return self._looking(formula, PositionState(*self._held[:, : self._bar + 1])) == 1
        return self._looking(formula, PositionState(*self._now)) == 1

    def level(self, formula: Formula, price: float, side: int) -> float:
        """A level's value on the signal's bar, NaN where unknown."""
        column = self._columns.get(formula.text)
        if column is not None:
            return float(column[self._bar])
        if not looks_at_position(formula.root):
            return float(self._column(formula)[self._bar])
        return self._looking(formula, PositionState(float(side), price, 0.0, 0.0))

    def wakes(self, held: int) -> NDArray[np.bool_]:
        """The closes on which something may be decided, `held` being 1 long, -1 short, 0 flat."""
        long, short = self._strategy.long, self._strategy.short
        if self._looks_back:
            return np.ones(len(self._candles), np.bool_)
        if not held:
            asked = [side.enter for side in (long, short) if side is not None]
        else:
            asked = [side.exit for side in (long if held > 0 else short,) if side and side.exit]
        awake = np.zeros(len(self._candles), np.bool_)
        for formula in asked:
            awake |= True if looks_at_position(formula.root) else self._column(formula) == 1
        return awake

    def _needs_every_bar(self, formula: Formula) -> bool:
        """Whether it looks at what was held before."""
        return looks_at_position(formula.root) and self._parts_of(formula) is None

    def _looking(self, formula: Formula, position: PositionState) -> float:
        """A formula about the position: on the last bar alone where it looks at no other."""
        parts, bar = self._parts_of(formula), self._bar
        if parts is None:
            rows, known = slice(0, bar + 1), None
        else:
            rows = slice(bar, bar + 1)
            known = {node: column[rows] for node, column in parts.items()}
        workspace = Workspace(
            self._candles[rows],
            timeframe=self._timeframe,
            parameters=self._values,
            position=position,
            known=known,
        )
        return float(workspace.evaluate(formula)[-1])

    def _parts_of(self, formula: Formula) -> dict[Node, Floats] | None:
        """What does not look at the position, computed; None where something looks back at it."""
        if formula.text not in self._parts:
            nodes = list(_independent(formula.root))
            if None in nodes:
                self._parts[formula.text] = None
            else:
                columns = {n: self._workspace.evaluate(as_formula(n)) for n in nodes if n}
                self._parts[formula.text] = columns
        return self._parts[formula.text]

    def _column(self, formula: Formula) -> Floats:
        if formula.text not in self._columns:
            self._columns[formula.text] = self._workspace.evaluate(formula)
        return self._columns[formula.text]


def _rules(side: SideRules | None) -> Iterator[Formula]:
    if side is not None:
        yield side.enter
        if side.exit is not None:
            yield side.exit


def _independent(node: Node) -> Iterator[Node | None]:
    """The largest parts that do not look at the position; None for one that looks back at it."""
    if not looks_at_position(node):
        if not isinstance(node, Number | Parameter):
            yield node
        return
    shape = shape_of(node)
    if isinstance(node, Choice):
        shape = 0, (node.then, node.condition, node.otherwise)
    if shape is None and not isinstance(node, Holding):
        yield None
    for part in shape[1] if shape is not None else ():
        yield from _independent(part)
