"""Doubts of a purchase or a sale: what it waits for, its bounds, its times, and the other side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.interpreter.phrases.doubts.waits import of_a_moment
from bot.interpreter.phrases.doubts.words import is_strange
from bot.interpreter.phrases.scenes import Draft, plain_value
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import phraseset, wordset

# What says that a figure is a price.
_MARKED = wordset("PRICE LIMITW STOPW STOPLOSS TAKEPROFIT TRAIL NOTBELOW NOTABOVE IF WHEN")
_WHAT_FALLS = wordset("they these elle elles ils")
_LEVELS = ("price", "stop_price")
_BELOW, _ABOVE = ("BELOW", "DOWN"), ("ABOVE", "UP")
_STOPS, _TARGETS = ("STOPW", "STOPLOSS"), ("TAKEPROFIT",)
_CALLED = {"stop_loss": _STOPS, "stop_price": _STOPS, "take_profit": _TARGETS}
# On which side of the price each level in percent is.
_BOUGHT = {"stop_loss": _BELOW, "take_profit": _ABOVE, "stop_price": _ABOVE}
_SOLD = {"stop_loss": _ABOVE, "take_profit": _BELOW, "stop_price": _BELOW}
# What may stand behind a level's distance: what it is from, or what comes next.
_GOES_ON = ("MARKET", "PRICE", "AND", "WITH", *_STOPS, *_TARGETS)
_ENTRY = phraseset("entry, entree, d'entree, that, it, on, on it, sur, sur lui, dessus")
_ASIDE = wordset("my the mon ma le la l' please thanks thx merci svp")
_COMPARISONS = wordset("""
    UP DOWN ABOVE BELOW CROSS CROSSUP CROSSDOWN CLOSESUP CLOSESDOWN NOTABOVE NOTBELOW
