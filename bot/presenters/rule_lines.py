"""The series that a strategy's rules look at, as lines on a chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from bot.presenters.pictures.spec import Overlay
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.formula import Workspace, parse
from engine.formula.syntax import (
    Call,
    Compared,
    Holding,
    Joined,
    Node,
    Not,
    Parameter,
    Series,
    Shifted,
    walk,
)
from engine.formula.text import text_of
from engine.strategies import Strategy

_ON_PRICE = frozenset(
    {
        *("sma", "ema", "wma", "rma", "hma", "dema", "tema", "kama", "vwma", "vwap"),
        *("bb_upper", "bb_mid", "bb_lower", "keltner_upper", "keltner_lower"),
        *("donchian_upper", "donchian_lower", "highest", "lowest", "psar", "supertrend"),
        *("session_open", "session_high", "session_low"),
        *("opening_range_high", "opening_range_low"),
    }
)
_MOST_ON_PRICE, _MOST_BELOW = 4, 2


def rule_lines(
    strategy: Strategy, candles: Candles, timeframe: Timeframe, values: Mapping[str, float]
) -> tuple[Overlay, ...]:
    """Averages and bands over the price, oscillators below it: a few of each, float64 a bar."""
    workspace = Workspace(candles, timeframe=timeframe, parameters=values)
    found: dict[str, Overlay] = {}
    for node in _looked_at(strategy):
        formula = parse(text_of(node), values, in_strategy=True)
        panel: Literal["price", "below"] = "price" if _is_on_price(node) else "below"
        known = np.asarray(workspace.evaluate(formula), np.float64)
        found.setdefault(formula.text, Overlay(written(node, values), known, panel))
    on_price = [line for line in found.values() if line.panel == "price"]
    below = [line for line in found.values() if line.panel == "below"]
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


def _is_on_price(node: Node) -> bool:
    kinds = [part.name for part in walk(node) if isinstance(part, Call)]
    others = [part for part in walk(node) if isinstance(part, Series) and part.name == "volume"]
    return bool(kinds) and all(name in _ON_PRICE for name in kinds) and not others
