"""Doubts of how much is meant: some of many, one figure or another, a sum or a number of things."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from bot.interpreter.phrases.policies import TRADES
from bot.interpreter.phrases.readings import half_a_thing, is_two_ways, stop_before_a_limit
from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import phraseset, wordset
from bot.interpreter.phrases.vocabulary.guards import FRENCH

_HUNDREDS = re.compile(r"\.\d00\b")
# From here on, a bare figure behind an instrument can be a sum as well as a number of it.
_SURELY_COINS = 10
_SOME = wordset("""
    one some any few most several another many either none un une l'un l'une certains certaines
    plupart aucun aucune certain certaine quelques-uns quelques-unes uns unes
""")
_NEARLY = phraseset("""
    almost, nearly, roughly, approximately, practically, virtually, presque, quasi, quasiment,
    pratiquement, grosso modo
""")
_MANY = wordset("ORDER ORDERS EVERYTHING POSITION ALERTN ALERTS STRATEGIES SCHEDULES HOLDING")


def some_of(clause: Sequence[Token]) -> Iterator[Token]:
    """`cancel one of my orders`: some of many, and nobody says which."""
    for index, (part, of) in enumerate(pairwise(clause)):
        many = any(t.isa(*_MANY) for t in clause[index + 1 : index + 4])
        some = part.text in _SOME or part.kind == "number"
        if many and (part.isa("VAGUE") or (some and (of.isa("OF") or of.text == "parmi"))):
            yield part


def ranged(clause: Sequence[Token]) -> Iterator[Token]:
    """`2-3 eth`, `2 or 3`."""
    for index, token in enumerate(clause):
        beside = [*clause[max(0, index - 1) : index], *clause[index + 1 : index + 2]]
        between = len(beside) == 2 and all(t.of(*FIGURES) for t in beside)
        if token.isa("OR") or (token.text in {"-", "/"} and between):
            yield token


def noughts(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """`buy 0 eth`."""
    if "0" in (draft.get("quantity"), draft.get("amount")):
        yield from (t for t in clause if t.of("number", "money"))


def of_two_minds(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """`close 50 of my eth`, `buy btc 500`, `buy 5 sol for 150`, `achète 1,500 eth`."""
    figures = [i for i, token in enumerate(clause) if token.of("number", "money")]
    stop, half = stop_before_a_limit(clause), half_a_thing(name, clause)
    yield from (clause[i] for i in (stop, half) if i is not None and name in TRADES)
    if name == "close":
        yield from (clause[i] for i in figures)
    if name not in TRADES or not figures:
        return
    last = figures[-1]
    total, behind = clause[last], clause[last + 1 : last + 2]
    if len(figures) == 1 and last and clause[last - 1].kind == "symbol" and total.kind == "number":
        many = Decimal(total.value) >= _SURELY_COINS and draft.get("quantity") == total.value
        yield from (total,) if many and not any(t.isa("SHARES") for t in behind) else ()
    counted = draft.get("quantity") not in (None, "1") and len(figures) == 2
    if counted and total.kind == "number" and clause[last - 1].isa("FOR"):
        priced = any(t.isa("EACH") or t.kind == "symbol" for t in behind)
        yield from () if priced else (total,)
    french = any(t.text in FRENCH for t in clause)
    for figure in (clause[i] for i in figures):
        if has_noughts(figure) or (french and "," in figure.text and is_two_ways(figure)):
            yield figure


def has_noughts(figure: Token) -> bool:
    """`1.500`: rarely meant with its noughts for one and a half."""
    return is_two_ways(figure) and _HUNDREDS.search(figure.text) is not None


def nearly_all(clause: Sequence[Token]) -> Iterator[Token]:
    """`close nearly all of it`: how much that is nobody says."""
    yield from (a for a, b in pairwise(clause) if a.text in _NEARLY and _is_a_part(b))


def _is_a_part(token: Token) -> bool:
    return token.isa("ALL", "EVERYTHING") or token.of("fraction", "percent")
