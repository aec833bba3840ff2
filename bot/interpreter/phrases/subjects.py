"""Whether a turn is of the very thing spoken of, or of another one beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.interpreter.phrases.builders.orders import moves_a_level
from bot.interpreter.phrases.moves import TRIMS
from bot.interpreter.phrases.policies import TRADES
from bot.interpreter.phrases.reading import CommandText, Reading
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.scenes import Scene, symbols
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import wordset

_BOUNDS = ("UP", "DOWN", "NOTABOVE", "NOTBELOW")
_DRAWN = wordset("chart backtest optimize run alert screen")
# What a change to the first may sound like by itself.
_SOUNDS_LIKE = {
    "follow": frozenset({"risk", "stop", "review"}),
    "publish": frozenset({"risk", "stop", "review"}),
    "report": frozenset({"pnl", "risk", "fills"}),
}
_PRONOUNS = wordset("it that this them those le la l' les ca")
_MANY = wordset("them those les")
_BESIDE_AN_ID = wordset("AND FILLER REQ INSTEAD ORDER CANCEL KILL REMOVE")
_DENIALS = wordset("not pas")


def closes_it(tokens: Sequence[Token], said: Said, before: CommandText) -> bool:
    """`sell it all` after one instrument was spoken of: that one, or everything there is."""
    every = any(c.name == "close" and c.args.get("symbol") == "all" for c in said.commands)
    points = any(_PRONOUNS & set(t.text.split()) for t in tokens)
    return every and _spoken(before) is not None and points


def _spoken(before: CommandText) -> str | None:
    """The one instrument of a command."""
    symbol, listed = before.args.get("symbol"), before.args.get("symbols")
    if isinstance(listed, list) and len(listed) == 1:
        symbol = listed[0]
    return symbol if isinstance(symbol, str) and symbol != "all" else None


def all_of(before: CommandText, tokens: Sequence[Token]) -> Reading:
    """All of the instrument, where `all of it` says so, or else a question."""
    symbol = str(_spoken(before))
    words = [word for t in tokens for word in t.text.split()]
    sold = any(t.isa("SELL", "DUMP") for t in tokens)
    whole = CommandText("sell", {"symbol": symbol, "percent": "100%"})
    one = whole if sold else CommandText("close", {"symbol": symbol})
    if " all of it " in f" {' '.join(words)} ":
        return Reading("command", (one,))
    if _MANY & set(words):
        one = CommandText("close", {"symbol": symbol})
    both = (one, CommandText("close", {"symbol": "all"}))
    return Reading("clarify", (CommandText("close", {}),), ("symbol",), readings=both)


def named_all(before: CommandText, scene: Scene) -> CommandText | None:
    """`all` where it is asked what to close."""
    meant = [t for t in scene.tokens if t.kind != "mark" and not t.isa("FILLER", "REQ")]
    every = bool(meant) and all(t.isa("ALL", "EVERYTHING") for t in meant)
    asked = before.name == "close" and "symbol" not in before.args
    return CommandText("close", {**before.args, "symbol": "all"}) if every and asked else None


def trims_it(before: CommandText, scene: Scene, *, is_placed: bool) -> bool:
    """`reduce it by half` of an order that bought nothing yet; `reduce it to 2` of any."""
    trims = any(t.isa("DUMP", "CUT") and TRIMS & set(t.text.split()) for t in scene.tokens)
    figure = scene.first("number", "money", "percent", "fraction") is not None
    rests = not is_placed or any(level in before.args for level in ("price", "stop_price"))
    of_it = scene.has("IT", "ORDER") and (rests or scene.has("TO", "AT"))
    return before.name in TRADES and trims and figure and of_it


def names_only_another(before: CommandText, said: Said, scene: Scene) -> bool:
    """`sol` by itself after a close or a run of something else looks its price up."""
    meant = [t for t in scene.tokens if t.kind != "mark"]
    alone = bool(meant) and all(t.kind == "symbol" for t in meant)
    elsewhere = before.name in {"close", "run"} and "symbol" in before.args
    return alone and elsewhere and bool(said.commands) and not said.about


def names_another(before: CommandText, scene: Scene) -> bool:
    """`and 13` after `cancel 12`; an instrument beside an order says too little."""
    if scene.first("symbol") is not None:
        return "order" not in before.args
    meant = [t for t in scene.tokens if t.kind != "mark" and not t.of("number", "id", "code")]
    return all(t.isa(*_BESIDE_AN_ID) or t.text in {"no", "non", "not"} for t in meant)


def denies_first(tokens: Sequence[Token]) -> bool:
    """`not 1, 2`, `not btc, eth`: what is not meant, and right behind it what is."""
    kinds = [t.kind for t in tokens[:4]]
    denies = len(kinds) == 4 and tokens[0].text in _DENIALS and tokens[2].text == ","
    return denies and kinds[1] == kinds[3] and bool(tokens[1].value)


def without_denied(scene: Scene) -> Scene:
    """The turn without what it says is not meant."""
    return replace(scene, tokens=scene.tokens[3:]) if denies_first(scene.tokens) else scene


def same_subject(named: CommandText, before: CommandText, scene: Scene) -> bool:
    """A stop or a candle said after an order or a chart belongs to it."""
    if named.name == before.name or named.name in _SOUNDS_LIKE.get(before.name, ()):
        return True
    if named.name == "replace" and moves_a_level(scene) and _may_be_its(before, scene):
        return True
    if before.name in {"buy", "sell"}:
        if named.name == "replace" and "order" not in named.args:
            return True  # it has no id yet: the order is said again, with the change
        return _same_trade(named, before, scene)
    if before.name in {"alert", "screen"} and named.name in {"buy", "sell"}:
        return False
    if before.name in _DRAWN and named.name in {"chart", "price", "watchlist"}:
        return not scene.has("SHOW") or named.name == "chart"
    return _looked_at(named, scene)


def moves_another(said: Said, before: CommandText, scene: Scene) -> bool:
    """`move my btc stop to 83000`: that of an order on the book, not of what was said before."""
    if not any(c.name == "replace" and "order" not in c.args for c in said.commands):
        return False
    if not moves_a_level(scene):
        return False
    if len(said.commands) > 1 or "stop_price" in before.args:
        return True
    if before.name not in TRADES:
        return not _may_be_its(before, scene)
    # `up to` would bound the price of the entry.
    if any(t.isa(*_BOUNDS) and not t.isa("CHANGE", "SWITCH") for t in scene.tokens):
        return True
    named = symbols(scene)
    return bool(named) and not (scene.has("ORDER") and named == [before.args.get("symbol")])


def _may_be_its(before: CommandText, scene: Scene) -> bool:
    """An alert has a target, and a copy a stop in percent."""
    if before.name == "alert":
        return not scene.has("STOPW", "STOPLOSS")
    bounded = scene.first("percent") is not None and not scene.has("TAKEPROFIT", "<symbol>")
    return before.name == "follow" and bounded


def _other_pair(named: CommandText, before: CommandText) -> bool:
    """`eth/eur` after an order of eth."""
    said = named.args.get("symbols")
    base = str(before.args.get("symbol", "")).partition("/")[0]
    return isinstance(said, list) and [each.partition("/")[0] for each in said] == [base]


def _same_trade(named: CommandText, before: CommandText, scene: Scene) -> bool:
    if named.name in {"buy", "sell"} and not scene.has("IT") and "symbol" not in named.args:
        return True
    if named.name in {"buy", "sell", "stop"}:
        return scene.has("STOPW", "STOPLOSS", "TRAIL", "TAKEPROFIT", "INSTEAD")
    figures = scene.first("number", "money") is not None
    if named.name == "price" and not scene.has("QUESTION") and _other_pair(named, before):
        return True
    if named.name == "price" and "symbol" not in before.args and not scene.has("PRICE", "SHOW"):
        return True  # it is asked of what
    return (named.name == "price" and figures) or (figures and _looked_at(named, scene))


def _looked_at(named: CommandText, scene: Scene) -> bool:
    bare = not scene.has("SHOW", "PRICE", "PROFILE")
    return named.name in {"strategy", "leader", "price", "positions"} and bare
