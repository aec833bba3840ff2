"""Parts of a formula that are fixed: literals, parameters, and arithmetic of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal, DecimalException

from engine.formula.syntax import (
    Arithmetic,
    Calculated,
    Duration,
    Negative,
    Node,
    Number,
    Parameter,
    walk,
)

ParameterValue = Decimal | float | int
# More digits than any formula's numbers have together, whatever the caller's own context.
EXACT = Context(prec=60)
_OPERATIONS: Mapping[Arithmetic, Callable[[Decimal, Decimal], Decimal]] = {
    Arithmetic.ADD: EXACT.add,
    Arithmetic.SUBTRACT: EXACT.subtract,
    Arithmetic.MULTIPLY: EXACT.multiply,
    Arithmetic.DIVIDE: EXACT.divide,
}


def is_constant(node: Node) -> bool:
    """Whether it has one value for all bars, given the parameters."""
    return all(isinstance(part, Number | Parameter | Negative | Calculated) for part in walk(node))


def parameters_of(node: Node) -> list[Parameter]:
    """The parameters named in it."""
    return [part for part in walk(node) if isinstance(part, Parameter)]


def fold(node: Node, parameters: Mapping[str, ParameterValue]) -> Decimal | None:
    """The value of a constant part (a duration's in seconds), to 60 digits.

    None where it is not constant, lacks a parameter, or divides by zero.
    """
    try:
        return _folded(node, parameters)
    except (DecimalException, KeyError):
        return None


def _folded(node: Node, parameters: Mapping[str, ParameterValue]) -> Decimal | None:
    match node:
        case Number():
            return node.value
        case Duration():
            return Decimal(node.seconds)
        case Parameter():
            return Decimal(str(parameters[node.name]))
        case Negative():
            operand = _folded(node.operand, parameters)
            return None if operand is None else operand.copy_negate()
        case Calculated():
            left, right = _folded(node.left, parameters), _folded(node.right, parameters)
            if left is None or right is None:
                return None
            return _OPERATIONS[node.operator](left, right)
        case _:
            return None
