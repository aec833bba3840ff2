"""Whether every word of an order is one that such an order is made of.

A word that an order has no place for may change what is meant (`except my btc`, `when the rsi is
under 30`, `tomorrow`, `my losing ones`), so that the order without it is another one: it is asked
about, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from bot.interpreter.phrases.policies import is_subject
from bot.interpreter.phrases.readings import half_a_thing, is_two_ways, stop_before_a_limit
from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import intents
from bot.interpreter.phrases.vocabulary.currencies import CURRENCIES
from bot.interpreter.phrases.vocabulary.guards import FRENCH, YES_NO

TRADES = ("buy", "sell")
MAX_WITHIN = 1
MAX_BEHIND = 3
_MADE_OF: Mapping[str, frozenset[str]] = {
    name: frozenset(f"{intents.MADE_OF['any']} {intents.MADE_OF[table]}".split())
    for name, table in (
        *(("buy", "trade"), ("sell", "trade"), ("close", "close")),
        *(("cancel", "cancel"), ("replace", "replace")),
    )
}
ASKED: Mapping[str, str] = {
    **dict.fromkeys(TRADES, "quantity"),
    "close": "symbol",
    "cancel": "order",
    "replace": "price",
    "run": "symbol",
    "follow": "amount",
    "publish": "price",
    **dict.fromkeys(("subscribe", "unsubscribe", "unfollow"), "leader"),
    "stop": "strategy",
    "unalert": "alert",
    "unwatch": "symbols",
    "unschedule": "schedule",
    "resume": "when",
}
"""What each is asked about where its words leave a doubt."""
_NEVER_HEEDED = ("EXCEPT", "LATER", "IF", "OR")
_UNHEEDED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "run": (
        (*_NEVER_HEEDED, "WHEN", "EVERYTHING", "ALLIN"),
        ("leader", "indicator", "id", "aid", "sid", "file", "percent", "fraction"),
    ),
    "follow": ((*_NEVER_HEEDED, "WHEN"), ("symbol", "strategy", "indicator", "id", "aid")),
    "publish": ((*_NEVER_HEEDED, "WHEN"), ("symbol", "leader", "indicator", "id")),
    **dict.fromkeys(
        ("subscribe", "unsubscribe", "unfollow"), ((*_NEVER_HEEDED, "WHEN"), ("indicator",))
    ),
    **dict.fromkeys(("stop", "unalert", "unwatch", "unschedule"), (_NEVER_HEEDED, ())),
    "resume": ((*_NEVER_HEEDED, "WHEN"), ("duration", "clock", "period")),
}
# Of these only one is taken; a strategy may run on several instruments, where no sum is shared.
_ONE_OF: Mapping[str, tuple[str, ...]] = {
    "run": ("strategy", "symbol"),
    "follow": ("leader",),
    "publish": ("strategy",),
}
# What follows these says how, where or when.
_RELATORS = ("ON", "WITH", "IN", "FROM", "AT", "UNTIL", "BY", "TO", "IF", "WHEN")
# What changes an order beside what it is made of.
_AMENDING = frozenset({"CHANGE", "SIZE", "DOUBLE", "TRIPLE", "HALVE", "SWITCH", "NOMORE", "RATIO"})
# What says that a figure is a price.
_MARKED = ("PRICE", "LIMITW", "STOPW", "STOPLOSS", "TAKEPROFIT", "TRAIL", "NOTBELOW", "NOTABOVE",
           "IF", "WHEN")  # fmt: skip
# `1.500` is rarely meant with its noughts for one and a half.
_HUNDREDS = re.compile(r"\.\d00\b")
# From here on, a bare figure behind an instrument can be a sum as well as a number of it.
_SURELY_COINS = 10
_SOME = frozenset(
    [
        *("one", "some", "any", "few", "most", "several", "another", "many", "either", "none"),
        *("un", "une", "l'un", "l'une", "certains", "certaines", "plupart", "aucun", "aucune"),
        *("certain", "certaine", "quelques-uns", "quelques-unes", "uns", "unes"),
    ]
)
_NEARLY = frozenset(
    [
        *("almost", "nearly", "roughly", "approximately", "practically", "virtually"),
        *("presque", "quasi", "quasiment", "pratiquement", "grosso modo"),
    ]
)
_DRAWS = frozenset({"withdraw", "retire", "retirer", "retirez", "pull", "take down"})
_SIDES_OF_ORDERS = frozenset({"buys", "sells", "bids", "offers", "achats", "ventes"})
_MANY = ("ORDER", "ORDERS", "EVERYTHING", "POSITION", "ALERTN", "ALERTS", "STRATEGIES", "SCHEDULES",
         "HOLDING")  # fmt: skip
_WHAT_FALLS = frozenset({"they", "these", "elle", "elles", "ils"})
_ALERTS = re.compile(r"[as]-?\d+")
_FRENCH = frozenset(FRENCH.split())
_COPULAS = frozenset({"is", "are", "was", "were", "est", "sont", "etait", "c'est", "it's", "its"})
_FIGURES = ("number", "money", "percent", "fraction")
_LEVELS = ("price", "stop_price")
_COMPARISONS = (
    *("UP", "DOWN", "ABOVE", "BELOW", "CROSS", "CROSSUP", "CROSSDOWN", "CLOSESUP", "CLOSESDOWN"),
    *("NOTABOVE", "NOTBELOW"),
)


def doubted(name: str, clause: Sequence[Token], draft: Draft) -> tuple[Token, ...]:
    """What stands in an order's clause and has no place in the order, in the order said."""
    made_of = _MADE_OF.get(name)
    if made_of is None:
        some = _some_of(clause) if "all" in draft.values() else ()
        return (*_out_of_place(name, clause), *_one_too_many(name, clause, draft), *some)
    told = _told(clause)
    if told:
        return tuple(told)  # `sell all my eth, i keep 2`
    sized = any(size in draft for size in ("quantity", "amount"))  # `some sol, say 250 dollars`
    strange = [t for t in clause if _foreign(t, made_of) and not (sized and t.text == "some")]
    strange += [*_unread(name, clause), *_uncounted(clause), *_afterwards(clause)]
    strange += [*_out_of_all(name, clause), *(_some_of(clause) if name not in TRADES else ())]
    strange += [*_ranged(clause), *_noughts(clause, draft), *_of_two_minds(name, clause, draft)]
    strange += [a for a, b in pairwise(clause) if a.text in _NEARLY and _is_a_part(b)]
    if name in TRADES:
        strange += _of_trades(name, clause, draft)
    elif name == "replace":
        strange += _relative(clause)
    elif name == "cancel":
        strange += _of_cancels(clause, draft)
    return tuple(t for t in clause if t in strange)


