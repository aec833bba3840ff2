"""From a strategy to the numbers that the compiled pass runs on; nothing here is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.backtest.passes import codes
from engine.formula import Formula, Kind
from engine.formula.constants import fold, parameters_of
from engine.formula.syntax import (
    Arithmetic,
    Calculated,
    Call,
    Choice,
    Compared,
    Comparison,
    Holding,
    Joined,
    Junction,
    Negative,
    Node,
    Not,
    Number,
    Parameter,
    Series,
    Shifted,
    walk,
)
from engine.formula.text import text_of
from engine.formula.vocabulary import HOLDINGS
from engine.indicators.registry import LONGEST
from engine.strategies.levels import Level
from engine.strategies.rules import Strategy

_COLUMNS = {"open": 0, "high": 1, "low": 2, "close": 3, "volume": 4, "price": 3}
_OPERATIONS = {
    Arithmetic.ADD: codes.ADD,
    Arithmetic.SUBTRACT: codes.SUBTRACT,
    Arithmetic.MULTIPLY: codes.MULTIPLY,
    Arithmetic.DIVIDE: codes.DIVIDE,
    Junction.AND: codes.AND,
    Junction.OR: codes.OR,
    Comparison.LESS: codes.LESS,
    Comparison.LESS_OR_EQUAL: codes.LESS_OR_EQUAL,
    Comparison.EQUAL: codes.EQUAL,
    Comparison.UNEQUAL: codes.UNEQUAL,
}
_TURNED = {
    Comparison.GREATER: codes.LESS,
    Comparison.GREATER_OR_EQUAL: codes.LESS_OR_EQUAL,
}
_NATIVE = {
    "sma": codes.SMA,
    "rsi": codes.RSI,
    "highest": codes.HIGHEST,
    "lowest": codes.LOWEST,
}
# Of the bar's own column.
_CHANNELS = {
    "donchian_upper": (codes.HIGHEST, codes.HIGH),
    "donchian_lower": (codes.LOWEST, codes.LOW),
}
_CROSSES = ("crosses_above", "crosses_below")
Row = tuple[int, int, int, int, int]


class NotCompilable(Exception):
    """A rule looks at the position's past, which only a walk bar by bar can know."""


@dataclass(slots=True)
class Draft:
    """A program as it grows: rows of operations, and the columns to be computed for it.

    With `is_shared` all averages are columns, so that many runs have them in common. It is `bent`
    where its shape, and not just its numbers, depends on a parameter.
    """

    values: Mapping[str, float]
    is_shared: bool = False
    is_bent: bool = False
    code: list[Row] = field(default_factory=list)
    constants: list[Node | None] = field(default_factory=list)
    late: list[Row] = field(default_factory=list)
    late_constants: list[Node | None] = field(default_factory=list)
    outputs: list[tuple[int, int, int, int]] = field(default_factory=list)
    columns: list[Node] = field(default_factory=list)
    memory: int = 1
    entry: int = -1
    registers: dict[Node, int] = field(default_factory=dict)

    # -- what is known beforehand -------------------------------------------------------------

    def register(self, node: Node) -> int:
        """The register that holds a node's value on each bar."""
        found = self.registers.get(node)
        if found is None:
            operation, a, b, c = self._operation(node)
            found = len(self.code)
            self.code.append((operation, found, a, b, c))
            self.constants.append(constant_in(node))
            self.registers[node] = found
        return found

    def _operation(self, node: Node) -> tuple[int, int, int, int]:
        match node:
            case Number() | Parameter():
                return codes.CONSTANT, 0, 0, 0
            case Series() if node.name in _COLUMNS:
                return codes.COLUMN, _COLUMNS[node.name], 0, 0
            case Choice():
                parts = (node.then, node.condition, node.otherwise)
                then, condition, otherwise = (self.register(part) for part in parts)
                return codes.CHOICE, then, condition, otherwise
            case Shifted():
                return self._shifted(node)
            case Call():
                return self._called(node)
            case _:
                return self._joined(node) or self._computed(node)

    def _joined(self, node: Node) -> tuple[int, int, int, int] | None:
        shape = shape_of(node)
        if shape is None:
            return None
        operation, parts = shape
        places = [self.register(part) for part in parts]
        return operation, places[0], places[-1], 0

    def _called(self, call: Call) -> tuple[int, int, int, int]:
        if call.name in _CROSSES:
            above, below = (self.register(argument) for argument in call.arguments)
            if call.name == "crosses_below":
                above, below = below, above
            return codes.CROSSES_ABOVE, above, below, 0
        found = None if self.is_shared else native(call, self.values)
        if found is None:
            return self._computed(call)
        operation, column, bars = found
        start = self.memory
        self.memory += 2 * bars + 3
        return operation, column, bars, start

    def _shifted(self, node: Shifted) -> tuple[int, int, int, int]:
        bars = fold(node.bars, self.values)
        self.is_bent = self.is_bent or bool(parameters_of(node.bars))
        if bars is None or bars != int(bars) or not 0 <= bars <= LONGEST:
            return self._computed(node)
        if bars == 1:
            return codes.PREVIOUS, self.register(node.series), 0, 0
        if isinstance(node.series, Series) and node.series.name in _COLUMNS:
            return codes.LAG, _COLUMNS[node.series.name], int(bars), 0
        return self._computed(node)

    def _computed(self, node: Node) -> tuple[int, int, int, int]:
        self.columns.append(node)
        return codes.COLUMN, codes.COMPUTED + len(self.columns) - 1, 0, 0

    def join_entries(self) -> None:
        """Where both sides have rules, a register that says when either enters."""
        (long_how, long, *_), (short_how, short, *_) = self.outputs[0], self.outputs[2]
        if long_how == short_how == codes.BY_REGISTER:
            self.entry = len(self.code)
            self.code.append((codes.OR, self.entry, long, short, 0))
            self.constants.append(None)

    # -- what only the bar itself knows -------------------------------------------------------

    def output(self, formula: Formula | None) -> None:
        """Give the program one output more."""
        if formula is None:
            self.outputs.append((codes.ABSENT, 0, 0, 0))
        elif not looks_at_position(formula.root):
            self.outputs.append((codes.BY_REGISTER, self.register(formula.root), 0, 0))
        else:
            first = len(self.late)
            slot = self._slot(formula.root)
            self.outputs.append((codes.BY_BAR, slot, first, len(self.late)))

    def _slot(self, node: Node) -> int:
        operation, a, b, c = self._late(node)
        slot = len(self.late)
        self.late.append((operation, slot, a, b, c))
        self.late_constants.append(constant_in(node))
        return slot

    def _late(self, node: Node) -> tuple[int, int, int, int]:
        if isinstance(node, Number | Parameter):
            return codes.CONSTANT, 0, 0, 0
        if isinstance(node, Holding):
            return codes.HOLDING, HOLDINGS.index(node.name), 0, 0
        if not looks_at_position(node):
            return codes.REGISTER, self.register(node), 0, 0
        if isinstance(node, Choice):
            parts = (node.then, node.condition, node.otherwise)
            then, condition, otherwise = (self._slot(part) for part in parts)
            return codes.CHOICE, then, condition, otherwise
        shape = shape_of(node)
        if shape is None:
            raise NotCompilable(text_of(node))
        places = [self._slot(part) for part in shape[1]]
        return shape[0], places[0], places[-1], 0


