"""The words a formula may use, and the nearest right one for each wrong one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from engine.errors import FormulaInvalid
from engine.formula.syntax import Call, Holding, Node, Parameter, Series
from engine.formula.tokens import Token, shortened
from engine.indicators import WORDS, Indicator

KEYWORDS = ("and", "or", "not", "if", "else", "on")
HOLDINGS = ("position", "entry_price", "bars_held", "open_profit")
BARE = tuple(name for name, forms in WORDS.items() if forms[0].bare)
FUNCTIONS = (*(name for name in WORDS if name not in BARE), "on")
# What no parameter may be called.
RESERVED = frozenset((*KEYWORDS, *HOLDINGS, *WORDS))


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The one that looks most alike, or nothing where none is near."""
    return next(iter(get_close_matches(word.lower()[:64], list(candidates), n=1)), "")


def form_of(call: Call) -> Indicator:
    """The registry's row for a checked call."""
    return next(form for form in WORDS[call.name] if len(form.parameters) == len(call.arguments))


def usage(name: str) -> str:
    """How a function is written: `sma(x, n)`; several ways stand apart by a bar."""
    if name == "on":
        return "on(timeframe, x)"
    return " | ".join(form.signature for form in WORDS[name])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names known in one formula: the language's, and the strategy's parameters."""

    parameters: frozenset[str]
    in_strategy: bool

    @classmethod
    def of(cls, parameters: Collection[str], *, in_strategy: bool) -> Vocabulary:
        """Raises FormulaInvalid where a parameter bears a name of the language's own."""
        for name in parameters:
            if name in RESERVED:
                raise FormulaInvalid("reserved", 1, word=name)
        return cls(frozenset(parameters), in_strategy)

    def value(self, token: Token) -> Node:
        """What a word without brackets stands for."""
        if token.text in self.parameters:
            return Parameter(token.text, column=token.column)
        name = token.text.lower()
        if name in HOLDINGS:
            if not self.in_strategy:
                raise FormulaInvalid("only_in_strategy", token.column, word=name)
            return Holding(name, column=token.column)
        if name in BARE:
            if WORDS[name][0].family == "series":
                return Series(name, column=token.column)
            return Call(name, column=token.column)
        if name in FUNCTIONS:
            raise FormulaInvalid("lacks_arguments", token.column, word=name, form=usage(name))
        known = [*BARE, *self.parameters, *FUNCTIONS, *(HOLDINGS if self.in_strategy else ())]
        raise _unknown("unknown_name", token, nearest(name, known))

    def function(self, token: Token) -> str:
        """The function that a word before brackets names."""
        name = token.text.lower()
        if name in FUNCTIONS or (name in BARE and WORDS[name][0].family == "session"):
            return name
        if name in BARE or name in HOLDINGS or token.text in self.parameters:
            raise FormulaInvalid("no_function", token.column, word=shortened(token.text))
        raise _unknown("unknown_function", token, nearest(name, FUNCTIONS))


def _unknown(kind: str, token: Token, near: str) -> FormulaInvalid:
    return FormulaInvalid(kind, token.column, word=shortened(token.text), nearest=near)
