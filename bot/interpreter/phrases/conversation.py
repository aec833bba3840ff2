"""A turn read against the command before it: amended, pointed at, put on a schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.interpreter.phrases.builders.orders import moves_a_level
from bot.interpreter.phrases.doubts import digresses
from bot.interpreter.phrases.examples import Entry
from bot.interpreter.phrases.followups import amended, carry, is_adrift
from bot.interpreter.phrases.guesses import SIZES
from bot.interpreter.phrases.moves import Move, move_of
from bot.interpreter.phrases.needs import missing
from bot.interpreter.phrases.policies import MONEY, TRADES, unknown
from bot.interpreter.phrases.reading import NOTHING, Args, CommandText, Json, Reading
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.scenes import Scene, plain_value, symbols
from bot.interpreter.phrases.scheduling import NOT_SCHEDULED, moved, scheduled, timed
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import phraseset, wordset

MAX_UNKNOWN = 2
_ENDING = wordset("NEVERMIND OPINION HYPOTHESIS UNDECIDED REPORT NEGATION PAST")
_CANCELLED = {
    "schedule": "unschedule",
    "alert": "unalert",
    "run": "stop",
    "follow": "unfollow",
    "subscribe": "unsubscribe",
}
# What an amendment may sound like by itself.
_MIMICS = wordset("risk stop price chart")
_EVEN_STEPS = ("AND", "THEN", "FILLER", "REQ", "NOW")
_ON_IT = phraseset("on it, sur lui, dessus")
_ONCE_MORE = wordset("again another encore autre same meme")
_OTHER = {"buy": "sell", "sell": "buy"}
# What protects an order yet to be placed, and how the same protects what is held.
_EXITS = {"stop_loss": "stop_price", "trail": "trail", "take_profit": "price"}
_BOUNDS = ("UP", "DOWN", "NOTABOVE", "NOTBELOW")
_DRAWN = wordset("chart backtest optimize run alert screen")
# What a change to the first may sound like by itself.
_SOUNDS_LIKE = {
    "follow": frozenset({"risk", "stop", "review"}),
    "publish": frozenset({"risk", "stop", "review"}),
    "report": frozenset({"pnl", "risk", "fills"}),
}


def ends(families: frozenset[str], tokens: Sequence[Token]) -> bool:
    """Whether a turn takes back, doubts or asks rather than changes; `no, make it 3` changes."""
    corrects = any(token.isa("INSTEAD") for token in tokens)
    return bool((families - {"NEGATION"} if corrects else families) & _ENDING)


def leans(tokens: Sequence[Token], said: Said, before: CommandText) -> bool:
    """Whether a turn speaks of the one before, also where it could stand alone."""
    if [each.name for each in said.commands] == ["why"] and "order" not in before.args:
        return False  # it asks of an order that is there, and changes none
    if said.about or not said.commands:
        return True
    meaning = [t for t in tokens if not t.isa(*_EVEN_STEPS) and t.kind != "mark"]
    last = said.commands[-1]
    if before.name == "follow" and last.args.get("rule") == "max_drawdown":
        return True  # said after a follow, it is that copy's limit and not the desk's
    if meaning and meaning[0].isa("INSTEAD"):
        return last.name in _MIMICS
    if _closes_them(tokens, said, before):
        return True
    if any(t.isa("IT") or t.text in {"them", "les"} for t in tokens):
        return last.name in {"cancel", "unalert"} and last.args in (
            {"order": "all"},
            {"alert": "all"},
        )
    return bool(meaning) and all(t.of("symbol", "leader", "strategy") for t in meaning)


def _closes_them(tokens: Sequence[Token], said: Said, before: CommandText) -> bool:
    """`sell them all` after one instrument was spoken of may mean that one, or everything."""
    every = any(c.name == "close" and c.args.get("symbol") == "all" for c in said.commands)
    return every and "symbol" in before.args and any(t.text in {"them", "les"} for t in tokens)


class Conversation:
    """Readings of turns that lean on an earlier one."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    def after(
        self, scene: Scene, said: Said, before: CommandText, *, is_placed: bool = False
    ) -> Reading:
        """`said` is what the turn comes to by itself; `is_placed`, that `before` had its yes."""
        on_it = before.name in TRADES and "symbol" in before.args
        strange = [words for words in said.strange if not (on_it and words in _ON_IT)]
        if strange or _moves_another(said, before, scene):
            return said.reading()
        if len(strange) < len(said.strange):
            scene = replace(scene, tokens=[t for t in scene.tokens if t.text not in _ON_IT])
        if _closes_them(scene.tokens, said, before):
            both = tuple(
                CommandText("close", {"symbol": s}) for s in (before.args["symbol"], "all")
            )
            return Reading("clarify", (CommandText("close", {}),), ("symbol",), readings=both)
        schedule = scene.first("schedule")
        if schedule is not None and before.name not in NOT_SCHEDULED:
            about = [] if timed(schedule) else ["when"]
            return self._checked(scheduled(before, schedule), about)
        named = said.commands[-1] if said.commands else None
        on_the_book = is_placed and named is not None and named.name in {"replace", "cancel"}
        if named is not None and (on_the_book or not _same_subject(named, before, scene)):
            if on_the_book and before.name in TRADES:
                return self._checked(named)  # it has an id now, and others may rest there
            return self._pointed(named, before, said, scene)
        if before.name == "schedule":
            return self._rescheduled(before, scene)
        figured = self._by_a_figure(before, scene, is_placed=is_placed)
        if figured is not None:
            return figured
        changed = amended(before, scene, self._entries[before.name])
        out_of_place = [each for each in said.about if each in {"twap", "times"}]
        if before.name in MONEY and digresses(before.name, scene.tokens):
            return NOTHING
        if changed is None or unknown(scene.tokens) > MAX_UNKNOWN:
            return NOTHING if said.about and not out_of_place else said.reading()
        if is_placed and before.name in TRADES:
            return self._checked(_of_what_is_placed(changed, before, scene), out_of_place)
        return self._checked(changed, out_of_place)

    def _by_a_figure(self, before: CommandText, scene: Scene, *, is_placed: bool) -> Reading | None:
        """The order with a figure that says by itself which of its own it changes."""
        summed = _summed(before, scene)
        if summed is not None:
            return self._checked(summed)
        torn = _size_or_sum(before, scene)
        if torn:
            half = CommandText(before.name, {"symbol": before.args["symbol"]})
            return Reading("clarify", (half,), ("quantity",), readings=torn)
        move = move_of(scene) if before.name in TRADES and "symbol" in before.args else None
        return self._moved(before, move, is_placed=is_placed) if move is not None else None

    def _moved(self, before: CommandText, move: Move, *, is_placed: bool) -> Reading:
        changed = move.of(before)
        if changed is None:
            return self._checked(before, move.names[:1])
        new = {name: said for name, said in changed.args.items() if before.args[name] != said}
        return self._checked(CommandText("replace", new) if is_placed else changed)

    def _rescheduled(self, before: CommandText, scene: Scene) -> Reading:
        later = moved(before, scene)
        if later is not None:
            return Reading("command", (later,))
        inner = before.args.get("command")
        if not isinstance(inner, dict):
            return NOTHING
        name, args = str(inner["name"]), inner["args"]
        old = CommandText(name, args if isinstance(args, dict) else {})
        changed = amended(old, scene, self._entries[name])
        if changed is None:
            return NOTHING
        wrapped: dict[str, Json] = {**before.args, "command": changed.as_json()}
        return Reading("command", (CommandText("schedule", wrapped),))

    def _pointed(
        self, named: CommandText, before: CommandText, said: Said, scene: Scene
    ) -> Reading:
        """`cancel it`, `chart it`: another command about the same thing."""
        name = named.name
        if name == "cancel" and not scene.has("ORDER", "ORDERS"):
            if before.name == "leverage":
                return NOTHING  # a leverage is asked for or not, and never on the book
            name = _CANCELLED.get(before.name, name)
        args = carry(name, self._entries[name], named.args if name == named.name else {}, before)
        about = [a for a in said.about if a not in args] if name in {"buy", "sell"} else []
        return self._checked(CommandText(name, args), about)

    def _checked(self, command: CommandText, about: Sequence[str] = ()) -> Reading:
        needs = missing(self._entries[command.name], command.args)
        every = tuple(dict.fromkeys([*(n for n in needs if n != "when"), *about]))
        return Reading("clarify", (command,), every) if every else Reading("command", (command,))


