"""Verbs of orders that are nouns where they stand: `the last close of btc`, `a sell wall`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.interpreter.phrases.tokens import Clause, Token
from bot.interpreter.phrases.vocabulary import wordset

_CLOSES = wordset("close closing cloture")
# `last close`, `la clôture`.
_BEFORE = wordset("""
    last latest previous prior the this la l' cette derniere precedente today's yesterday's daily
""")
# What asks for a price, and may stand before the noun.
_ASKING = ("SHOW", "FILLER", "QUESTION", "PRICE", "HOWMUCH", "WHERE", "<period>", "DAILYW")
_OF_SIDES = wordset("""
    wall walls pressure side sides signal signals volume volumes zone zones rating ratings
    recommendation opportunity
""")


def with_closing_prices(clause: Clause) -> Clause:
    """`btc's close`, `close price aapl`: a closing price is looked at, and nothing is closed."""
    for index, token in enumerate(clause):
        if token.text in _CLOSES and _is_a_price(clause, index):
            return [*clause[:index], _price(token), *clause[index + 1 :]]
        if not (token.isa(*_ASKING) or token.kind == "symbol" or token.text in _BEFORE):
            return clause
    return clause


def _is_a_price(clause: Sequence[Token], index: int) -> bool:
    before, behind = clause[max(0, index - 1) : index], clause[index + 1 :]
    if any(t.isa("POSS", "POSITION", "HOLDING", "ORDER") for t in behind):
        return False
    meant = [t for t in behind if not t.isa("QUESTION") and t.kind != "mark"]
    priced = any(t.isa("PRICE") for t in meant[:1])
    of = len(meant) == 2 and meant[0].text == "of" and meant[1].kind == "symbol"
    owned = any(t.text in _BEFORE or t.text.endswith("'s") for t in before)
    return priced or of or (owned and any(t.kind == "symbol" for t in (*before, *meant)))


def _price(token: Token) -> Token:
    return replace(token, concepts=frozenset({"PRICE"}))


def names_a_side(clause: Sequence[Token]) -> bool:
    """`sell wall at 65k btc`, `the buy side`."""
    return any(a.isa("BUY", "SELL") and b.text in _OF_SIDES for a, b in pairwise(clause))
