"""The readings between which an order is torn: its clause once more, with one choice made in each.

Nothing is read here. Each of them goes the way of any clause, so that what is offered is what those
words come to, with every guard and doubt; and where one of them is not whole, none is offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import pairwise

from bot.arguments.numbers import plain
from bot.interpreter.phrases.policies import TRADES
from bot.interpreter.phrases.tokenise import beside
from bot.interpreter.phrases.tokens import FIGURES, Clause, Token, entity
from bot.interpreter.phrases.vocabulary import wordset

_Way = Callable[[Clause], Iterator[Clause]]
MOST = 3
_THINGS = ("symbol", "leader", "strategy", "id")
_VERBS = ("BUY", "SELL", "CLOSE", "DUMP", "CUT", "CHANGE", "SOLDE", "PUT", "SET")
_PLAIN = wordset("FILLER REQ POSS OF ALL EVERYTHING POSITION ORDER TO AT NOW")
_BARE_FRACTIONS = wordset("half quarter third 1/2 1/4 1/3")
_TWO_WAYS = re.compile(r"(?<![\d.,])([1-9]\d{0,2})[.,](\d{3})(?![\d.,])")


def variants(name: str, clause: Sequence[Token]) -> list[Clause]:
    """The clause in each of the two or three ways it can be meant; none where it is not torn."""
    tokens = list(clause)
    ways: list[_Way] = [*_WAYS_OF_WORDS, *(partial(way, name) for way in _WAYS_OF_ORDERS)]
    for way in ways:
        found = list(way(tokens))
        if 2 <= len(found) <= MOST:
            return found
    return []


def is_two_ways(token: Token) -> bool:
    """`1.000`: a thousand in much of Europe, one elsewhere."""
    return token.of("number", "money", "badnumber") and _TWO_WAYS.search(token.text) is not None


def _either(clause: Clause) -> Iterator[Clause]:
    """`2 or 3 eth`, `2-3 eth`, `eth or btc`, `2 eth or 3 btc`."""
    places = [i for i in range(1, len(clause) - 1) if _parts(clause, i)]
    if len(places) != 1:
        return
    left, right = clause[: places[0]], clause[places[0] + 1 :]
    one, other = left[-1], right[0]
    if one.of(*FIGURES) and other.of(*FIGURES):
        yield [*left[:-1], _alike(one, other), *right[1:]]
        yield [*left[:-1], *right]
    elif one.of(*_THINGS) and (
        other.kind == one.kind or (one.kind, other.kind) == ("id", "number")
    ):
        yield [*left, *right[1:]]
        yield [*left[:-1], _named(one, other), *right[1:]]
    elif one.kind == "symbol" and other.of(*FIGURES):
        first = next(i for i, token in enumerate(left) if token.value)
        named = any(token.kind == "symbol" for token in right)
        yield left
        yield [*left[:first], *right, *([] if named else [one])]


def _parts(clause: Clause, index: int) -> bool:
    figures = clause[index - 1].of(*FIGURES) and clause[index + 1].of(*FIGURES)
    return clause[index].isa("OR") or (clause[index].text in {"-", "/"} and figures)


def _alike(one: Token, other: Token) -> Token:
    """`500 or 600 dollars`: both are of the kind that is said once."""
    if one.kind != "number" or other.kind == "number":
        return one
    unit = "%" if other.kind == "percent" else f" {other.value.partition(' ')[2]}"
    kinds = {"percent", "money"}
    return (
        entity(other.kind, one.text, one.start, one.end, one.value + unit)
        if other.kind in kinds
        else one
    )


def _named(one: Token, other: Token) -> Token:
    return entity(one.kind, other.text, other.start, other.end, other.value)


def _point_or_thousands(clause: Clause) -> Iterator[Clause]:
    """`buy 1.000 ada`."""
    places = [i for i, token in enumerate(clause) if is_two_ways(token)]
    torn = clause[places[0]] if len(places) == 1 else None
    match = _TWO_WAYS.search(torn.text) if torn else None
    if torn is None or match is None:
        return
    for value in (f"{match[1]}.{match[2]}", match[1] + match[2]):
        figure = plain(Decimal(value))
        kind, unit = (
            ("money", f" {torn.value.partition(' ')[2]}")
            if torn.kind == "money"
            else ("number", "")
        )
        read = entity(kind, figure, torn.start, torn.end, f"{figure}{unit}")
        yield beside(_put(clause, places[0], read))


def _part_or_quantity(name: str, clause: Clause) -> Iterator[Clause]:
    """`close 50 of my eth`: a number of coins, or a share of the position."""
    figures, things = _split(clause)
    one = len(figures) == len(things) == 1 and figures[0].kind == "number"
    if name != "close" or not one or not _is_bare(clause):
        return
    figure, thing = figures[0], things[0]
    yield [_word("sell", "SELL", clause[0]), figure, thing]
    if Decimal(figure.value) <= 100:
        yield [_word("close", "CLOSE", clause[0]), _share(figure), thing]


def _each_or_in_all(name: str, clause: Clause) -> Iterator[Clause]:
    """`buy 5 sol for 150`: a price, or a sum."""
    places = [i for i, token in enumerate(clause) if token.of(*FIGURES)]
    if name not in TRADES or len(places) != 2 or not clause[places[1] - 1].isa("FOR"):
        return
    size, price = places
    if clause[size].kind != "number" or clause[price].kind != "number":
        return
    yield _put(clause, price - 1, _word("at", "AT", clause[price - 1]))
    total = clause[price]
    summed = _put(clause, price, _sum(total))
    yield summed[:size] + summed[size + 1 :]


def _two_things(name: str, clause: Clause) -> Iterator[Clause]:
    """`sell 2 btc eth`, `buy 200 dollars 0.1 btc`."""
    figures, things = _split(clause)
    if name not in TRADES:
        return
    if len(things) == 2 and len(figures) == 1:
        yield from ([t for t in clause if t is not other] for other in reversed(things))
    elif len(things) == 1 and sorted(f.kind for f in figures) == ["money", "number"]:
        yield from ([t for t in clause if t is not other] for other in reversed(figures))


def _size_or_price(name: str, clause: Clause) -> Iterator[Clause]:
    """`sell all eth 3000`, `buy eth 0.5 3000`."""
    figures, things = _split(clause)
    if name not in TRADES or len(things) != 1 or any(f.kind != "number" for f in figures):
        return
    if not _is_bare(clause):
        return
    every = [t for t in clause if t.isa("ALL", "EVERYTHING")]
    head = clause[: next(i for i, t in enumerate(clause) if t.value or t in every)]
    at = _word("at", "AT", clause[-1])
    if every and len(figures) == 1:
        yield [*head, every[0], things[0], at, figures[0]]
        yield [*head, figures[0], things[0]]
    elif not every and len(figures) == 2:
        yield [*head, figures[0], things[0], at, figures[1]]
        yield [*head, figures[1], things[0], at, figures[0]]


def _number_or_sum(name: str, clause: Clause) -> Iterator[Clause]:
    """`buy btc 500`, `trim my eth 20`: coins, or a sum, or a share."""
    figures, things = _split(clause)
    one = len(figures) == len(things) == 1 and figures[0].kind == "number"
    if name not in TRADES or not one or not _is_bare(clause):
        return
    figure, thing = figures[0], things[0]
    if clause.index(figure) < clause.index(thing):
        return
    head = clause[: next(i for i, t in enumerate(clause) if t.value)]
    yield [*head, figure, thing]
    if not any(t.isa("DUMP", "CUT") for t in head):
        yield [*head, _sum(figure), thing]
    elif Decimal(figure.value) <= 100:
        yield [*head, _share(figure), thing]


def _stop_or_protection(name: str, clause: Clause) -> Iterator[Clause]:
    """`buy 2 eth stop 2000 limit 2100`: an order that waits, or one with its stop loss."""
    place = stop_before_a_limit(clause)
    if name not in TRADES or place is None:
        return
    waits = "BUYSTOP" if name == "buy" else "SELLSTOP"
    for concept in (waits, "STOPLOSS"):
        yield _put(clause, place, _word("stop", concept, clause[place]))


def stop_before_a_limit(clause: Sequence[Token]) -> int | None:
    """Where a bare `stop` stands whose figure is followed by a limit's."""
    if not any(t.isa("BUY", "SELL") for t in clause):
        return None  # `put a stop at 2000 limit 1990` is one
    meant = [t for t in clause if t.text != "," and not t.isa("AND", "AT", "PRICE")]
    for place in range(len(meant) - 3):
        stop, figure, limit, other = meant[place : place + 4]
        levels = figure.of(*FIGURES) and other.of(*FIGURES)
        if levels and stop.isa("STOPW") and limit.isa("LIMITW"):
            return clause.index(stop)
    return None


