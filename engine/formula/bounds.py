"""Formulas that a sorted list of levels can watch, instead of being computed on every tick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.timeframe import duration_seconds
from engine.formula.constants import fold
from engine.formula.syntax import (
    Call,
    Compared,
    Comparison,
    Duration,
    Negative,
    Node,
    Not,
    Series,
)

_MIRRORED = {
    Comparison.LESS: Comparison.GREATER,
    Comparison.LESS_OR_EQUAL: Comparison.GREATER_OR_EQUAL,
    Comparison.GREATER: Comparison.LESS,
    Comparison.GREATER_OR_EQUAL: Comparison.LESS_OR_EQUAL,
}
_OPPOSITE = {
    Comparison.LESS: Comparison.GREATER_OR_EQUAL,
    Comparison.LESS_OR_EQUAL: Comparison.GREATER,
    Comparison.GREATER: Comparison.LESS_OR_EQUAL,
    Comparison.GREATER_OR_EQUAL: Comparison.LESS,
}
_ABOVE = (Comparison.GREATER, Comparison.GREATER_OR_EQUAL)
_INCLUSIVE = (Comparison.LESS_OR_EQUAL, Comparison.GREATER_OR_EQUAL)


@dataclass(frozen=True, slots=True)
class PriceBound:
    """True while the price is above (or below) a level, in quote currency."""

    above: bool
    level: Decimal
    inclusive: bool


@dataclass(frozen=True, slots=True)
class ChangeBound:
    """True while the change over a duration is above (or below) a ratio: -0.05 is -5%."""

    duration: str
    above: bool
    ratio: Decimal
    inclusive: bool

    @property
    def seconds(self) -> int:
        """The duration's length."""
        return duration_seconds(self.duration)


def price_bound(root: Node) -> PriceBound | None:
    """The bound that a formula such as `price > 70000` is, else None."""
    found = _bound(root, lambda node: isinstance(node, Series) and node.name == "price")
    if found is None:
        return None
    _, operator, level = found
    return PriceBound(operator in _ABOVE, level, operator in _INCLUSIVE)


def change_bound(root: Node) -> ChangeBound | None:
    """The bound that a formula such as `change(1d) < -5%` is, else None."""
    found = _bound(root, lambda node: _duration_of(node) is not None)
    if found is None:
        return None
    node, operator, ratio = found
    duration = _duration_of(node)
    if duration is None:
        return None
    return ChangeBound(duration, operator in _ABOVE, ratio, operator in _INCLUSIVE)


def _duration_of(node: Node) -> str | None:
    if isinstance(node, Call) and node.name == "change" and len(node.arguments) == 1:
        argument = node.arguments[0]
        return argument.text if isinstance(argument, Duration) else None
    return None


def _bound(
    root: Node, is_subject: Callable[[Node], bool]
) -> tuple[Node, Comparison, Decimal] | None:
    """A comparison turned until the subject stands alone on its left and a constant right."""
    denied = False
    while isinstance(root, Not):
        root, denied = root.operand, not denied
    if not isinstance(root, Compared) or root.operator not in _MIRRORED:
        return None
    operator = _OPPOSITE[root.operator] if denied else root.operator
    subject, level = root.left, fold(root.right, {})
    if level is None:
        subject, level, operator = root.right, fold(root.left, {}), _MIRRORED[operator]
    while isinstance(subject, Negative) and level is not None:
        subject, level, operator = subject.operand, level.copy_negate(), _MIRRORED[operator]
    if level is None or not is_subject(subject):
        return None
    return subject, operator, level
