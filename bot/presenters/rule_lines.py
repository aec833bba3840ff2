"""The series that a strategy's rules look at, as lines on a chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.presenters.overlays import overlay
from bot.presenters.pictures.spec import Overlay
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.formula import parse
from engine.formula.syntax import (
    Call,
    Compared,
    Holding,
    Joined,
    Node,
    Not,
    Parameter,
    Shifted,
    walk,
)
from engine.formula.text import text_of
from engine.strategies import Strategy

_MOST_ON_PRICE, _MOST_BELOW = 4, 2


def rule_lines(
    strategy: Strategy,
    candles: Candles,
    shown: int,
    timeframe: Timeframe,
    values: Mapping[str, float],
) -> tuple[Overlay, ...]:
    """Averages and bands over the price, oscillators below it: a few of each, float64 a bar.

    Computed on all candles, given for the last `shown`.
    """
    found = {text_of(node): node for node in _looked_at(strategy)}
    lines = [
        replace(overlay(formula, candles, shown, timeframe, values), name=written(node, values))
        for text, node in found.items()
        for formula in (parse(text, values, in_strategy=True),)
    ]
    on_price = [line for line in lines if line.panel == "price"]
    below = [line for line in lines if line.panel == "below"]
    return (*on_price[:_MOST_ON_PRICE], *below[:_MOST_BELOW])


def operands(condition: Node) -> Iterator[tuple[Node, Node]]:
    """What each comparison and each crossing within a condition sets beside each other."""
    match condition:
        case Joined():
            yield from operands(condition.left)
            yield from operands(condition.right)
        case Not():
            yield from operands(condition.operand)
        case Compared():
            yield condition.left, condition.right
        case Call(name="crosses_above" | "crosses_below", arguments=(first, second)):
            yield first, second


def written(node: Node, values: Mapping[str, float]) -> str:
    """A series as it is written, its parameters as the numbers that they are."""
    match node:
        case Parameter():
            return f"{values[node.name]:g}"
        case Call() if node.arguments:
            return f"{node.name}({', '.join(written(part, values) for part in node.arguments)})"
        case Shifted():
            return f"{written(node.series, values)}[{written(node.bars, values)}]"
        case _:
            return text_of(node)


def _looked_at(strategy: Strategy) -> Iterator[Node]:
    for side in (strategy.long, strategy.short):
        for formula in (side.enter, side.exit) if side is not None else ():
            for pair in operands(formula.root) if formula is not None else ():
                yield from (node for node in pair if _is_line(node))


def _is_line(node: Node) -> bool:
    parts = walk(node)
    is_series = any(isinstance(part, Call) for part in parts)
    return is_series and not any(isinstance(part, Holding) for part in parts)
