"""The numbers of a rule as parameters, so that an optimiser has something to turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isqrt
from typing import Any

from engine.formula.syntax import (
    Calculated,
    Call,
    Compared,
    Comparison,
    Joined,
    Negative,
    Node,
    Not,
    Number,
    OnTimeframe,
    Parameter,
    Shifted,
    walk,
)

# Where a function's length stands among its arguments; channels count where there is no average.
_AVERAGES = dict.fromkeys(("sma", "ema", "wma", "rma", "hma", "dema", "tema", "kama"), 1)
_CHANNELS = {
    **dict.fromkeys(("donchian_upper", "donchian_lower"), 0),
    **dict.fromkeys(("bb_upper", "bb_mid", "bb_lower"), 1),
}
_BOUNDED = frozenset({"rsi", "mfi", "stoch_k", "stoch_d", "stoch_rsi"})
_LENGTHS = {1: ("length",), 2: ("fast", "slow"), 3: ("fast", "middle", "slow")}
_LONGEST = 1_000
_REACH = 20


@dataclass(frozen=True, slots=True)
class Numbered:
    """Rules whose numbers have names, and the parameters of a document."""

    rules: Mapping[str, Node]
    parameters: Mapping[str, Mapping[str, Any]]


def numbered(rules: Mapping[str, Node]) -> Numbered:
    """Lengths become `fast`, `slow` or `length`, an oscillator's levels `lower` and `upper`."""
    roots = rules.values()
    has_average = any(isinstance(p, Call) and p.name in _AVERAGES for r in roots for p in walk(r))
    places = _AVERAGES if has_average else _CHANNELS
    lengths = sorted({length for root in roots for length in _lengths(root, places)})
    names = dict(zip(lengths, _LENGTHS.get(len(lengths), ()), strict=False))
    levels: dict[str, float] = {}
    done = {place: _named(root, _Names(places, names, levels)) for place, root in rules.items()}
    parameters = {name: _length(length, lengths) for length, name in names.items()}
    return Numbered(done, {**parameters, **{n: _level(value) for n, value in levels.items()}})


@dataclass(frozen=True, slots=True)
class _Names:
    """Where lengths stand, what each is called, and the levels named so far."""

    places: Mapping[str, int]
    lengths: Mapping[int, str]
    levels: dict[str, float]


def _lengths(root: Node, places: Mapping[str, int]) -> Sequence[int]:
    found = [
        p.arguments[places[p.name]] for p in walk(root) if isinstance(p, Call) and p.name in places
    ]
    return [int(length.value) for length in found if isinstance(length, Number)]


def _named(node: Node, names: _Names) -> Node:
    match node:
        case Call() if node.name in names.places:
            return _with_length(node, names)
        case Call() if node.name in ("crosses_above", "crosses_below"):
            first, second = (_named(part, names) for part in node.arguments)
            falls = node.name == "crosses_below"
            return replace(node, arguments=(first, _levelled(first, second, names, falls=falls)))
        case Compared():
            left, right = (_named(part, names) for part in (node.left, node.right))
            falls = node.operator in (Comparison.LESS, Comparison.LESS_OR_EQUAL)
            return replace(node, left=left, right=_levelled(left, right, names, falls=falls))
        case Calculated() | Joined():
            left, right = (_named(part, names) for part in (node.left, node.right))
            return replace(node, left=left, right=right)
        case Not() | Negative() | OnTimeframe():
            return replace(node, operand=_named(node.operand, names))
        case Shifted():
            return replace(node, series=_named(node.series, names))
        case _:
            return node


def _with_length(call: Call, names: _Names) -> Call:
    place = names.places[call.name]
    length = call.arguments[place]
    name = names.lengths.get(int(length.value)) if isinstance(length, Number) else None
    if name is None:
        return call
    return replace(
        call, arguments=(*call.arguments[:place], Parameter(name), *call.arguments[place + 1 :])
    )


def _levelled(series: Node, level: Node, names: _Names, *, falls: bool) -> Node:
    """An oscillator's level by its name, unless that name has another value already."""
    if not (isinstance(series, Call) and series.name in _BOUNDED and isinstance(level, Number)):
        return level
    name = "lower" if falls else "upper"
    if names.levels.setdefault(name, float(level.value)) != float(level.value):
        return level
    return Parameter(name)


def _length(bars: int, lengths: Sequence[int]) -> dict[str, Any]:
    """A third to three times of it, and never beyond halfway to its neighbours."""
    below = [isqrt(bars * other) + 1 for other in lengths if other < bars]
    above = [isqrt(bars * other) for other in lengths if other > bars]
    lowest = max([2, bars // 3, *below])
    highest = min([_LONGEST, max(bars * 3, bars + 1), *above])
    return {"default": bars, "range": [min(lowest, bars), max(highest, bars)]}


def _level(value: float) -> dict[str, Any]:
    whole = int(value) if value == int(value) else value
    return {"default": whole, "range": [max(0, whole - _REACH), min(100, whole + _REACH)]}
