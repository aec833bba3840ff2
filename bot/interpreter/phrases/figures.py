"""What each figure of a turn is in the order before it: one of its own, said anew."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from bot.interpreter.phrases.guesses import SIZES
from bot.interpreter.phrases.reading import Args
from bot.interpreter.phrases.scenes import Draft, Scene, plain_value
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.trades import Trade
from bot.interpreter.phrases.vocabulary import wordset

SURELY_COINS = 10
"""From here on, a bare figure can be a sum as well as a number of coins."""
NEAR = math.log(20)
"""So far apart two figures may be that are of the same thing."""
LEVELS = ("price", "stop_price")
_NUMBERS = ("quantity", "amount", *LEVELS, "stop_loss", "take_profit", "trail")
_SHARES = ("stop_loss", "take_profit", "trail", "percent")
_MARKERS = ("STOPW", "STOPLOSS", "TAKEPROFIT", "TRAIL")
_WAYS = ("UP", "DOWN", "ABOVE", "BELOW", "CROSS", "CROSSUP", "CROSSDOWN")
# Verbs that say which way the order is changed, and no side of the price.
_VERBS = wordset("""
    up raise bump monte monter montez remonte remonter releve relever increase increases augmente
    augmenter grow lower baisse baisser baissez abaisse abaisser descends descendre decrease
    decreases diminue diminuer reduce reduis reduire down passe passes passer passez
""")


@dataclass(frozen=True, slots=True)
class Unclear:
    """What a figure may be, where nothing tells: the order with each of these is offered."""

    figure: Token
    roles: tuple[str, ...] = ()


def roles_of(
    name: str, before: Args, scene: Scene, *, is_moved: bool
) -> Iterator[tuple[str, Token] | Unclear]:
    """Each figure and its role; `is_moved` to another thing, whose prices are no guide."""
    trade = Trade(name, replace(scene, tokens=_plainer(scene.tokens)))
    figures = [i for i, t in enumerate(trade.tokens) if t.of("number", "money", "percent")]
    for index in figures:
        token = trade.tokens[index]
        marked = None if _is_reached(trade.tokens, index) else trade.role_of(index)
        old = {k: v for k, v in before.items() if not (is_moved and k not in SIZES)}
        if marked is not None:
            role = _settled(marked, before)
            yield (role, token) if _may_be(role, token, old) else _unclear(token, before)
        elif _is_counted(trade.tokens, index) or (
            _is_priced(trade.tokens, index) and "amount" not in before
        ):
            yield "quantity", token
        else:
            behind = index > 0 and trade.tokens[index - 1].kind == "symbol"
            yield _bare(old, token, is_moved=is_moved or behind)


def is_near(old: str, new: str) -> bool:
    """Whether two figures are of one order of size."""
    before, after = float(old), float(new)
    return before > 0 and after > 0 and abs(math.log(before / after)) < NEAR


def _plainer(tokens: list[Token]) -> list[Token]:
    """`sl @1800`, `stop out below 58k`: what stands between a level's name and its figure."""
    kept: list[Token] = []
    for token, behind in pairwise([*tokens, *tokens[-1:]]):
        named = bool(kept) and kept[-1].isa(*_MARKERS)
        if named and (token.text == "@" or (token.isa(*_WAYS) and behind.of("number", "money"))):
            continue
        kept.append(_without_way(token))
    return kept


def _without_way(token: Token) -> Token:
    """`raise` and `passe à` change the order; `@` stands for `at`."""
    if token.isa(*_WAYS) and _VERBS & set(token.text.split()) and not token.isa("BELOW"):
        return replace(token, concepts=frozenset({"CHANGE"}))
    return replace(token, kind="word") if token.text == "@" else token


def _settled(role: str, before: Args) -> str:
    if role == "stop":
        return "stop_price" if "stop_price" in before else "stop_loss"
    return {"spare": "price"}.get(role, role)


def _may_be(role: str, token: Token, old: Args) -> bool:
    """No price is twenty times another; a bound beside a sum may be of either."""
    value = plain_value(token)
    if role == "price" and token.kind != "percent":
        price, amount = old.get("price"), old.get("amount")
        summed = isinstance(amount, str) and "price" not in old and is_near(amount, value)
        return not (isinstance(price, str) and not is_near(price, value)) and not summed
    return role not in LEVELS or token.kind != "percent"


def _is_reached(tokens: list[Token], index: int) -> bool:
    """`réduis à 0.05`: how far the order is changed, and not at which price."""
    led = [t for t in tokens[:index] if not t.isa("IT", "FILLER", "INSTEAD")]
    verbs = led[:1] and _VERBS & set(led[0].text.split()) and not led[0].value
    return bool(verbs) and all(t.isa("AT", "TO") for t in led[1:])


def _is_counted(tokens: list[Token], index: int) -> bool:
    """`make it 3 eth`, `40 of them`."""
    behind = tokens[index + 1 : index + 2]
    of = bool(behind) and (behind[0].isa("OF") or behind[0].text.startswith(("of ", "d'")))
    counts = of or (bool(behind) and behind[0].kind == "symbol")
    return tokens[index].kind == "number" and counts


def _is_priced(tokens: list[Token], index: int) -> bool:
    """`5 at 49000`: how much, whatever it was."""
    behind = tokens[index + 1 : index + 3]
    at = len(behind) == 2 and behind[0].isa("AT", "LIMITW")
    return tokens[index].kind == "number" and at and behind[1].of("number", "money")


def _bare(old: Args, token: Token, *, is_moved: bool) -> tuple[str, Token] | Unclear:
    if token.kind == "percent":
        shares = [k for k in _SHARES if str(old.get(k, "")).endswith("%")]
        return (shares[0], token) if len(shares) == 1 else Unclear(token)
    said = {k: v for k in _NUMBERS if isinstance(v := old.get(k), str) and v[-1].isdigit()}
    value = plain_value(token)
    near = sorted((_distance(v, value), k) for k, v in said.items() if is_near(v, value))
    if near:
        return near[0][1], token
    if token.kind == "money":
        return "amount", token
    few = Decimal(value) < SURELY_COINS and "amount" not in old
    if few and (is_moved or not any(size in old for size in SIZES)):
        return "quantity", token
    if "amount" in old and not is_moved and not old.keys() & set(LEVELS) and Decimal(value) >= 1:
        return "amount", token
    return _unclear(token, old)


def _unclear(token: Token, before: Args) -> Unclear:
    if token.kind != "number" or not Decimal(token.value):
        return Unclear(token)
    if "quantity" in before and not before.keys() & set(LEVELS):
        return Unclear(token, ("price", "quantity", "amount"))
    return Unclear(token, ("quantity", "amount"))


def _distance(old: str, new: str) -> float:
    return abs(math.log(float(old) / float(new)))


def put(args: Draft, role: str, token: Token) -> None:
    """Set the figure in its role; of the sizes there is one."""
    value = token.value if token.kind == "percent" else plain_value(token)
    if role in SIZES:
        role = "amount" if token.kind == "money" else "percent" if token.kind == "percent" else role
        for size in SIZES:
            args.pop(size, None)
    args[role] = value
