"""Doubts of orders on the book: which is cancelled, what of one is changed, what all leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import phraseset, wordset

_DRAWS = phraseset("withdraw, retire, retirer, retirez, pull, take down")
_SIDES_OF_ORDERS = wordset("buys sells bids offers achats ventes")
_KINDS = ("STOPW", "STOPLOSS", "TAKEPROFIT", "LIMITW", "TRAIL")
# What picks some of the positions: those of a kind of asset, or those that are copied.
_ASSETS = wordset("crypto cryptos coins tokens stocks shares stock actions titres")
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
        # All of them have no side and no kind, and are no two.
        yield from (t for t in clause if t.isa("BUY", "SELL") or t.kind == "number")
        yield from (t for t in clause if t.text in _SIDES_OF_ORDERS)
        yield from (t for t in clause[1:] if t.isa(*_KINDS) or t.text.startswith("limit"))
    elif "symbol" in draft:
        yield from _of_one(clause)


def _of_one(clause: Sequence[Token]) -> Iterator[Token]:
    """`cancel my btc buy`, `my eth limit at 2000`, `half of my eth order`: one of several."""
    yield from (t for t in clause if t.of(*FIGURES) or t.isa("HALVE"))
    ordered = any(t.isa("ORDER", "ORDERS", "OPENW") for t in clause)
    named = next((i for i, t in enumerate(clause) if t.kind == "symbol"), len(clause))
    kinds = (t for t in clause[named + 1 :] if t.isa("BUY", "SELL", *_KINDS))
    yield from () if ordered else kinds


def shorts(clause: Sequence[Token]) -> Iterator[Token]:
    """`close my btc short`: what is held of a coin is never short, what is on margin may be."""
    margin = any(t.kind == "symbol" and ":" in t.value for t in clause)
    yield from (t for t in clause if "short" in t.text and t.isa("SELL", "CLOSE") and not margin)


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
    yield from _small(clause)
    # `replace order 12 with a sell of 3 eth`
    opposed = any(t.isa("WITH") for t in clause)
    yield from (t for t in clause if opposed and t.isa("BUY", "SELL"))


def _small(clause: Sequence[Token]) -> Iterator[Token]:
    """`change order 12 to 0.5`: less than one is a quantity as well as a price."""
    figures = [t for t in clause if t.of("number", "money")]
    called = any(
        t.isa("PRICE", "SIZE", "LIMITW", "AT", "SHARES", "<symbol>", *_KINDS) for t in clause
    )
    bare = len(figures) == 1 and figures[0].kind == "number" and not called
    yield from figures if bare and Decimal(figures[0].value) < 1 else ()


def out_of_all(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """`close everything, btc stays`, `all my orders but the eth one`, `close all on kraken`."""
    if name not in {"close", "cancel"}:
        return
    every = next((i for i, t in enumerate(clause) if t.isa("ALL", "EVERYTHING")), None)
    for index in range(every + 1 if every is not None else len(clause), len(clause)):
        if clause[index].text in {"but", "mais", ","}:
            yield from (t for t in clause[index + 1 :] if t.value)
    one = ("id", "code", "number") if name == "cancel" else ("symbol",)
    wide = every is not None or any(t.isa("ORDERS") for t in clause)
    if wide and not any(t.of(*one) for t in clause):
        yield from (t for t in clause if t.isa("<venue>") or (name == "close" and _picks(t)))


def _picks(token: Token) -> bool:
    """`close all crypto`, `vends toutes mes actions`, `close all copied positions`."""
    return token.text.split()[-1] in _ASSETS or token.isa("FOLLOWING")


def _is_alerts(token: Token) -> bool:
    return _ALERTS.fullmatch(token.value) is not None
