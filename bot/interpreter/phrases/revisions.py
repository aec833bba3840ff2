"""An order said again with a change: another size, price, stop or instrument, or the other side."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.arguments.numbers import plain
from bot.interpreter.phrases.amending import amends, only
from bot.interpreter.phrases.examples import Entry
from bot.interpreter.phrases.figures import LEVELS, SURELY_COINS, Unclear, is_near, put, roles_of
from bot.interpreter.phrases.followups import terms
from bot.interpreter.phrases.guesses import SIZES
from bot.interpreter.phrases.moves import TRIMS, move_of
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.phrases.scenes import Draft, Scene, in_currency, plain_value, symbols
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.trades import Trade, read_trade
from bot.interpreter.phrases.vocabulary import wordset

_MARKS = (*LEVELS, "stop_loss", "take_profit", "trail", "oco")
_NO = wordset("no non nope nan not pas")
_ONCE_MORE = wordset("again another encore autre same meme pareil pareille idem")
_BESIDE_AGAIN = wordset("the la le une un one once more fois chose thing order please stp")
_WHOLE = wordset("max maximum")
_LEVELS_OF = (
    ("stop_loss", ("STOPLOSS", "STOPW")),
    ("take_profit", ("TAKEPROFIT",)),
    ("trail", ("TRAIL",)),
)


@dataclass(frozen=True, slots=True)
class Revision:
    """The order as it is then; `about` is what is to be asked, `readings` what it may be."""

    command: CommandText
    about: tuple[str, ...] = ()
    readings: tuple[CommandText, ...] = ()
    is_another: bool = False
    """An order of its own, and no change of the one before."""


def revised(before: CommandText, scene: Scene, entry: Entry, *, is_placed: bool) -> Revision | None:
    """What a turn makes of the order before it; None where it changes nothing."""
    for way in (_turned, _trimmed, _parted):
        found = way(before, scene, is_placed=is_placed)
        if found is not None:
            return found
    answer = _answered(before, scene) or _without(before, scene)
    if answer is not None:
        return Revision(answer)
    if is_repeated(scene):
        return Revision(before, is_another=True) if is_placed else None
    move = move_of(scene, str(before.args.get("symbol", "")))
    if move is not None:
        torn = len(move.groups) > 1 and "percent" in before.args
        moved = [] if torn else move.of(before)
        adds = scene.has("ADD") or _says_more(scene)
        if len(moved) == 1 and not (adds and is_placed and not move.is_share):
            return Revision(moved[0])
        asked = move.groups[0][0] if len(move.groups) == 1 else "quantity"
        bare = before if asked == "price" else _bare(before)
        return Revision(bare, (asked,), tuple(moved) if len(moved) > 1 else ())
    changed = _changed(before, scene, entry)
    if changed is None and is_placed and _numbers(scene) and is_once_more(scene):
        return Revision(before, is_another=True)
    return changed


def is_once_more(scene: Scene) -> bool:
    """`same for eth`, `another 0.1`, `and sol`: an order beside the one before."""
    meant = [t for t in scene.tokens if t.kind != "mark"]
    joined = bool(symbols(scene)) and bool(meant) and meant[0].isa("AND")
    return joined or any(set(t.text.split()) & _ONCE_MORE for t in scene.tokens)


def priced_as_asked(before: CommandText, scene: Scene) -> CommandText | None:
    """`150`, `at 150`, `at market` where the price was asked for."""
    meant = [
        t for t in scene.tokens if t.kind != "mark" and not t.isa("FILLER", "REQ", "AT", "LIMITW")
    ]
    if len(meant) != 1:
        return None
    if meant[0].isa("MARKET"):
        return before
    if not meant[0].of("number", "money") or not amends(before.name, before.args, scene):
        return None
    return CommandText(before.name, {**before.args, "price": plain_value(meant[0])})


def moved_to(before: CommandText, symbol: str) -> Draft:
    """The order of another instrument: its prices are not those of the old one."""
    old = str(before.args.get("symbol", ""))
    base, settled = old.partition("/")[0], old.partition(":")[2]
    args: Draft = {**before.args, "symbol": symbol}
    if symbol == old.partition(":")[0] or symbol == old:
        return {**args, "symbol": old}
    if symbol.partition("/")[0] == base:
        return _levelless(args)
    if settled and ":" not in symbol:
        args["symbol"] = f"{symbol}:{settled}"
    return _levelless(args)


def _levelless(args: Draft) -> Draft:
    shares = {k for k, v in args.items() if str(v).endswith("%") and k not in LEVELS}
    return {k: v for k, v in args.items() if k not in _MARKS or k in shares}


def _turned(before: CommandText, scene: Scene, *, is_placed: bool) -> Revision | None:
    """`sell half`, `go short` after a purchase: an order of its own about the same thing."""
    side = _side(scene)
    corrects = scene.has("INSTEAD", "CHANGE") or scene.tokens[0].text in _NO
    same = side == before.name
    if side is None or (same and (not is_placed or corrects)) or "symbol" not in before.args:
        return None
    if corrects and not scene.all("number", "money", "percent", "fraction"):
        kept = not is_placed and scene.has("INSTEAD", "CHANGE")
        return _swapped(before, side, is_placed=is_placed, keeps_price=kept)
    draft, about = read_trade(side, scene)
    parts = scene.has("HALVE") and not any(size in draft for size in SIZES)
    if parts:
        draft["percent"] = "50%"
    where = {k: before.args[k] for k in ("symbol", "account") if k in before.args}
    asked = tuple(a for a in about if a != "symbol" and not (parts and a == "quantity"))
    command = CommandText(side, {**where, **draft})
    old = before.args.get("quantity")
    torn = bought_for_what(command, scene, old if isinstance(old, str) else None)
    return torn or Revision(command, asked, is_another=True)


def _side(scene: Scene) -> str | None:
    """Which side a turn names; `trim` may be said of the order itself."""
    sells = any(
        t.isa("SELL") or (t.isa("DUMP") and not TRIMS & set(t.text.split())) for t in scene.tokens
    )
    takes = scene.has("TAKE") and scene.has("OFF") and scene.first("fraction", "percent")
    sells = sells or bool(takes)
    buys = any(t.isa("BUY") and not t.isa("SELL") for t in scene.tokens)
    return None if sells == buys else "sell" if sells else "buy"


def _swapped(before: CommandText, side: str, *, is_placed: bool, keeps_price: bool) -> Revision:
    """`no, sell`: as much of it; what it is set off or protected by is of the old side."""
    levels = [name for name in _MARKS if name in before.args]
    kept = levels == ["price"] and keeps_price
    gone = {"percent", *(() if kept else _MARKS), *(SIZES if is_placed else ())}
    args = {name: said for name, said in before.args.items() if name not in gone}
    priced = () if kept or not set(levels) & set(LEVELS) else ("price",)
    return Revision(CommandText(side, args), priced, is_another=True)


def bought_for_what(order: CommandText, scene: Scene, old: str | None = None) -> Revision | None:
    """`buy 500` of what was spoken of: so many, or for so much; not near an `old` quantity."""
    said = order.args.get("quantity")
    figure = next((t for t in scene.all("number") if plain_value(t) == said), None)
    if figure is None or not isinstance(said, str) or Decimal(said) < SURELY_COINS:
        return None
    behind = scene.after(scene.tokens.index(figure))
    counted = bool(behind) and (behind[0].isa("SHARES", "OF") or behind[0].kind == "symbol")
    if counted or (old is not None and is_near(old, said)):
        return None
    summed = {k: v for k, v in order.args.items() if k != "quantity"}
    readings = (order, CommandText(order.name, {**summed, "amount": said}))
    return Revision(_bare(order), ("quantity",), readings, is_another=True)


def _trimmed(before: CommandText, scene: Scene, *, is_placed: bool) -> Revision | None:
    """`reduce by half`, `trim 20%` after a purchase: the order, or what it bought."""
    part = scene.first("fraction", "percent")
    trims = any(t.isa("DUMP", "CUT") for t in scene.tokens)
    meant = scene.has("IT", "SIZE", "ORDER", "TO", "AT", "PRICE", "STOPW", "STOPLOSS", "LIMITW")
    if before.name != "buy" or part is None or not trims or meant or "symbol" not in before.args:
        return None
    share = Decimal(part.value.rstrip("%")) * (1 if part.kind == "percent" else 100)
    where = {k: before.args[k] for k in ("symbol", "account") if k in before.args}
    sale = CommandText("sell", {**where, "percent": f"{plain(round(share, 2))}%"})
    if is_placed and not any(level in before.args for level in LEVELS):
        return Revision(sale, is_another=True)
    less = _less(before, 1 - share / 100)
    readings = (less, sale) if less is not None and not is_placed else ()
    return Revision(CommandText("sell", where), ("quantity",), readings, is_another=True)


def _less(before: CommandText, factor: Decimal) -> CommandText | None:
    for size in SIZES[:2]:
        old = before.args.get(size)
        if isinstance(old, str) and factor > 0:
            args = {**before.args, size: plain(round(Decimal(old) * factor, 8))}
            return CommandText(before.name, args)
    return None


def _parted(before: CommandText, scene: Scene, *, is_placed: bool) -> Revision | None:
    """`tp 55k half`, `half eth half sol`: more than a change of one order can say."""
    del is_placed
    named = symbols(scene)
    halved = scene.first("fraction") is not None or scene.has("HALVE")
    adds = halved and scene.tokens[0].isa("AND")  # `and a half`
    takes = scene.has("TAKE") and scene.has("OFF") and bool(_numbers(scene))
    more = scene.has("BUY", "SELL") and bool(_numbers(scene)) and _says_more(scene)
    levels = scene.has("TAKEPROFIT", "STOPLOSS", "STOPW", "TRAIL") and bool(_numbers(scene))
    if len(named) > 1:
        return Revision(CommandText(before.name, {}), ("symbol",))
    torn = (halved and levels) or adds or takes or more
    return Revision(_bare(before), ("quantity",)) if torn else None


def _says_more(scene: Scene) -> bool:
    """`buy 2 more`: so many, or so many besides."""
    return any(t.text in {"more", "plus", "extra"} for t in scene.tokens)


def _numbers(scene: Scene) -> list[Token]:
    return scene.all("number", "money", "percent")


def _bare(before: CommandText) -> CommandText:
    kept = {k: v for k, v in before.args.items() if k in {"symbol", "account"}}
    return CommandText(before.name, kept)


def _answered(before: CommandText, scene: Scene) -> CommandText | None:
    """`half`, `all`, `max` where it is not said yet how much."""
    if any(size in before.args for size in SIZES):
        return None
    part = scene.first("fraction")
    share = None
    if before.name == "sell" and part is not None and only(scene.tokens, "fraction"):
        share = f"{plain(round(Decimal(part.value) * 100, 2))}%"
    words = {t.text for t in scene.tokens if not t.isa("FILLER", "REQ")}
    every = bool(scene.tokens) and all(
        t.isa("ALL", "EVERYTHING", "FILLER", "REQ") for t in scene.tokens
    )
    if before.name == "sell" and every and scene.has("ALL", "EVERYTHING"):
        share = "100%"
    if before.name == "buy" and words and words <= _WHOLE:
        share = "100%"
    return CommandText(before.name, {**before.args, "percent": share}) if share else None


def _without(before: CommandText, scene: Scene) -> CommandText | None:
    """`no stop loss`, `remove tp`."""
    denied = scene.has("REMOVE", "KILL") or scene.tokens[0].text in {"no", "pas", "sans", "without"}
    if not denied or _numbers(scene):
        return None
    gone = {level for level, words in _LEVELS_OF if scene.has(*words)}
    args = {k: v for k, v in before.args.items() if k not in gone}
    return CommandText(before.name, args) if len(args) < len(before.args) else None


def is_repeated(scene: Scene) -> bool:
    """`again`, `la même`: the same once more."""
    words = [word for t in scene.tokens if t.kind != "mark" for word in t.text.split()]
    again = bool(_ONCE_MORE & set(words))
    return again and all(word in _ONCE_MORE | _BESIDE_AGAIN for word in words)


def _changed(before: CommandText, scene: Scene, entry: Entry) -> Revision | None:
    """The order with the instrument, the terms and the figures that are said."""
    args: Draft = dict(before.args)
    symbol = _named(before, scene)
    if symbol is not None:
        args = moved_to(before, symbol)
    is_moved = "symbol" in before.args and args["symbol"] != before.args["symbol"]
    terms(args, scene, entry)
    if scene.first("percent") is not None and scene.has("MARKET"):
        return Revision(before, ("price",))  # `3% below market`
    unclear, taken = list[Unclear](), set[str]()
    for each in roles_of(before.name, args, scene, is_moved=is_moved):
        if isinstance(each, Unclear):
            unclear.append(each)
        elif each[0] in taken:
            unclear.append(Unclear(each[1]))  # `3, 4`
        else:
            put(args, *each)
            taken.add(each[0])
    said = Trade(before.name, scene).terms()
    args.update({k: said[k] for k in ("time_in_force", "post_only") if k in said})
    if scene.has("MARKET") and not _numbers(scene):
        args.pop("price", None)
    changed = CommandText(before.name, args)
    if unclear:
        return _torn(changed, unclear)
    lost = {*LEVELS} & before.args.keys() and not {*LEVELS} & args.keys()
    about = ("price",) if lost and is_moved else ()
    return None if changed == before else Revision(changed, about)


def _named(before: CommandText, scene: Scene) -> str | None:
    """The instrument that a turn names, or the pair of the currency that it names."""
    named, old = symbols(scene), before.args.get("symbol")
    if named:
        return named[-1]
    euros = any(t.value.endswith("EUR") for t in scene.all("money"))
    return in_currency(old, scene.tokens) if euros and isinstance(old, str) else None


def _torn(changed: CommandText, unclear: list[Unclear]) -> Revision:
    """What is to be asked, with the orders that it may be."""
    readings: list[CommandText] = []
    kept = {k: v for k, v in changed.args.items() if k not in SIZES}
    for role in unclear[0].roles:
        args = dict(changed.args) if role == "price" else dict(kept)
        args[role] = plain_value(unclear[0].figure)
        readings.append(CommandText(changed.name, args))
    whole = len(unclear) == 1 and "symbol" in changed.args
    return Revision(_bare(changed), ("quantity",), tuple(readings) if whole else ())