def constant_in(node: Node) -> Node | None:
    """The node, where it is a constant by itself."""
    return node if isinstance(node, Number | Parameter) else None


def value_of(constant: Node | None, values: Mapping[str, float]) -> float:
    """What a constant is with these parameters."""
    if isinstance(constant, Parameter):
        return float(values[constant.name])
    return float(constant.value) if isinstance(constant, Number) else 0.0


def native(call: Node, values: Mapping[str, float]) -> tuple[int, int, int] | None:
    """What the pass computes itself: its operation, its column and its length."""
    found = _native(call)
    if found is None:
        return None
    operation, column, length = found
    bars = fold(length, values)
    least = 2 if operation == codes.RSI else 1
    if bars is None or bars != int(bars) or not least <= bars <= LONGEST:
        return None  # refused where it is computed, with the reason
    return operation, column, int(bars)


def _native(call: Node) -> tuple[int, int, Node] | None:
    if not isinstance(call, Call):
        return None
    if call.name in _CHANNELS:
        return *_CHANNELS[call.name], call.arguments[0]
    series = call.arguments[0] if call.name in _NATIVE else None
    if not isinstance(series, Series) or series.name not in _COLUMNS:
        return None
    return _NATIVE[call.name], _COLUMNS[series.name], call.arguments[1]


def looks_at_position(root: Node) -> bool:
    """Whether it has another value for each position held."""
    return any(isinstance(part, Holding) for part in walk(root))


def shape_of(node: Node) -> tuple[int, tuple[Node, ...]] | None:
    """A node that joins its parts bar by bar: the operation, and the parts in its order."""
    match node:
        case Negative():
            return codes.NEGATE, (node.operand,)
        case Not():
            return codes.NOT, (node.operand,)
        case Compared() if node.operator in _TURNED:
            return _TURNED[node.operator], (node.right, node.left)
        case Calculated() | Compared() | Joined():
            return _OPERATIONS[node.operator], (node.left, node.right)
        case _:
            return None


def drafted(strategy: Strategy, values: Mapping[str, float], *, is_shared: bool = False) -> Draft:
    """The program of a strategy. Raises NotCompilable."""
    draft = Draft(values, is_shared)
    for formula in rules_of(strategy):
        draft.output(formula)
    for level in levels_of(strategy):
        draft.output(None if level is None else level.formula)
    draft.join_entries()
    return draft


def rules_of(strategy: Strategy) -> Iterator[Formula | None]:
    """Enter and exit of the long side, then of the short one."""
    for side in (strategy.long, strategy.short):
        yield side.enter if side else None
        yield side.exit if side else None


def levels_of(strategy: Strategy) -> tuple[Level | None, ...]:
    """Stop, target and trailing stop."""
    return strategy.stop_loss, strategy.take_profit, strategy.trailing_stop


def as_formula(node: Node) -> Formula:
    """A part of a checked formula as one of its own."""
    return Formula(text_of(node), node, Kind.NUMBER, False, 0, frozenset())
