"""How a formula is judged: on which bars, with how much past, and what it looks at."""

from __future__ import annotations

from decimal import Decimal

from engine.alerts.levels import Threshold
from engine.alerts.memory import MAXIMUM_BARS
from engine.domain.timeframe import Timeframe
from engine.formula import ChangeBound, Formula
from engine.formula.constants import EXACT, is_constant
from engine.formula.syntax import Call, Compared, Node, walk
from engine.formula.text import text_of
from engine.formula.traits import depends_on_its_start

_ON_TICKS = (Timeframe.M1, Timeframe.H1, Timeframe.D1)
_SETTLED = 4
"""An average that feeds on itself is given so many times its length, to forget its start."""


def measured_on(formula: Formula, timeframe: Timeframe) -> Timeframe:
    """The bars it is computed on: its own, or for ticks the finest that reach far enough back."""
    if not formula.judged_on_ticks:
        return timeframe
    fitting = (t for t in _ON_TICKS if formula.warmup_at(t) < MAXIMUM_BARS)
    return next(fitting, _ON_TICKS[-1])


def bars_needed(formula: Formula, timeframe: Timeframe) -> int:
    """Closed bars of that timeframe that judging it takes."""
    needed = formula.warmup_at(timeframe) + 1
    if depends_on_its_start(formula.root):
        needed *= _SETTLED
    return min(needed, MAXIMUM_BARS)


def price_threshold(formula: Formula) -> Threshold | None:
    """The level that it is about and nothing else."""
    bound = formula.bounds()
    return Threshold(bound.level, bound.above, bound.inclusive) if bound else None


def change_threshold(bound: ChangeBound, base: float) -> Threshold:
    """The level that a change from `base` comes to, exactly."""
    level = EXACT.multiply(Decimal(repr(base)), 1 + bound.ratio)
    return Threshold(level, bound.above, bound.inclusive)


def looked_at(formula: Formula) -> tuple[str, ...]:
    """The numbers it compares, as formulas: `rsi(close, 14)` of `rsi(close, 14) < 30`."""
    found: dict[str, None] = {}
    for part in walk(formula.root):
        for operand in _compared(part):
            if not is_constant(operand):
                found[text_of(operand)] = None
    return tuple(found)


def _compared(part: Node) -> tuple[Node, ...]:
    if isinstance(part, Compared):
        return part.left, part.right
    if isinstance(part, Call) and part.name in {"crosses_above", "crosses_below"}:
        return part.arguments
    return ()
