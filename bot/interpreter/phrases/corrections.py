"""What somebody takes back while saying it: `buy 3 ltc, sorry, 13`, `sell 2 eth. no`.

A correction replaces what it is like and never adds an order; at the end of an order it takes that
order back. Where it cannot be told what is replaced, the order is torn and asked about.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.arguments.folding import fold
from bot.interpreter.phrases.tokens import FIGURES, Clause, Token, spelled
from bot.interpreter.phrases.vocabulary import repairs, wordset
from bot.interpreter.phrases.vocabulary.concepts import VERBS

_THINGS = ("symbol", "leader", "strategy", "id", "aid", "sid", "code", "account")
_TYPED = (*FIGURES, *_THINGS, "duration", "timeframe", "period", "times")
_IDS = ("id", "aid", "sid", "code")
_SMALL = ("FILLER", "AT", "OF", "POSS", "SHARES", "PRICE")
# What may stand right behind the corrected part; anything else tells of it instead.
_GOES_ON = wordset("""
    AND THEN AT WITH FOR ON IN TO FROM IF WHEN EACH WORTH LIMITW STOPW STOPLOSS TAKEPROFIT TRAIL
    NOTABOVE NOTBELOW MARKET GTC IOC FOK DAYTIF REQ NOW INSTEAD <venue> ORDER ORDERS
""")
_COPULAS = wordset("is are was were be am it's its will would est sont c'est etait sera")
_ORDERS = frozenset(VERBS) - {"EXPLAIN", "WHY"}
_ON_ORDERS = ("CANCEL", "KILL", "REMOVE", "WHY")
_FREE_TEXT = ("REVIEW", "DESIGN", "NOTE")
_FACTOR_FAR, _FACTOR_NEAR = math.log(20), math.log(5)
MOST = 4


def _table(phrases: str) -> frozenset[str]:
    return frozenset(
        " ".join(spelled(fold(phrase.strip()))) for phrase in phrases.replace("\n", " ").split(",")
    )


_STRONG, _SOFT, _WEAK = map(_table, (repairs.STRONG, repairs.SOFT, repairs.WEAK))
_MORE, _NOTHING = map(_table, (repairs.MORE, repairs.NOTHING))
_BARE_NO = wordset("no nope nah nan non wait oh ah")
_STRENGTH: Mapping[str, int] = {
    **dict.fromkeys(_WEAK, 1),
    **dict.fromkeys(_SOFT, 2),
    **dict.fromkeys(_STRONG, 3),
}
_STOPS = frozenset({"stop", "stoppe", "arrete"})
_STARTS = frozenset(word.split()[0] for word in (*_STRENGTH, *_STOPS, "not", "pas"))
_LONGEST = 5


@dataclass(slots=True)
class Mended:
    """The words as they stand corrected; `torn` where it is not sure what they correct.

    `gone` are the places of the text that the corrections themselves took.
    """

    tokens: Clause
    torn: bool = False
    gone: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of taking back, from `start` up to `end`, and how strongly they do."""

    start: int
    end: int
    strength: int


def mended(tokens: Sequence[Token]) -> Mended:
    """The tokens of a turn with each correction in the place of what it corrects."""
    if not any(token.text.split(" ", 1)[0] in _STARTS for token in tokens):
        return Mended(list(tokens))
    found = Mended(list(tokens), torn=_stops(tokens))
    start = 0
    for _ in range(MOST):
        run = next(_runs(found.tokens, start), None)
        if run is None:
            break
        change = _corrected(found.tokens, run)
        if change is None:
            start = run.end
        elif isinstance(change, bool):
            found.torn, start = True, run.end
        else:
            taken = found.tokens[run.start : run.end]
            found.gone += ((taken[0].start, taken[-1].end),)
            found.tokens, start = change, 0
    for index in (i for i, t in enumerate(found.tokens) if t.text in {"not", "pas"}):
        beside = [*found.tokens[max(0, index - 1) : index], *found.tokens[index + 1 : index + 2]]
        if len(beside) == 2 and beside[0].kind == beside[1].kind and beside[0].kind in _THINGS:
            # `dot not sol`
            found.gone += ((found.tokens[index].start, beside[1].end),)
            found.tokens = [*found.tokens[:index], *found.tokens[index + 2 :]]
            break
    return found


