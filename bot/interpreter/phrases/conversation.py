"""A turn read against the command before it: amended, pointed at, put on a schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.interpreter.phrases.amending import amends, asks, is_chat, tells
from bot.interpreter.phrases.doubts import digresses
from bot.interpreter.phrases.examples import Entry
from bot.interpreter.phrases.followups import amended, carry
from bot.interpreter.phrases.guesses import SIZES
from bot.interpreter.phrases.moves import move_of
from bot.interpreter.phrases.needs import missing
from bot.interpreter.phrases.placed import of_what_is_placed
from bot.interpreter.phrases.policies import MONEY, READS, TRADES, unknown
from bot.interpreter.phrases.reading import NOTHING, Args, CommandText, Json, Reading
from bot.interpreter.phrases.revisions import (
    bought_for_what,
    is_repeated,
    priced_as_asked,
    revised,
)
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.scenes import Scene, plain_value
from bot.interpreter.phrases.scheduling import NOT_SCHEDULED, moved, scheduled, timed
from bot.interpreter.phrases.subjects import (
    all_of,
    closes_it,
    denies_first,
    moves_another,
    named_all,
    names_another,
    names_only_another,
    same_subject,
    trims_it,
    without_denied,
)
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
_ORDERED = wordset("buy sell cancel orders")
_EVEN_STEPS = ("AND", "THEN", "FILLER", "REQ", "NOW")
_ON_IT = phraseset("on it, sur lui, dessus")
# What an order is protected by, each of which may rest on the book by itself.
_PROTECTION = ("STOPW", "STOPLOSS", "TAKEPROFIT", "TRAIL")


def ends(families: frozenset[str], tokens: Sequence[Token]) -> bool:
    """Whether a turn takes back, doubts or asks rather than changes; `no, make it 3` changes."""
    corrects = any(token.isa("INSTEAD") for token in tokens) or denies_first(tokens)
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
    if closes_it(tokens, said, before):
        return True
    if any(t.isa("IT") or t.text in {"them", "les"} for t in tokens):
        return last.name in {"cancel", "unalert"} and last.args in (
            {"order": "all"},
            {"alert": "all"},
        )
    return bool(meaning) and all(t.of("symbol", "leader", "strategy") for t in meaning)


class Conversation:
    """Readings of turns that lean on an earlier one."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    def after(
        self,
        scene: Scene,
        said: Said,
        before: CommandText,
        *,
        asked: Sequence[str] = (),
        is_placed: bool = False,
    ) -> Reading:
        """`said` is what the turn comes to by itself.

        `asked` is what `before` was asked about; `is_placed`, that it had its yes.
        """
        on_it = before.name in TRADES and "symbol" in before.args
        strange = [words for words in said.strange if not (on_it and words in _ON_IT)]
        if strange or moves_another(said, before, scene):
            return said.reading()
        if len(strange) < len(said.strange):
            scene = replace(scene, tokens=[t for t in scene.tokens if t.text not in _ON_IT])
        if closes_it(scene.tokens, said, before):
            return all_of(before, scene.tokens)
        named = said.commands[-1] if said.commands else None
        if names_only_another(before, said, scene):
            return said.reading()
        moves = before.name in MONEY or before.name == "schedule"
        if moves and asks(scene) and (named is None or named.name not in READS or not said.about):
            return said.reading() if named is not None and named.name in READS else NOTHING
        schedule = scene.first("schedule")
        if schedule is not None and before.name not in NOT_SCHEDULED:
            about = [] if timed(schedule) else ["when"]
            return self._checked(scheduled(before, schedule), about)
        trimmed = trims_it(before, scene, is_placed=is_placed)
        on_the_book = is_placed and named is not None and named.name in {"replace", "cancel"}
        on_the_book = on_the_book and not trimmed
        same = trimmed or named is None or same_subject(named, before, scene)
        if named is not None and (on_the_book or not same):
            if on_the_book and before.name in TRADES:
                return self._checked(named)  # it has an id now, and others may rest there
            return self._pointed(named, before, said, scene)
        if before.name == "schedule":
            return self._rescheduled(before, said, scene)
        if before.name in TRADES:
            priced = priced_as_asked(before, scene) if tuple(asked) == ("price",) else None
            if priced is not None and not is_placed:
                return self._checked(priced)
            return self._revised(before, said, scene, is_placed=is_placed)
        return self._amended(before, said, scene)

    def _amended(self, before: CommandText, said: Said, scene: Scene) -> Reading:
        """Any other command with the change applied."""
        if before.name in MONEY:
            if digresses(before.name, scene.tokens):
                return NOTHING
            if not amends(before.name, before.args, scene):
                return _looked_up(said)
        if before.name == "alert" and tells(scene):
            return NOTHING
        if before.name == "cancel" and not names_another(before, scene):
            return Reading("clarify", (CommandText("cancel", {}),), ("order",))
        move = move_of(scene) if before.name in {"follow", "run"} else None
        if move is not None:
            moved_by = move.of(before)
            return self._checked(moved_by[0]) if len(moved_by) == 1 else NOTHING
        every = named_all(before, scene)
        changed = every or amended(before, scene, self._entries[before.name])
        if changed is None or unknown(scene.tokens) > MAX_UNKNOWN:
            return NOTHING if said.about else said.reading()
        return self._checked(changed)

    def _revised(
        self, before: CommandText, said: Said, scene: Scene, *, is_placed: bool
    ) -> Reading:
        """An order with the change applied, or what is said of it once it has had its yes."""
        scene = without_denied(scene)
        out_of_place = [each for each in said.about if each in {"twap", "times"}]
        if not amends(before.name, before.args, scene):
            return said.reading() if out_of_place else _looked_up(said)
        summed = _summed(before, scene)
        if summed is not None:
            return self._checked(summed)
        torn = _size_or_sum(before, scene)
        if torn:
            half = CommandText(before.name, {"symbol": before.args["symbol"]})
            return Reading("clarify", (half,), ("quantity",), readings=torn)
        known = is_repeated(scene) or move_of(scene) is not None
        if not known and digresses(before.name, scene.tokens):
            return NOTHING
        revision = revised(before, scene, self._entries[before.name], is_placed=is_placed)
        if revision is None or unknown(scene.tokens) > MAX_UNKNOWN:
            return NOTHING if said.about and not out_of_place else said.reading()
        if is_placed:
            revision = of_what_is_placed(revision, before, scene)
        about = [*revision.about, *out_of_place]
        return self._checked(revision.command, about, revision.readings)

    def _rescheduled(self, before: CommandText, said: Said, scene: Scene) -> Reading:
        inner = before.args.get("command")
        if not isinstance(inner, dict) or not amends("schedule", {}, scene):
            return _looked_up(said)
        if said.commands and not said.about and not scene.has("INSTEAD", "CHANGE", "AND"):
            return _looked_up(said)  # `sol`
        later = None if is_chat(scene) else moved(before, scene)
        if later is not None:
            return Reading("command", (later,))
        name, args = str(inner["name"]), inner["args"]
        old = CommandText(name, args if isinstance(args, dict) else {})
        if not amends(name, old.args, scene) or digresses(name, scene.tokens):
            return NOTHING
        changed = amended(old, scene, self._entries[name]) if name not in TRADES else None
        about: tuple[str, ...] = ()
        if name in TRADES:
            revision = revised(old, scene, self._entries[name], is_placed=False)
            if revision is not None and revision.is_another:
                return NOTHING
            changed = revision.command if revision is not None else None
            about = revision.about if revision is not None else ()
        if changed is None:
            return NOTHING
        if about:
            return Reading("clarify", (before,), about)
        wrapped: dict[str, Json] = {**before.args, "command": changed.as_json()}
        return Reading("command", (CommandText("schedule", wrapped),))

    def _pointed(
        self, named: CommandText, before: CommandText, said: Said, scene: Scene
    ) -> Reading:
        """`cancel it`, `chart it`: another command about the same thing."""
        name = named.name
        if name == "stop" and scene.first("number", "money", "percent"):
            return NOTHING  # `stop at 58k`
        if name == "cancel" and not scene.has("ORDER", "ORDERS"):
            if before.name == "leverage":
                return NOTHING  # a leverage is asked for or not, and never on the book
            name = _CANCELLED.get(before.name, name)
            protection = before.name in TRADES and scene.has(*_PROTECTION)
            if name == "cancel" and (protection or before.name not in _ORDERED):
                return self._checked(CommandText("cancel", {}))
        args = carry(name, self._entries[name], named.args if name == named.name else {}, before)
        about = [a for a in said.about if a not in args] if name in {"buy", "sell"} else []
        torn = bought_for_what(CommandText(name, args), scene) if name in TRADES else None
        if torn is not None:
            return self._checked(torn.command, torn.about, torn.readings)
        return self._checked(CommandText(name, args), about)

    def _checked(
        self,
        command: CommandText,
        about: Sequence[str] = (),
        readings: tuple[CommandText, ...] = (),
    ) -> Reading:
        needs = missing(self._entries[command.name], command.args)
        every = tuple(dict.fromkeys([*(n for n in needs if n != "when"), *about]))
        if not every:
            return Reading("command", (command,))
        return Reading("clarify", (command,), every, readings=readings)


def _looked_up(said: Said) -> Reading:
    """What a turn that changes nothing comes to by itself, where that only looks something up."""
    reads = all(command.name in READS for command in said.commands)
    return said.reading() if reads and not said.about else NOTHING


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
    """`for 500` after `buy 5 sol`: a price, or a sum."""
    said = [t for t in scene.tokens if not t.isa("FILLER", "REQ") or t.value]
    if set(before.args) != {"symbol", "quantity"} or len(said) != 2:
        return ()
    if not said[0].isa("FOR") or said[1].kind != "number":
        return ()
    figure, symbol = plain_value(said[1]), before.args["symbol"]
    ways: list[Args] = [{**before.args, "price": figure}, {"symbol": symbol, "amount": figure}]
    return tuple(CommandText(before.name, args) for args in ways)