""")


def of_trades(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """What a purchase or a sale cannot heed."""
    yield from (*_conditional(clause, draft), *_timed(clause, draft))
    yield from _off_the_price(name, clause, draft)
    yield from (*_bounded_wrongly(name, clause), *_beside_all(clause))
    yield from (*_waiting_on_another(clause), *_both_sides(clause))
    yield from (*_into_another(clause), *of_a_moment(clause, draft))
    trails = any(t.isa("TRAIL") for t in clause)
    yield from (t for t in clause if t.isa("BEHIND") and not trails)
    yield from (t for t in clause[:1] if t.isa("WITH"))  # `with eth at 2000 buy 3`
    yield from (t for t in clause[-1:] if t.isa("THEN"))
    waits = any(t.isa("IF", "WHEN") for t in clause)  # `if it falls through 100`
    yield from (t for t in clause if t.isa("UNTIL") and not waits)


def _conditional(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """An order waits for a price to be passed or reached, and for nothing else."""
    if str(draft.get("price", "")).endswith("%"):
        yield from (t for t in clause if t.kind == "percent")
    start = next((i for i, t in enumerate(clause) if t.isa("IF", "WHEN") and not t.isa("ONCE")), -1)
    if start < 0:
        return
    end = next((i for i, t in enumerate(clause) if i > start and t.of("number", "money")), None)
    condition = clause[start:end]
    waits = end is not None and any(level in draft for level in _LEVELS)
    known = not any(is_strange(t) and t.text not in _WHAT_FALLS for t in condition) and any(
        t.isa(*_COMPARISONS) for t in condition
    )
    if not (waits and known):
        yield from condition


def _waiting_on_another(clause: Sequence[Token]) -> Iterator[Token]:
    """`sell my eth if btc drops below 90k`: an order waits for its own price alone."""
    start = _condition(clause)
    if start < 0:
        return
    end = next((i for i, t in enumerate(clause) if i > start and t.of(*FIGURES)), len(clause) - 1)
    awaited = [t for t in clause[start : end + 1] if t.kind == "symbol"]
    rest = [*clause[:start], *clause[end + 1 :]]
    named = {t.value for t in rest if t.kind == "symbol"}
    wide = any(t.isa("EVERYTHING") and "it" not in t.text.split() for t in rest) and not named
    yield from (t for t in awaited if wide or (named and t.value not in named))


def _condition(clause: Sequence[Token]) -> int:
    """Where what an order waits for begins; `once` at the end of one counts."""
    last = len(clause) - 1
    waits = (
        i for i, t in enumerate(clause) if t.isa("IF", "WHEN") and (i < last or not t.isa("ONCE"))
    )
    return next(waits, -1)


def _timed(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """A time that is neither how long the order stands nor over which it goes."""
    day = draft.get("time_in_force") == "day"
    yield from (t for t in clause if t.kind == "period" and not day)
    yield from (t for t in clause if t.kind == "timeframe" and "twap" not in draft)


def _off_the_price(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """`5% below market`, `a stop 500 below`: no order is priced by how far it is from another."""
    levels = {draft.get("stop_loss"), draft.get("take_profit")}
    for index, token in enumerate(clause[:-1]):
        behind = [t for t in clause[index + 2 : index + 4] if not t.isa("FILLER", "OF")]
        market = bool(behind) and behind[0].isa("MARKET", "PRICE")
        is_figure = token.of("number", "money") and (market or plain_value(token) in levels)
        beside = clause[index + 1].isa(*_BELOW, *_ABOVE)
        if (
            beside
            and (is_figure or token.kind == "percent")
            and not _stands(name, clause, index, draft)
        ):
            yield from clause[index : index + 2]


def _stands(name: str, clause: Sequence[Token], index: int, draft: Draft) -> bool:
    """`a stop 5% below the entry`: a percentage on the side on which such a level is."""
    figure, beside = clause[index], clause[index + 1]
    before = [t for t in clause[:index] if not t.isa("FILLER", "AT")]
    levels = (
        level
        for level, words in (_BOUGHT if name == "buy" else _SOLD).items()
        if figure.value in str(draft.get(level, "")).split() and beside.isa(*words)
    )
    called = {word for level in levels for word in _CALLED[level]}
    if figure.kind != "percent" or not before or not before[-1].isa(*called):
        return False
    behind = [t for t in clause[index + 2 :] if not t.isa("OF", "REQ") and t.text not in _ASIDE]
    return not behind or behind[0].isa(*_GOES_ON) or behind[0].text in _ENTRY


def _bounded_wrongly(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """`sell 5 eth, no more than 3`: a bound on the side that no such order is bounded on."""
    wrong, right = ("NOTBELOW", "NOTABOVE") if name == "buy" else ("NOTABOVE", "NOTBELOW")
    for token in clause:
        better = token.text.endswith(("better", "mieux"))
        if token.isa(wrong) and not token.isa(right) and not better:
            yield token


def _both_sides(clause: Sequence[Token]) -> Iterator[Token]:
    """`buy 3 eth and if it falls to 1900 sell it`."""
    # `my bitcoin stack` is held.
    stacks = {b for a, b in pairwise(clause) if a.kind == "symbol"}
    bought = [t for t in clause if t.isa("BUY") and not t.isa("SELL") and t not in stacks]
    sold = [t for t in clause if t.isa("SELL", "DUMP") and not t.isa("BUY", "SELLSTOP")]
    yield from sold if bought else ()


def _beside_all(clause: Sequence[Token]) -> Iterator[Token]:
    """`sell all my eth down to 2`: a figure beside everything counts something else."""
    every = next((i for i, t in enumerate(clause) if t.isa("ALL", "EVERYTHING")), len(clause))
    between: list[Token] = []
    for token in clause[every + 1 :]:
        if token.kind == "number" and any(t.kind == "symbol" for t in between):
            near = [*between, *clause[clause.index(token) + 1 :][:1]]
            marked = any(t.isa("AT", *_MARKED) for t in near)
            yield from () if marked else (token,)
        between.append(token)


def _into_another(clause: Sequence[Token]) -> Iterator[Token]:
    """`sell everything for eth`."""
    wide = any(t.isa("EVERYTHING") for t in clause)
    into = (b for a, b in pairwise(clause) if a.isa("FOR", "TO") or a.text in {"into", "contre"})
    yield from (t for t in into if wide and t.kind == "symbol")
