"""What undoes a condition, and what the same idea is on the other side of the market."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from engine.formula.syntax import (
    Arithmetic,
    Calculated,
    Call,
    Compared,
    Comparison,
    Joined,
    Junction,
    Negative,
    Node,
    Number,
    Parameter,
    Shifted,
)

_CROSSES = {"crosses_above": "crosses_below", "crosses_below": "crosses_above"}
_TURNED = {
    Comparison.LESS: Comparison.GREATER,
    Comparison.GREATER: Comparison.LESS,
    Comparison.LESS_OR_EQUAL: Comparison.GREATER_OR_EQUAL,
    Comparison.GREATER_OR_EQUAL: Comparison.LESS_OR_EQUAL,
}
# What an oscillator's two ends add up to.
_SUMS = {
    **dict.fromkeys(("rsi", "mfi", "stoch_k", "stoch_d", "stoch_rsi"), 100),
    **dict.fromkeys(("cci", "roc", "mom", "macd_hist", "change"), 0),
    "willr": -100,
}


def way_out(condition: Node) -> Node | None:
    """What ends a position that the condition began, or None where nothing plainly does.

    A band is left at its middle, an average or an oscillator where it has turned.
    """
    match condition:
        case Joined(operator=Junction.AND):
            return way_out(condition.left) or way_out(condition.right)
        case Compared() if _name(condition.right).endswith(("_upper", "_lower")):
            middle = _renamed(condition.right, lambda name: f"{name.rpartition('_')[0]}_mid")
            if _name(condition.right).startswith("bb_") and middle is not None:
                return _turned(condition, middle)
            return other_side(condition)
        case Compared() if _name(condition.left) == "change":
            return None
        case _:
            return other_side(condition)


def other_side(condition: Node) -> Node | None:
    """The mirror image: above for below, overbought for oversold, the upper band for the lower."""
    match condition:
        case Joined():
            left, right = other_side(condition.left), other_side(condition.right)
            if left is None or right is None:
                return None
            return replace(condition, left=left, right=right)
        case Call() if condition.name in _CROSSES:
            first, second = condition.arguments
            mirrored = _mirrored(first, second)
            if mirrored is None:
                return None
            return Call(_CROSSES[condition.name], (first, mirrored))
        case Compared() if condition.operator in _TURNED:
            mirrored = _mirrored(condition.left, condition.right)
            return None if mirrored is None else _turned(condition, mirrored)
        case _:
            return None


def _mirrored(series: Node, level: Node) -> Node | None:
    """The level on the other side; None for a price, which has none."""
    banded = _renamed(level, lambda name: _SIDES[name.rpartition("_")[2]].join(_split(name)))
    if banded is not None:
        return banded
    if not _is_level(level):
        return level
    total = _SUMS.get(_name(series))
    if total is None:
        return level if _is_zero(level) else None
    return _less(total, level)


_SIDES = {"upper": "lower", "lower": "upper"}


def _split(name: str) -> tuple[str, str]:
    return f"{name.rpartition('_')[0]}_", ""


def _turned(condition: Compared, right: Node) -> Compared:
    return Compared(_TURNED[condition.operator], condition.left, right)


def _renamed(node: Node, rename: Callable[[str], str]) -> Node | None:
    """A band under another name, also where it is looked at bars back; None for anything else."""
    if isinstance(node, Shifted):
        inner = _renamed(node.series, rename)
        return None if inner is None else replace(node, series=inner)
    if isinstance(node, Call) and node.name.endswith(("_upper", "_lower")):
        return replace(node, name=rename(node.name))
    return None


def _name(node: Node) -> str:
    match node:
        case Shifted():
            return _name(node.series)
        case Call():
            return node.name
        case _:
            return ""


def _is_level(node: Node) -> bool:
    return isinstance(node, Number | Parameter) or (
        isinstance(node, Negative) and isinstance(node.operand, Number | Parameter)
    )


def _is_zero(node: Node) -> bool:
    return isinstance(node, Number) and not node.value


def _less(total: int, level: Node) -> Node:
    """`total - level`, written as simply as it can be."""
    is_negative = isinstance(level, Negative)
    inner = level.operand if isinstance(level, Negative) else level
    if isinstance(inner, Number):
        value = total - (-inner.value if is_negative else inner.value)
        positive = Number(abs(value), inner.percent)
        return positive if value >= 0 else Negative(positive)
    if not total:
        return inner if is_negative else Negative(inner)
    return Calculated(Arithmetic.SUBTRACT, Number(Decimal(total)), level)
