"""Whether every word of an order is one that such an order is made of.

A word that an order has no place for may change what is meant (`except my btc`, `when the rsi is
under 30`, `tomorrow`, `my losing ones`), so that the order without it is another one: it is asked
about, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.tokenise import CURRENCIES
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import intents

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
_ASKED: Mapping[str, str] = {
    **dict.fromkeys(("buy", "sell"), "quantity"),
    "close": "symbol",
    "cancel": "order",
    "replace": "price",
}
# What follows these says how, where or when.
_RELATORS = ("ON", "WITH", "IN", "FROM", "AT", "UNTIL", "BY", "TO", "IF", "WHEN")
_FIGURES = ("number", "money", "percent", "fraction")
_LEVELS = ("price", "stop_price")
_COMPARISONS = (
    *("UP", "DOWN", "ABOVE", "BELOW", "CROSS", "CROSSUP", "CROSSDOWN", "CLOSESUP", "CLOSESDOWN"),
    *("NOTABOVE", "NOTBELOW"),
)


def doubted(name: str, clause: Sequence[Token], draft: Draft) -> str | None:
    """The argument to ask about, where something in the clause has no place in the order."""
    made_of = _MADE_OF.get(name)
    if made_of is None:
        return None
    strange = (
        any(_foreign(token, made_of) for token in clause)
        or _unread(name, clause)
        or _ranged(clause)
        or (name in TRADES and (_timed(clause, draft) or _conditional(clause, draft)))
        or draft.get("quantity") == "0"
        or draft.get("amount") == "0"
    )
    return _ASKED[name] if strange else None


def remaining(clause: Sequence[Token], draft: Draft) -> Draft:
    """What of the draft holds whatever the strange words mean."""
    named = {token.value for token in clause if token.kind == "symbol"}
    sure = len(named) == 1 and not any(token.isa("EXCEPT") for token in clause)
    return {k: v for k, v in draft.items() if sure and k == "symbol"}


def _foreign(token: Token, made_of: frozenset[str]) -> bool:
    if token.isa("EXCEPT", "LATER") or (token.isa("<rule>") and _of_leverage(token)):
        return True
    return bool(token.concepts) and token.concepts.isdisjoint(made_of)


def _of_leverage(token: Token) -> bool:
    return "lever" in token.text or "levier" in token.text


def _unread(name: str, clause: Sequence[Token]) -> bool:
    """Words that mean nothing here: within the order hardly any, behind it a few of chatter."""
    objects = [i for i, t in enumerate(clause) if t.value or t.isa("EVERYTHING", "POSITION")]
    last = objects[-1] if objects else len(clause)
    within = behind = 0
    for index, token in enumerate(clause):
        if token.kind != "word" or token.concepts or len(token.text) == 1:
            continue
        if (
            _related(clause, index)
            or token.text in CURRENCIES
            or any(letter.isdigit() for letter in token.text)
        ):
            return not _in_currency(clause, index)
        within += index < last
        behind += index >= last
    if name in TRADES or name == "replace":
        return within > MAX_WITHIN or behind > MAX_BEHIND
    # `all my losing positions`: beside many things a strange word picks some of them.
    one = any(t.kind in {"symbol", "id"} for t in clause)
    return within > 0 or behind > (MAX_BEHIND if one else 0)


def _related(clause: Sequence[Token], index: int) -> bool:
    """`on impulse`, `with care`."""
    before = next((t for t in reversed(clause[:index]) if not _is_small(t)), None)
    return before is not None and before.isa(*_RELATORS) and not before.isa("FOR")


def _in_currency(clause: Sequence[Token], index: int) -> bool:
    """`buy btc in euros`."""
    return clause[index].text in CURRENCIES and index > 0 and clause[index - 1].isa("IN")


def _is_small(token: Token) -> bool:
    return token.isa("FILLER", "POSS") and not token.isa(*_RELATORS)


def _ranged(clause: Sequence[Token]) -> bool:
    """`2-3 eth`, `2 or 3`."""
    return any(
        token.isa("OR")
        or (
            token.text in {"-", "/"}
            and 0 < index < len(clause) - 1
            and clause[index - 1].of(*_FIGURES)
            and clause[index + 1].of(*_FIGURES)
        )
        for index, token in enumerate(clause)
    )


def _timed(clause: Sequence[Token], draft: Draft) -> bool:
    """A time that is neither how long the order stands nor over which it goes."""
    period = any(token.kind == "period" for token in clause)
    frame = any(token.kind == "timeframe" for token in clause)
    return (period and draft.get("time_in_force") != "day") or (frame and "twap" not in draft)


def _conditional(clause: Sequence[Token], draft: Draft) -> bool:
    """An order waits for a price to be passed or reached, and for nothing else."""
    levels = [str(draft[name]) for name in _LEVELS if name in draft]
    if str(draft.get("price", "")).endswith("%"):
        return True
    start = next((i for i, t in enumerate(clause) if t.isa("IF", "WHEN") and not t.isa("ONCE")), -1)
    if start < 0:
        return False
    end = next((i for i, t in enumerate(clause) if i > start and t.of("number", "money")), None)
    if not levels or end is None:
        return True
    condition = clause[start:end]
    unread = any(t.kind == "word" and not t.concepts and len(t.text) > 1 for t in condition)
    return unread or not any(t.isa(*_COMPARISONS) for t in condition)
