"""What is known of a formula from its tree: history needed, timeframes, when it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from engine.domain.timeframe import Timeframe
from engine.formula.constants import ParameterValue, fold
from engine.formula.syntax import Call, Node, OnTimeframe, Series, Shifted, children, walk
from engine.formula.vocabulary import form_of
from engine.indicators import Needs

# A length left to a parameter that has no value yet is taken to be this many bars.
ASSUMED_LENGTH = 200
_ON_TICKS = ("change", "crosses_above", "crosses_below")


def timeframes_of(root: Node) -> frozenset[Timeframe]:
    """Those named in `on(...)`."""
    return frozenset(part.timeframe for part in walk(root) if isinstance(part, OnTimeframe))


def judged_on_ticks(root: Node) -> bool:
    """Whether `price` and `change(duration)` are all it looks at, so that a tick can settle it.

    A window over price, or price some bars back, needs bars; a cross of price does not.
    """
    parts = walk(root)
    looks = [part for part in parts if isinstance(part, Series | Call | OnTimeframe | Shifted)]
    return bool(looks) and all(_live(part) for part in looks)


def _live(part: Node) -> bool:
    match part:
        case Series():
            return part.name == "price"
        case Call() if part.name == "change":
            return form_of(part).needs is Needs.CLOCK
        case Call():
            return part.name in _ON_TICKS
        case _:
            return False


def depends_on_its_start(root: Node) -> bool:
    """Whether a longer history may change its value, so that the whole one must be given."""
    return any(
        isinstance(part, OnTimeframe) or (isinstance(part, Call) and form_of(part).recursive)
        for part in walk(root)
    )


def warmup(root: Node, timeframe: Timeframe, parameters: Mapping[str, ParameterValue]) -> int:
    """The bars before the first whose value can be known; never too few, at times too many."""
    inner = max((warmup(part, timeframe, parameters) for part in children(root)), default=0)
    match root:
        case Shifted():
            return inner + int(_constant(root.bars, parameters))
        case OnTimeframe():
            ratio = max(root.timeframe.seconds / timeframe.seconds, 1)
            there = warmup(root.operand, root.timeframe, parameters)
            # One bar more to close, and one for a history that starts inside a bar.
            return ceil((there + 2) * ratio)
        case Call():
            form = form_of(root)
            fixed = [
                _constant(argument, parameters)
                for parameter, argument in zip(form.parameters, root.arguments, strict=True)
                if parameter.constant
            ]
            return inner + ceil(form.warmup(timeframe.seconds, *fixed))
        case _:
            return inner


def _constant(node: Node, parameters: Mapping[str, ParameterValue]) -> float:
    value = fold(node, parameters)
    return ASSUMED_LENGTH if value is None else float(value)