def _stops(tokens: Sequence[Token]) -> bool:
    """`buy 3 eth, stop`: no stop of the order's, and no stop to what is undone anyway."""
    meant = [t for t in tokens if not _is_filler(t)]
    if len(meant) < 3 or meant[-1].text not in _STOPS:
        return False
    verb = meant[_last_verb(meant[:-1])]
    parted = meant[-2].kind in {"mark", *_THINGS} or not meant[-2].isa(*_SMALL, "TRAIL", "WITH")
    undoes = verb.isa("STOP", "HALT", "UNFOLLOW", "UNSUBSCRIBE", "UNWATCH", "PUT", "SET", "ADD")
    return _is_verb(verb) and parted and not undoes and meant[-2].kind not in FIGURES


def _runs(tokens: Sequence[Token], start: int) -> Iterator[_Run]:
    """Stretches of such words and the marks among them, where something was said before."""
    index = start
    while index < len(tokens):
        size, strength = _phrase(tokens, index)
        if not size or not _said(tokens[:index]):
            index += 1
            continue
        first, index, strongest = index, index + size, strength
        while index < len(tokens):
            size, strength = _phrase(tokens, index)
            if not size and not _is_small_mark(tokens[index]):
                break
            index, strongest = index + (size or 1), max(strongest, strength)
        while first and _is_small_mark(tokens[first - 1]):
            first -= 1
        if not any(t.isa("QUESTION") for t in tokens[first:index]):
            yield _Run(first, index, strongest)