def _half_of_what(name: str, clause: Clause) -> Iterator[Clause]:
    """`sell half eth`: half a coin, or half of those held."""
    place = half_a_thing(name, clause)
    if place is None:
        return
    part = clause[place]
    coin = plain(round(Decimal(part.value), 4))
    share = f"{plain(round(Decimal(part.value) * 100, 2))}%"
    yield _put(clause, place, entity("number", part.text, part.start, part.end, coin))
    yield _put(clause, place, entity("percent", part.text, part.start, part.end, share))


def half_a_thing(name: str, clause: Sequence[Token]) -> int | None:
    """Where a bare fraction of a sale stands right before its instrument."""
    for place, (part, thing) in enumerate(pairwise(clause)):
        bare = part.kind == "fraction" and part.text in _BARE_FRACTIONS
        if name == "sell" and bare and thing.kind == "symbol":
            return place
    return None


def _new_size_or_price(name: str, clause: Clause) -> Iterator[Clause]:
    """`change order 12 to 40 6.2`."""
    order = next((t for t in clause if t.of("id", "code")), None)
    figures = [t for t in clause if t.of("number", "money")]
    if name != "replace" or order is None or len(figures) != 2 or not _is_bare(clause):
        return
    head = _word("change", "CHANGE", clause[0])
    size, price = (_word(w.lower(), w, clause[-1]) for w in ("SIZE", "PRICE"))
    for one, other in (figures, figures[::-1]):
        yield [head, order, size, one, price, other]


