"""From tokens to a tree: recursive descent with binding powers (Pratt 1973), within bounds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TypeVar

from engine.domain.timeframe import Timeframe
from engine.errors import FormulaInvalid
from engine.formula.syntax import (
    Arithmetic,
    Calculated,
    Call,
    Choice,
    Compared,
    Comparison,
    Duration,
    Joined,
    Junction,
    Negative,
    Node,
    Not,
    Number,
    OnTimeframe,
    Shifted,
    children,
)
from engine.formula.tokens import Token, TokenKind, shortened, tokenize
from engine.formula.vocabulary import Vocabulary, nearest, usage

DEEPEST = 50
MOST_NODES = 500
# A chain such as a + b + c leans to the left without brackets, and is walked recursively too.
DEEPEST_TREE = 100

CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, MINUS, SHIFT = range(1, 10)
POWERS: Mapping[str, int] = {
    "if": CHOICE,
    Junction.OR: OR,
    Junction.AND: AND,
    **{comparison.value: COMPARISON for comparison in Comparison},
    Arithmetic.ADD: SUM,
    Arithmetic.SUBTRACT: SUM,
    Arithmetic.MULTIPLY: PRODUCT,
    Arithmetic.DIVIDE: PRODUCT,
    "[": SHIFT,
}

_N = TypeVar("_N", bound=Node)


def read(text: str, parameters: Collection[str], *, in_strategy: bool) -> Node:
    """The tree of a formula, its names resolved, its kinds not yet checked.

    Raises FormulaInvalid with the column of the first mistake.
    """
    vocabulary = Vocabulary.of(parameters, in_strategy=in_strategy)
    return _Parser(tokenize(text), vocabulary).whole()


class _Parser:
    def __init__(self, tokens: list[Token], vocabulary: Vocabulary) -> None:
        self._tokens = tokens
        self._vocabulary = vocabulary
        self._at = 0
        self._depth = 0
        self._count = 0

    def whole(self) -> Node:
        if self._next().kind is TokenKind.END:
            raise FormulaInvalid("empty", 1)
        root = self._expression(0)
        if self._next().kind is not TokenKind.END:
            raise self._unexpected("operator")
        if _depth(root) > DEEPEST_TREE:
            raise FormulaInvalid("chain_too_long", root.column)
        return root

    # -- tokens -----------------------------------------------------------------------------

    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next()
        self._at += 1
        return token

    def _operator(self) -> str:
        """The next token as a sign or keyword, in lower case; a name is one too, of no power."""
        kind = self._next().kind
        return self._next().text.lower() if kind in (TokenKind.SIGN, TokenKind.WORD) else ""

    def _expect(self, text: str) -> None:
        if self._operator() != text:
            raise self._unexpected("word", text)
        self._at += 1

    def _unexpected(self, what: str, wanted: str = "") -> FormulaInvalid:
        """`what` should follow: an `operator`, a `value`, or the `word` that is wanted."""
        token = self._next()
        if token.kind is TokenKind.END:
            return FormulaInvalid(f"ends_before.{what}", token.column, wanted=wanted)
        found = shortened(token.text)
        return FormulaInvalid(f"instead_of.{what}", token.column, word=found, wanted=wanted)

    def _made(self, node: _N) -> _N:
        self._count += 1
        if self._count > MOST_NODES:
            raise FormulaInvalid("too_many_parts", node.column, most=str(MOST_NODES))
        return node

    # -- expressions ------------------------------------------------------------------------

    def _expression(self, minimum: int) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaInvalid("too_deep", self._next().column, most=str(DEEPEST))
        left = self._prefix()
        while (power := POWERS.get(self._operator(), 0)) > minimum:
            left = self._infix(left, self._take(), power)
        self._depth -= 1
        return left

    def _infix(self, left: Node, token: Token, power: int) -> Node:
        operator = token.text.lower()
        if power == CHOICE:
            return self._choice(left, token.column)
        if power == SHIFT:
            bars = self._expression(0)
            self._expect("]")
            return self._made(Shifted(left, bars, column=token.column))
        if power == COMPARISON and isinstance(left, Compared):
            raise FormulaInvalid("chained_comparison", token.column)
        right = self._expression(power)
        if power in (OR, AND):
            return self._made(Joined(Junction(operator), left, right, column=token.column))
        if power == COMPARISON:
            return self._made(Compared(Comparison(operator), left, right, column=token.column))
        return self._made(Calculated(Arithmetic(operator), left, right, column=token.column))

    def _choice(self, then: Node, column: int) -> Node:
        condition = self._expression(CHOICE)
        self._expect("else")
        return self._made(Choice(then, condition, self._expression(0), column=column))

    def _prefix(self) -> Node:
        operator, token = self._operator(), self._next()
        if operator == "-":
            self._at += 1
            return self._made(Negative(self._expression(MINUS), column=token.column))
        if operator == "not":
            self._at += 1
            return self._made(Not(self._expression(NOT), column=token.column))
        if operator == "(":
            self._at += 1
            inner = self._expression(0)
            self._expect(")")
            return inner
        return self._atom()

    def _atom(self) -> Node:
        token = self._next()
        if token.kind in (TokenKind.END, TokenKind.SIGN) or token.text.lower() in (
            *Junction,
            "if",
            "else",
        ):
            raise self._unexpected("value")
        self._at += 1
        if token.kind is TokenKind.NUMBER:
            return self._made(_number(token))
        if token.kind is TokenKind.DURATION:
            return self._made(Duration(token.text, column=token.column))
        if self._operator() == "(":
            return self._call(token)
        return self._made(self._vocabulary.value(token))

    def _call(self, token: Token) -> Node:
        name = self._vocabulary.function(token)
        self._expect("(")
        if name == "on":
            return self._on(token.column)
        arguments: list[Node] = []
        while self._operator() != ")":
            arguments.append(self._expression(0))
            if self._operator() != ")":
                self._separator(name)
        self._expect(")")
        return self._made(Call(name, tuple(arguments), column=token.column))

    def _separator(self, name: str) -> None:
        if self._operator() != ",":
            raise self._unexpected("separator", usage(name))
        self._at += 1
        if self._operator() == ")":
            raise self._unexpected("value")

    def _on(self, column: int) -> Node:
        token = self._next()
        timeframes = [timeframe.value for timeframe in Timeframe]
        if token.text not in timeframes or token.kind is not TokenKind.DURATION:
            raise FormulaInvalid(
                "timeframe",
                token.column,
                word=shortened(token.text),
                detail=", ".join(timeframes),
                nearest=nearest(token.text, timeframes),
            )
        self._at += 1
        self._expect(",")
        operand = self._expression(0)
        self._expect(")")
        return self._made(OnTimeframe(Timeframe(token.text), operand, column=column))


def _number(token: Token) -> Number:
    digits = token.text.replace("_", "")
    percent = digits.endswith("%")
    if percent:
        value = Decimal(f"{digits[:-1]}E-2")
    elif digits[-1] in "kK":
        value = Decimal(f"{digits[:-1]}E3")
    else:
        value = Decimal(digits)
    return Number(value, percent, column=token.column)


def _depth(root: Node) -> int:
    depth, level = 0, [root]
    while level:
        depth += 1
        level = [child for node in level for child in children(node)]
    return depth