def _phrase(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    """How many tokens such a phrase takes here, and its strength."""
    for size in range(min(_LONGEST, len(tokens) - index), 0, -1):
        text = " ".join(t.text for t in tokens[index : index + size])
        strength = _STRENGTH.get(text, 0)
        if strength and (text not in _BARE_NO or _stands_apart(tokens, index)):
            return size, strength
    return 0, 0


def _stands_apart(tokens: Sequence[Token], index: int) -> bool:
    """`no` is one here: between marks or figures, not in `i have no btc` or `no stop`."""
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    opens = before is None or before.kind in {"mark", *_TYPED} or _is_filler(before)
    closes = after is None or after.kind in {"mark", *_TYPED} or after.isa("AT", *_ORDERS)
    closes = closes or (after is not None and after.text in _NOTHING)
    return opens and (closes or (after is not None and after.text in _STRENGTH))


def _is_small_mark(token: Token) -> bool:
    return token.kind == "mark" and not token.isa("QUESTION") and token.text != "\n"


def _is_filler(token: Token) -> bool:
    return bool(token.concepts) and token.concepts <= {"FILLER", "NOW", "INSTEAD"}


def _said(tokens: Sequence[Token]) -> bool:
    return any(token.kind in _TYPED or _is_verb(token) for token in tokens)


def _corrected(tokens: Clause, run: _Run) -> Clause | bool | None:
    """The tokens corrected; True where it is not sure how; None where nothing is corrected."""
    left, right = tokens[: run.start], _once(tokens[run.end :])
    verb = _last_verb(left)
    if any(t.isa(*_FREE_TEXT) for t in left):
        return None
    said = [t for t in right if not _skipped(t)]
    if not said:
        return left[:verb] if run.strength == 3 else None
    first = next((t for t in said if t.value or t.isa("OF") or not t.isa(*_SMALL)), said[0])
    if _begins_with(right, _NOTHING) and not _orders_something(right):
        return left[:verb] if run.strength > 1 else True
    if _is_verb(first):
        return _other_verb(left, right, verb, run.strength)
    if first.kind not in _TYPED:
        return True if run.strength == 3 and verb < len(left) else None
    return _other_part(left, right, verb, run.strength)


def _once(right: Clause) -> Clause:
    """`no wait three, three nvda`: a figure said twice in a row is one."""
    twice = len(right) > 2 and right[0].kind in FIGURES and right[1].text == ","
    return right[2:] if twice and right[2].value == right[0].value else right


def _is_verb(token: Token) -> bool:
    """A verb of a command; `link` may be a coin."""
    return token.kind == "word" and token.isa(*_ORDERS)


def _skipped(token: Token) -> bool:
    return token.kind in {"mark", "quote"} or (_is_filler(token) and not token.value)


def _last_verb(left: Sequence[Token]) -> int:
    """Where the last thing asked for begins."""
    places = [i for i, token in enumerate(left) if _is_verb(token) and not token.isa("INSTEAD")]
    return places[-1] if places else 0


def _begins_with(right: Sequence[Token], table: frozenset[str]) -> bool:
    words = [t for t in right if not _skipped(t) or t.text in table]
    return any(" ".join(t.text for t in words[:size]) in table for size in (1, 2, 3))


def _orders_something(right: Sequence[Token]) -> bool:
    return any(map(_is_verb, right)) and any(t.kind in _TYPED for t in right)


def _other_verb(left: Clause, right: Clause, verb: int, strength: int) -> Clause | bool | None:
    """`buy 3 eth, i mean sell`, `buy 3 eth, no, sell 2 btc`."""
    if not (left and _is_verb(left[verb])):
        return None
    end = next((i for i, t in enumerate(right) if t.kind == "mark" and t.text[0] in ".!?;"), None)
    clause = right[:end]
    if strength == 1:
        # `buy 3 eth, oh, sell 2 btc` are two orders; of one thing it may be either.
        return True if _named(left[verb:]) == _named(clause) else None
    if any(t.text in _MORE for t in clause):
        return True if strength == 3 else None
    if any(t.kind in _TYPED or t.isa("EVERYTHING", "ALL", "POSITION") for t in clause):
        return [*left[: _start(left, verb)], *right]
    place = next(i for i, t in enumerate(right) if _is_verb(t))
    swapped = replace(right[place], start=left[verb].start, end=left[verb].end)
    rest = [t for t in clause[place + 1 :] if not _skipped(t) and not t.isa("IT")]
    if len(rest) > (len(rest) < len(clause) - place - 1):
        return True  # more than `it` or `that one`
    return [*left[:verb], swapped, *left[verb + 1 :], *right[len(clause) :]]


def _start(left: Clause, verb: int) -> int:
    """Where the words that lead to a verb begin; a condition stays, whatever then is done."""
    marks = [i for i in range(verb) if left[i].kind == "mark" or left[i].isa("AND", "THEN")]
    start = marks[-1] + 1 if marks else 0
    waits = any(t.isa("IF", "WHEN", "<schedule>") for t in left[start:verb])
    return verb if waits else start


def _named(tokens: Sequence[Token]) -> set[str]:
    return {t.value for t in tokens if t.kind in _THINGS}


def _other_part(left: Clause, right: Clause, verb: int, strength: int) -> Clause | bool | None:
    """`3 ltc, sorry, 13 ltc, at 78`."""
    if strength < 3 and left and left[-1].isa(*_ORDERS):
        return None  # `pas de kering. achète plutôt 4 hermès`: what is bought is yet to come
    repair = _repair(right)
    behind = right[len(repair) : len(repair) + 1]
    told = bool(behind) and not (behind[0].kind == "mark" or behind[0].isa(*_GOES_ON))
    told = told and not (_is_filler(behind[0]) and behind[0].text not in _COPULAS)
    fixed, added, used = list(left), list[Token](), set[int]()
    for index, token in enumerate(repair):
        if token.kind not in _TYPED:
            continue
        place = _counterpart(fixed, verb, used, repair, index)
        if _is_elsewhere(left[:verb], token, same=place is not None):
            return True  # `buy 3 eth and sell 2 btc, no, 4 eth`
        if place is None:
            # What is not in place of anything comes with the small words before it.
            added += [*_small_before(repair, index), token]
        elif place < 0:
            return True
        else:
            fixed[place] = _put(token, fixed[place])
            used.add(place)
    if told or (strength == 1 and left[-1].kind != repair[-1].kind):
        return True if used else None
    if not used and added:
        added = repair
    return [*fixed, *added, *right[len(repair) :]]


def _repair(right: Sequence[Token]) -> Clause:
    """The figures and things right behind, with their small words."""
    end = 0
    for index, token in enumerate(right):
        if token.kind in _TYPED:
            end = index + 1
        elif not (
            token.isa(*_SMALL, "STOPW", "LIMITW", "STOPLOSS") or (not end and _skipped(token))
        ) or (token.text in _COPULAS and end):
            break
    return [t for t in right[:end] if t.kind != "mark"] if end else []


def _small_before(repair: Sequence[Token], index: int) -> Clause:
    start = index
    while start and repair[start - 1].kind not in _TYPED:
        start -= 1
    return list(repair[start:index])


def _counterpart(
    left: Sequence[Token], verb: int, used: set[int], repair: Sequence[Token], index: int
) -> int | None:
    """Where what a part of the correction replaces stands; -1 where that is not sure."""
    token = repair[index]
    kinds = FIGURES if token.kind in FIGURES else (token.kind,)
    places = [i for i in range(verb, len(left)) if i not in used and left[i].kind in kinds]
    if token.kind in {"number", *_IDS} and left and left[verb].isa(*_ON_ORDERS):
        ids = [i for i in range(verb, len(left)) if i not in used and left[i].kind in _IDS]
        if ids and not (places and token.kind == "number"):
            return ids[-1]
    if token.kind not in FIGURES:
        return places[-1] if places else None
    at = any(t.isa("AT", "PRICE") for t in _small_before(repair, index))
    counts = _counts(repair, index)
    if at:
        places = [i for i in places if i and left[i - 1].isa("AT", "PRICE", "STOPW", "LIMITW")]
    elif counts and len(places) > 1:
        places = [i for i in places if _counts(left, i)] or places[:1]
    return _nearest(left, places, token, sure=at or counts)


def _counts(tokens: Sequence[Token], index: int) -> bool:
    behind = [t for t in tokens[index + 1 : index + 3] if not t.isa("OF")]
    return bool(behind) and (behind[0].kind == "symbol" or behind[0].isa("SHARES"))


def _nearest(left: Sequence[Token], places: list[int], token: Token, *, sure: bool) -> int | None:
    """The figure that the new one is most like; the last one said where it is like enough."""
    if len(places) < 2 and (sure or not places):
        return places[0] if places else None
    far = {i: _distance(left[i], token) for i in places}
    near, last = min(places, key=far.__getitem__), places[-1]
    if len(places) == 1:
        return near if far[near] <= _FACTOR_FAR else -1
    clear = near == last or (far[near] <= _FACTOR_NEAR < far[last])
    return near if clear and far[near] <= _FACTOR_FAR else -1


def _distance(old: Token, new: Token) -> float:
    if new.kind not in {"number", old.kind}:
        return 0.0 if {old.kind, new.kind} <= {"number", "money"} else math.inf
    before, after = (float(t.value.partition(" ")[0].rstrip("%")) for t in (old, new))
    return abs(math.log(before / after)) if before > 0 and after > 0 else math.inf


def _put(new: Token, old: Token) -> Token:
    """The new one in the place of the old, of whose unit it is where it has none."""
    kind, value = new.kind, new.value
    if new.kind == "number" and old.kind == "percent":
        kind, value = "percent", f"{new.value}%"
    elif new.kind == "number" and old.kind == "money":
        kind, value = "money", f"{new.value} {old.value.partition(' ')[2]}"
    elif new.kind == "number" and old.kind in _IDS:
        kind, value = old.kind, new.text
    concepts = frozenset({f"<{kind}>"}) if kind != new.kind else new.concepts
    return replace(new, kind=kind, value=value, concepts=concepts, start=old.start, end=old.end)


def _is_elsewhere(before: Sequence[Token], token: Token, *, same: bool) -> bool:
    """Whether an earlier command has such a part, or, where this one has too, that very thing."""
    alike = (t for t in before if t.kind == token.kind)
    return any(not same or (t.kind in _THINGS and t.value == token.value) for t in alike)
