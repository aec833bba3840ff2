"""The syntax tree of a formula. Equal formulas have equal trees; columns count from 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from engine.domain.timeframe import Timeframe, duration_seconds


class Arithmetic(StrEnum):
    """Between numbers, giving a number."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Comparison(StrEnum):
    """Between numbers, giving a condition."""

    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    EQUAL = "=="
    UNEQUAL = "!="


class Junction(StrEnum):
    """Between conditions, giving a condition."""

    AND = "and"
    OR = "or"


def _column() -> int:
    """Where it stands in the text, which is no part of what it is."""
    return field(default=1, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number:
    """A literal, exact; `5%` has the value 0.05."""

    value: Decimal
    percent: bool = False
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Duration:
    """A literal such as `15m`, which stands only as an argument."""

    text: str
    column: int = _column()

    @property
    def seconds(self) -> int:
        """Its length."""
        return duration_seconds(self.text)


@dataclass(frozen=True, slots=True)
class Series:
    """A series of the bar itself, such as `close`."""

    name: str
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A strategy's named number."""

    name: str
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Holding:
    """What a strategy holds: `position`, `entry_price`, `bars_held` or `open_profit`."""

    name: str
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Node
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    operand: Node
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Calculated:
    """Arithmetic of two numbers."""

    operator: Arithmetic
    left: Node
    right: Node
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Compared:
    """Two numbers compared."""

    operator: Comparison
    left: Node
    right: Node
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Joined:
    """Two conditions joined."""

    operator: Junction
    left: Node
    right: Node
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Shifted:
    """`series[bars]`: the value `bars` bars back, a constant."""

    series: Node
    bars: Node
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if condition else otherwise`."""

    then: Node
    condition: Node
    otherwise: Node
    column: int = _column()


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the registry, or one of its bare words such as `hour`."""

    name: str
    arguments: tuple[Node, ...] = ()
    column: int = _column()


@dataclass(frozen=True, slots=True)
class OnTimeframe:
    """`on(timeframe, operand)`: the operand on the last closed bar of another timeframe."""

    timeframe: Timeframe
    operand: Node
    column: int = _column()


Node = (
    Number
    | Duration
    | Series
    | Parameter
    | Holding
    | Negative
    | Not
    | Calculated
    | Compared
    | Joined
    | Shifted
    | Choice
    | Call
    | OnTimeframe
)


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order of the text."""
    match node:
        case Negative() | Not() | OnTimeframe():
            return (node.operand,)
        case Calculated() | Compared() | Joined():
            return (node.left, node.right)
        case Shifted():
            return (node.series, node.bars)
        case Choice():
            return (node.then, node.condition, node.otherwise)
        case Call():
            return node.arguments
        case _:
            return ()


def walk(root: Node) -> list[Node]:
    """The node and all its parts."""
    nodes = [root]
    for node in nodes:  # grows while it is read
        nodes.extend(children(node))
    return nodes