_WAYS_OF_WORDS: tuple[_Way, ...] = (_either, _point_or_thousands)
_WAYS_OF_ORDERS: tuple[Callable[[str, Clause], Iterator[Clause]], ...] = (
    *(_part_or_quantity, _each_or_in_all, _two_things, _stop_or_protection, _half_of_what),
    *(_size_or_price, _number_or_sum, _new_size_or_price),
)


def _split(clause: Clause) -> tuple[list[Token], list[Token]]:
    """Its figures, and the instruments in it."""
    return [t for t in clause if t.of(*FIGURES)], [t for t in clause if t.kind == "symbol"]


def _is_bare(clause: Clause) -> bool:
    """Whether it is nothing but a verb, its thing and figures: what is built anew loses no word."""
    verbs = [t for t in clause if t.kind == "word" and t.isa(*_VERBS)]
    rest = [t for t in clause if t.kind in {"word", "mark"} and not t.isa(*_PLAIN)]
    typed = all(t.kind in {"word", "mark", *FIGURES, *_THINGS, "code"} for t in clause)
    return typed and len(verbs) <= 2 and all(t in verbs or t.text == "," for t in rest)


def _sum(token: Token) -> Token:
    return entity("money", token.text, token.start, token.end, f"{token.value} USDT")


def _share(token: Token) -> Token:
    return entity("percent", token.text, token.start, token.end, f"{token.value}%")


def _put(clause: Clause, index: int, token: Token) -> Clause:
    return [*clause[:index], token, *clause[index + 1 :]]


def _word(text: str, concept: str, at: Token) -> Token:
    return replace(at, kind="word", text=text, concepts=frozenset({concept}), value="")
