"""The arguments of what is done to orders and positions."""

from __future__ import annotations

from decimal import Decimal

from bot.arguments.numbers import plain
from bot.interpreter.phrases.builders.shared import chosen, said
from bot.interpreter.phrases.scenes import Draft, Scene, plain_value, symbols
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import values


def close(scene: Scene) -> list[Draft]:
    """A symbol or all; a part of it as a percent."""
    draft: Draft = {}
    named = symbols(scene)
    part = next((t for t in scene.tokens if t.kind in {"percent", "fraction"}), None)
    if part is not None:
        share = Decimal(part.value.rstrip("%")) * (1 if part.kind == "percent" else 100)
        draft["percent"] = f"{plain(round(share, 2))}%"
    if named:
        return [{"symbol": name, **draft} for name in named]
    whole = scene.has("EVERYTHING", "ALL") and not (
        scene.has("ALL") and not scene.has("EVERYTHING") and _one_position(scene)
    )
    return [{"symbol": "all", **draft}] if whole else [draft]


def _one_position(scene: Scene) -> bool:
    """`all of my position` names no symbol; `all positions` are all."""
    return any(t.text in {"position", "ligne"} for t in scene.tokens)


def cancel(scene: Scene) -> list[Draft]:
    """An id or several, `all`, or a symbol."""
    ids = [t.value for t in scene.all("id", "code")]
    numbered = [t.value for t in scene.all("number") if not _counts(scene, t)]
    if ids or not scene.first("symbol", "money"):
        ids += numbered
    if ids:
        return [{"order": each} for each in ids]
    named = symbols(scene)
    plural = any(t.text.endswith("s") for t in scene.that("ORDERS"))
    every = scene.has("ALL", "EVERYTHING") or plural
    if not named:
        return [{"order": "all"}] if every else [{}]
    return [{"order": "all", "symbol": name} if every else {"symbol": name} for name in named]


def _counts(scene: Scene, number: Token) -> bool:
    """`my last two orders`: how many, and no order's name."""
    place = scene.tokens.index(number)
    behind = [t for t in scene.after(place, 2) if not t.isa("FILLER", "<status>") or t.isa("ORDER")]
    return not number.text.isdigit() or any(t.isa("ORDER", "ORDERS") for t in behind[:1])


def replace(scene: Scene) -> list[Draft]:
    """An order's new price or quantity."""
    order = scene.first("id", "code")
    if order is None and moves_a_level(scene):
        return [_level(scene)]
    draft: Draft = {}
    figures = [i for i, t in enumerate(scene.tokens) if t.kind in {"number", "money"}]
    if order is None and figures and not scene.first("symbol"):
        first = scene.tokens[figures[0]]
        marked = any(t.isa("TO", "AT", "PRICE", "SIZE") for t in scene.before(figures[0]))
        named = any(t.isa("OF", "ON") for t in scene.before(figures[0], 1))
        moved = len(figures) > 1 or scene.first("percent") is not None  # `move 4410 1% lower`
        if first.kind == "number" and moved and (named or not marked):
            order, figures = first, figures[1:]
    if order is not None:
        draft["order"] = order.value
    figures = [i for i in figures if not _is_old(scene, i)]
    roles = {index: _replaced(scene, index, alone=len(figures) == 1) for index in figures}
    if len(roles) > 1 and moves_a_level(scene) and "quantity" not in roles.values():
        roles = {}  # `to 2000 limit 1990`
    if len(roles) == 2:
        roles = _told_apart(scene, roles)
    for index, role in roles.items():
        if role is not None:
            draft.setdefault(role, plain_value(scene.tokens[index]))
    return [draft]


def moves_a_level(scene: Scene) -> bool:
    """`move my btc stop to 83000`: a stop or a target that rests, and where it is to go."""
    return scene.has("STOPW", "STOPLOSS", "TAKEPROFIT") and not scene.has("SIZE")


def _level(scene: Scene) -> Draft:
    """Its new price; without an id a bare figure beside it is neither an order nor a quantity."""
    kinds = {"number", "money"}
    figures = [i for i, t in enumerate(scene.tokens) if t.kind in kinds and not _is_old(scene, i)]
    if len(figures) != 1 or any(t.isa("SHARES", "<symbol>") for t in scene.after(figures[0])):
        return {}
    return {"price": plain_value(scene.tokens[figures[0]])}


def _told_apart(scene: Scene, roles: dict[int, str | None]) -> dict[int, str | None]:
    """`40 at 6.2`: one is the price and the other the quantity, if anything tells which."""
    first, second = roles
    if roles[first] is not None and roles[second] is not None:
        return roles if roles[first] != roles[second] else {}
    if roles[first] is None and roles[second] is None:
        at = [any(t.isa("AT") for t in scene.before(index)) for index in roles]
        return {first: "quantity", second: "price"} if at == [False, True] else {}
    said = roles[first] or roles[second]
    other = "quantity" if said == "price" else "price"
    return {index: role or other for index, role in roles.items()}


def _is_old(scene: Scene, index: int) -> bool:
    """`3 instead of 5`: what is to be replaced."""
    words = " ".join(token.text for token in reversed(scene.before(index, 3)))
    if words.endswith(("instead of", "rather than", "au lieu de", "plutot que")):
        return True
    behind = scene.after(index, 2)
    onwards = len(behind) == 2 and behind[0].isa("AT", "TO") and behind[1].of("number", "money")
    return onwards and words.endswith((" de", "from"))  # `de 5 à 8 titres`


def _replaced(scene: Scene, index: int, *, alone: bool) -> str | None:
    """What a word beside a figure makes it; a figure alone is the price."""
    after = scene.after(index)
    if after and (after[0].isa("SHARES") or after[0].kind == "symbol"):
        return "quantity"
    if alone and scene.has("SIZE") and not scene.has("PRICE", "LIMITW"):
        return "quantity"
    if scene.before(index, 1) and scene.before(index, 1)[0].isa("FOR"):
        return "quantity"
    for token in scene.before(index, 4):
        if token.kind in {"number", "money"}:
            break
        if token.isa("SIZE"):
            return "quantity"
        if token.isa("PRICE", "LIMITW"):
            return "price"
    return "price" if alone or scene.tokens[index].kind == "money" else None


_SPELLED = {"two times": "2", "deux fois": "2", "three times": "3", "trois fois": "3"}


def leverage(scene: Scene) -> list[Draft]:
    """How many times, for each instrument named."""
    said = next((times for t in scene.tokens if (times := times_of(t))), None)
    draft: Draft = {"times": said} if said else {}
    return [{"symbol": name, **draft} for name in symbols(scene)] or [draft]


def times_of(token: Token) -> str | None:
    """The figure of `3`, `3x`, `x5` and `trois fois`."""
    return plain_value(token) if token.of("number", "times") else _SPELLED.get(token.text)


def orders(scene: Scene) -> list[Draft]:
    """Which orders: a status and a symbol."""
    draft: Draft = {}
    status = chosen(values.STATUSES, said(scene))
    if status == "all" and not scene.has("ALL"):
        status = None
    if status and status != "open":
        draft["status"] = status
    named = symbols(scene)
    return [{**draft, "symbol": name} for name in named] or [draft]


def why(scene: Scene) -> list[Draft]:
    """One order's id."""
    token = scene.first("id", "code", "number")
    return [{"order": token.value} if token else {}]


def halt(scene: Scene) -> list[Draft]:
    """With `flatten` where positions are to be closed too."""
    return [{"flatten": "true"}] if scene.has("FLATTEN", "CLOSE", "SOLDE") else [{}]