def _of_trades(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    yield from (*_conditional(clause, draft), *_timed(clause, draft), *_off_the_price(clause))
    yield from (*_bounded_wrongly(name, clause), *_beside_all(clause))
    yield from (*_waiting_on_another(clause), *_both_sides(clause))
    # `sell everything for eth`
    wide = any(t.isa("EVERYTHING") for t in clause)
    into = [b for a, b in pairwise(clause) if a.isa("FOR", "TO") or a.text in {"into", "contre"}]
    yield from (t for t in into if wide and t.kind == "symbol")
    trails = any(t.isa("TRAIL") for t in clause)
    yield from (t for t in clause if t.isa("BEHIND") and not trails)
    yield from (t for t in clause[:1] if t.isa("WITH"))  # `with eth at 2000 buy 3`
    yield from (t for t in clause[-1:] if t.isa("THEN"))
    waits = any(t.isa("IF", "WHEN") for t in clause)  # `if it falls through 100`
    yield from (t for t in clause if t.isa("UNTIL") and not waits)


def _of_cancels(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
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


def _relative(clause: Sequence[Token]) -> Iterator[Token]:
    """`raise order 12 by 5`, `move it up 100`: by how much, where only a new price can be given."""
    for before, figure in pairwise(clause):
        to = any(t.isa("TO", "AT", "SIZE", "PRICE") for t in clause)
        lowers = before.text == "de" and not to  # `baisse l'ordre 12 de 5`
        moved = lowers or before.isa("BY") or before.text in {"up", "down"}
        if figure.of("number", "money") and moved:
            yield figure
    # `replace order 12 with a sell of 3 eth`
    opposed = any(t.isa("WITH") for t in clause)
    yield from (t for t in clause if opposed and t.isa("BUY", "SELL"))


def _is_a_part(token: Token) -> bool:
    return token.isa("ALL", "EVERYTHING") or token.of("fraction", "percent")


def _is_alerts(token: Token) -> bool:
    return _ALERTS.fullmatch(token.value) is not None


def _told(clause: Sequence[Token]) -> Sequence[Token]:
    """What somebody tells behind an order that is no mere aside."""
    for index, token in enumerate(clause[:-1]):
        if token.text == "," and is_subject(clause[index + 1]):
            return clause[index + 1 :]
    return ()


def digresses(name: str, tokens: Sequence[Token]) -> bool:
    """Whether a turn after an order speaks of something else: `my rent is 1200`, `or 2600`."""
    made_of = _MADE_OF.get(name)
    return (
        any(made_of is not None and _foreign(t, made_of | _AMENDING) for t in tokens)
        or any(t.isa("EXCEPT", "LATER", "IF", "WHEN") or t.text in _COPULAS for t in tokens)
        or any(is_two_ways(t) and _HUNDREDS.search(t.text) for t in tokens)
        or any(_is_bare(t) and t.text not in YES_NO for t in tokens)
        or any(_ranged(tokens))
        # `for 500` may be a sum or a price.
        or any(a.isa("FOR") and b.kind == "number" for a, b in pairwise(tokens))
    )


def remaining(clause: Sequence[Token], draft: Draft) -> Draft:
    """What of the draft holds whatever the strange words mean."""
    named = {token.value for token in clause if token.kind == "symbol"}
    between = [a for a, b, c in zip(clause, clause[1:], clause[2:], strict=False) if b.isa("OR")
               and a.of(*_FIGURES) and c.of(*_FIGURES)]  # fmt: skip
    either = len(between) < sum(token.isa("OR") for token in clause)
    sure = len(named) == 1 and not either and not any(token.isa("EXCEPT") for token in clause)
    return {k: v for k, v in draft.items() if sure and k == "symbol"}


def _out_of_place(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """What a command of looser words cannot heed: `stop all strategies except sma-cross`."""
    concepts, kinds = _UNHEEDED.get(name, ((), ()))
    for index, token in enumerate(clause):
        lasts = token.of("duration", "timeframe") and index and clause[index - 1].isa("FOR")
        # What is to be over before a holiday is over at once.
        early = not kinds and token.text.startswith(("before", "avant"))
        if (token.isa(*concepts) and not early) or token.of(*kinds) or (name == "run" and lasts):
            yield token
    if kinds:
        reserved = next((i for i, t in enumerate(clause) if t.text in {"but", "mais"}), len(clause))
        term = any(t.of(*_FIGURES) for t in clause[reserved:])
        yield from () if term else clause[reserved:]  # `but wait for my signal`
        yield from _afterwards(clause)
        yield from (t for t in clause if t.of("period", "dates"))


def _one_too_many(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """`follow @bob and @al with 200`: each with so much, or both together."""
    for kind in _ONE_OF.get(name, ()):
        named = [t for t in clause if t.kind == kind]
        shared = kind != "symbol" or "amount" in draft
        yield from named[1:] if shared and len({t.value for t in named}) > 1 else ()


def _foreign(token: Token, made_of: frozenset[str]) -> bool:
    if token.isa("EXCEPT", "LATER") or (token.isa("<rule>") and _of_leverage(token)):
        return True
    # `je suis prêt` follows nobody.
    return bool(token.concepts - {"FOLLOWING"}) and token.concepts.isdisjoint(made_of)


def _of_leverage(token: Token) -> bool:
    return "lever" in token.text or "levier" in token.text


def _is_bare(token: Token) -> bool:
    """A word that means nothing here."""
    return token.kind == "word" and not token.concepts and len(token.text) > 1


def _unread(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """Words that mean nothing here: within the order hardly any, behind it a few of chatter."""
    bare = [i for i, token in enumerate(clause) if _is_bare(token)]
    yield from (clause[i] for i in bare if _qualifies(clause, i))
    objects = [i for i, t in enumerate(clause) if t.value or t.isa("EVERYTHING", "POSITION")]
    last = objects[-1] if objects else len(clause)
    within = [clause[i] for i in bare if i < last]
    behind = [clause[i] for i in bare if i >= last]
    one = any(t.kind in {"symbol", "id"} for t in clause)
    trades = name in TRADES or name == "replace"
    # `all my losing positions`: beside many things a strange word picks some of them.
    yield from within if len(within) > (MAX_WITHIN if trades else 0) else ()
    yield from behind if len(behind) > (MAX_BEHIND if trades or one else 0) else ()


def _uncounted(clause: Sequence[Token]) -> Iterator[Token]:
    """`buy 20 thingies of doge`: what stands right behind a figure says what it counts."""
    units = (b for a, b in pairwise(clause) if a.of("number") and _is_bare(b))
    yield from (unit for unit in units if unit.text not in {"day", "jour"})


def _qualifies(clause: Sequence[Token], index: int) -> bool:
    """`on impulse`, a currency that no figure stands beside, what has a digit in it."""
    text = clause[index].text
    if text in CURRENCIES:
        return not (index and clause[index - 1].isa("IN"))  # `buy btc in euros`
    before = next((t for t in reversed(clause[:index]) if not _is_small(t)), None)
    related = before is not None and before.isa(*_RELATORS) and not before.isa("FOR")
    reserved = any(t.text in {"but", "mais"} for t in clause[:index])
    return related or reserved or any(letter.isdigit() for letter in text)


def _is_small(token: Token) -> bool:
    return token.isa("FILLER", "POSS") and not token.isa(*_RELATORS)


def _afterwards(clause: Sequence[Token]) -> Iterator[Token]:
    """`après ma confirmation`: no second order follows, so the first one waits for something."""
    for then, what in pairwise(clause):
        if then.isa("THEN") and (what.isa("POSS") or _is_bare(what)):
            yield then
        if then.isa("AND") and _is_bare(what):
            yield what  # `sell 3 eth and rebuy at 2000`


def _out_of_all(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """`close everything, btc stays`, `all my orders but the eth one`, `close all on kraken`."""
    every = next((i for i, t in enumerate(clause) if t.isa("ALL", "EVERYTHING")), None)
    if name not in {"close", "cancel"} or every is None:
        return
    for index in range(every + 1, len(clause)):
        if clause[index].text in {"but", "mais", ","}:
            yield from (t for t in clause[index + 1 :] if t.value)
    if not any(t.kind == "symbol" for t in clause):
        yield from (t for t in clause if t.isa("<venue>"))


def _some_of(clause: Sequence[Token]) -> Iterator[Token]:
    """`cancel one of my orders`: some of many, and nobody says which."""
    for index, (part, of) in enumerate(pairwise(clause)):
        many = any(t.isa(*_MANY) for t in clause[index + 1 : index + 4])
        some = part.text in _SOME or part.kind == "number"
        if many and (part.isa("VAGUE") or (some and (of.isa("OF") or of.text == "parmi"))):
            yield part


def _waiting_on_another(clause: Sequence[Token]) -> Iterator[Token]:
    """`sell my eth if btc drops below 90k`: an order waits for its own price alone."""
    start = _condition(clause)
    if start < 0:
        return
    end = next((i for i, t in enumerate(clause) if i > start and t.of(*_FIGURES)), len(clause) - 1)
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


def _both_sides(clause: Sequence[Token]) -> Iterator[Token]:
    """`buy 3 eth and if it falls to 1900 sell it`."""
    # `my bitcoin stack` is held.
    stacks = {b for a, b in pairwise(clause) if a.kind == "symbol"}
    bought = [t for t in clause if t.isa("BUY") and not t.isa("SELL") and t not in stacks]
    sold = [t for t in clause if t.isa("SELL", "DUMP") and not t.isa("BUY", "SELLSTOP")]
    yield from sold if bought else ()


def _ranged(clause: Sequence[Token]) -> Iterator[Token]:
    """`2-3 eth`, `2 or 3`."""
    for index, token in enumerate(clause):
        beside = [*clause[max(0, index - 1) : index], *clause[index + 1 : index + 2]]
        between = len(beside) == 2 and all(t.of(*_FIGURES) for t in beside)
        if token.isa("OR") or (token.text in {"-", "/"} and between):
            yield token


def _noughts(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    if "0" in (draft.get("quantity"), draft.get("amount")):
        yield from (t for t in clause if t.of("number", "money"))


def _off_the_price(clause: Sequence[Token]) -> Iterator[Token]:
    """`5% below market`."""
    for index, token in enumerate(clause[:-1]):
        beside = clause[index + 1].isa("BELOW", "ABOVE", "UP", "DOWN")
        behind = [t for t in clause[index + 2 : index + 4] if not t.isa("FILLER", "OF")]
        market = bool(behind) and behind[0].isa("MARKET", "PRICE")
        if beside and (token.kind == "percent" or (token.of("number", "money") and market)):
            yield from clause[index : index + 2]


def _bounded_wrongly(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """`sell 5 eth, no more than 3`: a bound on the side that no such order is bounded on."""
    wrong, right = ("NOTBELOW", "NOTABOVE") if name == "buy" else ("NOTABOVE", "NOTBELOW")
    for token in clause:
        better = token.text.endswith(("better", "mieux"))
        if token.isa(wrong) and not token.isa(right) and not better:
            yield token


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


def _of_two_minds(name: str, clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
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
    french = any(t.text in _FRENCH for t in clause)
    for figure in (clause[i] for i in figures if is_two_ways(clause[i])):
        if _HUNDREDS.search(figure.text) or (french and "," in figure.text):
            yield figure


def _timed(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """A time that is neither how long the order stands nor over which it goes."""
    day = draft.get("time_in_force") == "day"
    yield from (t for t in clause if t.kind == "period" and not day)
    yield from (t for t in clause if t.kind == "timeframe" and "twap" not in draft)


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
    known = not any(_is_bare(t) and t.text not in _WHAT_FALLS for t in condition) and any(
        t.isa(*_COMPARISONS) for t in condition
    )
    if not (waits and known):
        yield from condition
