"""Doubts of orders on the book: which is cancelled, what of one is changed, what all leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import phraseset, wordset

_DRAWS = phraseset("withdraw, retire, retirer, retirez, pull, take down")
_SIDES_OF_ORDERS = wordset("buys sells bids offers achats ventes")
_ALERTS = re.compile(r"[as]-?\d+")


def of_cancels(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """Ids that are no order's, money to be withdrawn, and a side or a number beside all of them."""
    # `a12` is an alert's id, `s3` a schedule's, unless it is called an order's.
    called = any(t.isa("ORDER", "ORDERS") for t in clause)
    yield from (t for t in clause if t.of("id", "aid", "sid") and _is_alerts(t) and not called)
    # `withdraw 500`, `withdraw 3 eth` are of money, and no order's.
    draws = any(t.text in _DRAWS for t in clause) and not any(t.kind == "id" for t in clause)
    yield from (t for t in clause if draws and not called and t.of("number", "money"))
    yield from (a for a, b in pairwise(clause) if a.kind == "number" and b.kind == "symbol")
    if "all" in draft.values():
        # All of them have no side, and are no two.
        yield from (t for t in clause if t.isa("BUY", "SELL") or t.kind == "number")
        yield from (t for t in clause if t.text in _SIDES_OF_ORDERS)


def relative(clause: Sequence[Token]) -> Iterator[Token]:
    """`raise order 12 by 5`, `move it up 100`: by how much, where only a new price can be given."""
    for before, figure in pairwise(clause):
        to = any(t.isa("TO", "AT", "SIZE", "PRICE") for t in clause)
        lowers = before.text == "de" and not to  # `baisse l'ordre 12 de 5`
        moved = lowers or before.isa("BY") or before.text in {"up", "down"}
        if figure.of("number", "money") and moved:
            yield figure
    for figure, beside in pairwise(clause):  # `move my stop 500 higher`
        if figure.of("number", "money") and beside.isa("ABOVE", "BELOW", "UP", "DOWN"):
            yield figure
    # `replace order 12 with a sell of 3 eth`
    opposed = any(t.isa("WITH") for t in clause)
    yield from (t for t in clause if opposed and t.isa("BUY", "SELL"))


def out_of_all(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """`close everything, btc stays`, `all my orders but the eth one`, `close all on kraken`."""
    every = next((i for i, t in enumerate(clause) if t.isa("ALL", "EVERYTHING")), None)
    if name not in {"close", "cancel"} or every is None:
        return
    for index in range(every + 1, len(clause)):
        if clause[index].text in {"but", "mais", ","}:
            yield from (t for t in clause[index + 1 :] if t.value)
    if not any(t.kind == "symbol" for t in clause):
        yield from (t for t in clause if t.isa("<venue>"))


def _is_alerts(token: Token) -> bool:
    return _ALERTS.fullmatch(token.value) is not None
