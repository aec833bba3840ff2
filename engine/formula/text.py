"""The canonical text of a tree: reading it again gives the same tree, and the same text."""

from __future__ import annotations

from engine.formula.constants import EXACT
from engine.formula.parser import (
    AND,
    CHOICE,
    COMPARISON,
    MINUS,
    NOT,
    OR,
    POWERS,
    SHIFT,
)
from engine.formula.syntax import (
    Calculated,
    Call,
    Choice,
    Compared,
    Duration,
    Holding,
    Joined,
    Junction,
    Negative,
    Node,
    Not,
    Number,
    OnTimeframe,
    Parameter,
    Series,
    Shifted,
)
from engine.indicators import WORDS


def text_of(node: Node) -> str:
    """Lower case, one space round operators, brackets only where they change the meaning."""
    match node:
        case Negative():
            return "-" + _operand(node.operand, MINUS)
        case Not():
            return "not " + _operand(node.operand, NOT)
        case Calculated() | Compared() | Joined():
            power = POWERS[node.operator]
            right = _operand(node.right, power + 1)
            return f"{_operand(node.left, power)} {node.operator} {right}"
        case Shifted():
            return f"{_operand(node.series, SHIFT)}[{text_of(node.bars)}]"
        case Choice():
            then, condition = _operand(node.then, OR), _operand(node.condition, OR)
            return f"{then} if {condition} else {text_of(node.otherwise)}"
        case _:
            return _atom(node)


def _atom(node: Node) -> str:
    match node:
        case Number():
            return _number(node)
        case Duration():
            return node.text
        case Series() | Parameter() | Holding():
            return node.name
        case OnTimeframe():
            return f"on({node.timeframe}, {text_of(node.operand)})"
        case Call() if WORDS[node.name][0].bare:
            return node.name
        case Call():
            return f"{node.name}({', '.join(text_of(argument) for argument in node.arguments)})"
        case _:
            raise AssertionError(node)


def _operand(node: Node, least: int) -> str:
    text = text_of(node)
    return text if _power(node) >= least else f"({text})"


def _power(node: Node) -> int:
    match node:
        case Choice():
            return CHOICE
        case Joined():
            return OR if node.operator is Junction.OR else AND
        case Not():
            return NOT
        case Compared():
            return COMPARISON
        case Calculated():
            return POWERS[node.operator]
        case Negative():
            return MINUS
        case _:
            return SHIFT


def _number(node: Number) -> str:
    shown = EXACT.scaleb(node.value, 2) if node.percent else node.value
    text = format(shown, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text + "%" if node.percent else text
