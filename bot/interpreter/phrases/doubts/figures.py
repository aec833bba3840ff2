"""Doubts of a trade's figures: coins or a sum, to or by how much, and which is which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from bot.interpreter.phrases.scenes import Draft, plain_value
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import phraseset, wordset

# From here on, a bare figure that no instrument stands beside can be a sum or a price.
_SURELY_COINS = 10
_INTO = wordset("in on into sur dans en")
_REMAINS = phraseset("to, down to, a, jusqu'a, until, jusque")
_BEYOND = wordset("below above under over lower higher dessous dessus")
_MORE = phraseset("more, de plus, en plus, extra, additional")
_SUMS = wordset("amount montant")
_COINS_OF_A_COIN = wordset("satoshi satoshis sat sats gwei wei lamports")


def of_figures(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """Figures of a purchase or a sale that can be meant in two ways."""
    yield from (*_side_by_side(clause, draft), *_sums(name, clause, draft), *_beyond(clause, draft))
    yield from _remainders(name, clause)
    yield from _parts_of_a_coin(clause)
    if name == "buy":
        yield from _more(clause)


def _side_by_side(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """`buy stop eth 2 2000`, `one fifty usdt`: which is which, or one figure."""
    listed = str(draft.get("take_profit", "")).split()
    for figure, other in pairwise(clause):
        bare = figure.kind == "number" and other.of("number", "money")
        bare = bare and figure.value not in listed
        if bare or (figure.text == "one" and other.of("number", "money")):
            yield from (figure, other)


def _sums(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """`buy 500 in eth`, `for 500 buy eth`, `eth sell 3000`, `buy 5000 of eth`."""
    figures = [i for i, t in enumerate(clause) if t.kind == "number"]
    if len(figures) != 1 or draft.get("quantity") != clause[figures[0]].value:
        return
    place = figures[0]
    before, behind = clause[:place], clause[place + 1 :]
    if any(t.isa("SHARES") for t in behind[:2]) or any(t.text in _SUMS for t in before[-2:]):
        yield from (clause[place],) if any(t.text in _SUMS for t in before[-2:]) else ()
        return
    if Decimal(clause[place].value) < _SURELY_COINS:
        return
    counted = any(t.kind == "symbol" for t in behind[:1])
    verb = next((i for i, t in enumerate(clause) if t.isa("BUY", "SELL")), None)
    named = any(t.kind == "symbol" for t in before)
    turned = verb is not None and (place < verb or (named and clause[verb - 1].kind == "symbol"))
    into = bool(behind) and (behind[0].text in _INTO or behind[0].isa("OF"))
    if not counted and (turned or (name == "buy" and into and _is_a_thing(behind[1:]))):
        yield clause[place]


def _is_a_thing(behind: Sequence[Token]) -> bool:
    return any(t.kind == "symbol" for t in behind[:1])


def _beyond(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """`buy 2 eth $10 below`: so far from a price that nobody said."""
    for figure, beside in pairwise(clause):
        level = figure.of("number", "money") and plain_value(figure) == draft.get("price")
        if level and beside.text in _BEYOND:
            yield from (figure, beside)


def _remainders(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """`reduce my eth to 1`, `sell everything down to 1 eth`: what is to be left of it."""
    for index, (to, figure) in enumerate(pairwise(clause)):
        sized = any(t.of(*FIGURES) for t in clause[:index])
        if name != "sell" or sized or not figure.of("number", "money", "percent"):
            continue
        # `réduis à 0.05` is said of an order before it, that has its own size.
        named = any(t.isa("<symbol>", "POSITION", "HOLDING") for t in clause)
        reduces = named and to.text in _REMAINS
        reduces = reduces and any(t.isa("DUMP", "CUT") for t in clause[:index])
        counted = any(t.kind == "symbol" for t in clause[index + 2 : index + 3])
        wide = any(t.isa("ALL", "EVERYTHING") for t in clause[:index])
        downwards = to.isa("TO") and any(t.text.endswith("down") for t in clause[:index][-1:])
        if reduces or downwards or (counted and wide and to.isa("DOWN", "UNTIL", "TO")):
            yield from (to, figure)


def _parts_of_a_coin(clause: Sequence[Token]) -> Iterator[Token]:
    yield from (t for t in clause if t.text in _COINS_OF_A_COIN)


def _more(clause: Sequence[Token]) -> Iterator[Token]:
    """`buy 10% more eth`, `renforce btc de 100`: by how much of what is held, or of the cash."""
    for index, (figure, behind) in enumerate(pairwise([*clause, clause[-1]])):
        if behind.isa("SHARES"):
            continue
        more = figure.kind == "percent" and behind.text in _MORE
        before = clause[max(0, index - 2) : index]
        by = len(before) == 2 and before[0].kind == "symbol"
        by = by and (before[1].text == "de" or before[1].isa("BY"))
        if figure.of("number", "percent") and (more or by):
            yield figure