def _of_what_is_placed(changed: CommandText, before: CommandText, scene: Scene) -> CommandText:
    """What is said of an order that had its yes is a change on the book, or of what it bought.

    `make it 51000` gives it another price; `put a stop at 47000` sells from there what is held.
    """
    new = {name: said for name, said in changed.args.items() if before.args.get(name) != said}
    rests = bool({"price", "stop_price"} & before.args.keys())
    points = scene.has("INSTEAD", "CHANGE", "IT")
    if changed.name == before.name and rests and points and new.keys() <= {"price", "quantity"}:
        return CommandText("replace", new)
    exits = {_EXITS[name]: said for name, said in new.items() if name in _EXITS}
    once_more = any(t.text in _ONCE_MORE for t in scene.tokens)
    if once_more or not exits or len(exits) < len(new):
        return changed
    if {"stop_price", "price"} <= exits.keys():
        exits["oco"] = exits.pop("stop_price")
    if any(not _is_price(exits.get(name, "0")) for name in ("price", "oco")):
        exits = {}  # so many percent from an entry that is past
    where = {name: before.args[name] for name in ("symbol", "account") if name in before.args}
    whole: dict[str, Json] = {}
    if exits and before.name == "buy":
        whole = {"percent": "100%"}
    elif exits and ":" in str(where.get("symbol", "")):
        whole = {"percent": "100%", "reduce_only": "true"}  # a short, or else nothing of it
    return CommandText(_OTHER[before.name], {**where, **exits, **whole})


def _is_price(said: Json) -> bool:
    return isinstance(said, str) and not said.endswith("%") and " " not in said


def _summed(before: CommandText, scene: Scene) -> CommandText | None:
    """`for 500` after `buy some eth`: where there is no size yet, it is a sum."""
    said = [t for t in scene.tokens if not t.isa("FILLER", "REQ") or t.value]
    sized = any(size in before.args for size in SIZES)
    if before.name not in {"buy", "sell"} or sized or "symbol" not in before.args:
        return None
    if len(said) != 2 or not said[0].isa("FOR") or said[1].kind != "number":
        return None
    return CommandText(before.name, {**before.args, "amount": plain_value(said[1])})


def _size_or_sum(before: CommandText, scene: Scene) -> tuple[CommandText, ...]:
    """`for 500` after `buy 5 sol`: a price, or a sum; a bare `500` may be a number, too."""
    figures = scene.all("number")
    said = [t for t in scene.tokens if not t.isa("FILLER", "REQ") or t.value]
    if before.name not in {"buy", "sell"} or len(figures) != 1 or "quantity" not in before.args:
        return ()
    if set(before.args) != {"symbol", "quantity"} or len(said) > 2:
        return ()
    figure, spoken = plain_value(figures[0]), [t for t in said if t not in figures]
    bare = not spoken and is_adrift(dict(before.args), scene)
    if not (bare or (len(spoken) == 1 and spoken[0].isa("FOR"))):
        return ()
    symbol = before.args["symbol"]
    ways: list[Args] = [{**before.args, "price": figure}, {"symbol": symbol, "amount": figure}]
    ways += [{"symbol": symbol, "quantity": figure}] if bare else []
    return tuple(CommandText(before.name, args) for args in ways)


def _same_subject(named: CommandText, before: CommandText, scene: Scene) -> bool:
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


def _moves_another(said: Said, before: CommandText, scene: Scene) -> bool:
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
    return (named.name == "price" and figures) or (figures and _looked_at(named, scene))


def _looked_at(named: CommandText, scene: Scene) -> bool:
    bare = not scene.has("SHOW", "PRICE", "PROFILE")
    return named.name in {"strategy", "leader", "price", "positions"} and bare
