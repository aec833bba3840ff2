"""One clause from words to what it says: its command is held back or built, and then doubted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.interpreter.phrases.asides import without_asides, without_spared
from bot.interpreter.phrases.builders import builders
from bot.interpreter.phrases.doubts import sure
from bot.interpreter.phrases.doubts.margin import or_limit
from bot.interpreter.phrases.examples import Entry
from bot.interpreter.phrases.formulas import conditioned
from bot.interpreter.phrases.intents import Intent, Intents
from bot.interpreter.phrases.needs import missing
from bot.interpreter.phrases.nouns import with_closing_prices
from bot.interpreter.phrases.policies import MONEY, SWALLOW, TRADES, begins, unknown
from bot.interpreter.phrases.reading import Args, CommandText
from bot.interpreter.phrases.readings import variants
from bot.interpreter.phrases.restraint import is_held_back
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.scenes import Scene
from bot.interpreter.phrases.scheduling import NOT_SCHEDULED, scheduled, timed
from bot.interpreter.phrases.tokens import Clause, Token
from bot.interpreter.phrases.trades import awaits_a_level, read_exit, read_trade
from bot.interpreter.phrases.turn import Turn

MAX_UNKNOWN = 4
MAX_ASKED = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a clause stands: its turn, the families over its sentence, its free text's end."""

    turn: Turn
    families: frozenset[str]
    end: int


class ClauseReader:
    """Knows how commands sound and how their arguments are read."""

    def __init__(self, entries: Mapping[str, Entry], intents: Intents) -> None:
        self._entries = entries
        self._intents = intents
        self._builders = builders(entries.values())

    def intent_of(self, tokens: Sequence[Token]) -> Intent | None:
        """The command that a clause asks for."""
        return self._intents.of(conditioned(tokens))

    def read(self, turn: Turn, clause: Clause, sentence: frozenset[str]) -> tuple[Said, bool]:
        """What a clause says under its sentence's families, and whether all that follows is its."""
        clause = conditioned(with_closing_prices(without_spared(clause)))
        intent = self._intents.of(clause)
        clause = without_asides(turn, clause, intent.command if intent else None)
        schedule = next((t for t in clause if t.kind == "schedule"), None)
        if schedule is not None:
            said = self._scheduled(turn, clause, schedule, sentence)
            if said is not None:
                return said, False
        intent = self._intents.of(clause)
        if intent is None:
            return Said(), False
        swallows = intent.command in SWALLOW
        end = len(turn.plain.text) if swallows else _end(turn, clause)
        place = _Place(turn, sentence, end)
        said = self._command(place, clause, intent)
        if said.about and not said.refused:
            said.readings = said.readings or self._torn(place, clause, intent.command)
        return said, swallows

    def _scheduled(
        self, turn: Turn, clause: Clause, schedule: Token, sentence: frozenset[str]
    ) -> Said | None:
        """What is to be run by the clock; None where no such command is asked for."""
        timeless = {"schedule", "clock"}
        bare = [t for t in clause if t.kind not in timeless and not t.isa("SCHEDULE")]
        intent = self._intents.of(bare)
        if intent is None or intent.command in NOT_SCHEDULED:
            return None
        inner = self._command(_Place(turn, sentence, _end(turn, bare)), bare, intent)
        wrapped = [scheduled(c, schedule) for c in inner.commands]
        about = [*inner.about, *([] if timed(schedule) else ["when"])]
        return Said(wrapped, about if wrapped else [], inner.refused)

    def _command(self, place: _Place, clause: Clause, intent: Intent) -> Said:
        """The command with its arguments; refused, or asked about, where its words say so."""
        name = intent.command
        if is_held_back(place.turn, clause, name, place.families):
            return Said(refused=True)
        said = self._built(Scene(list(clause), place.turn.plain.text, place.end), name)
        said.commands = [self._on_account(c, clause) for c in said.commands]
        strange = unknown(clause)
        asks = name in MONEY and strange <= MAX_ASKED and begins(name, clause)
        if name not in SWALLOW and not asks and _too_strange(name, said, strange, intent.weight):
            return Said(refused=name in MONEY)
        if name in MONEY and any(t.of("badnumber", "negative") for t in clause):
            said.about.append("times" if name == "leverage" else "quantity")
            said.commands = [CommandText(name, _symbol_of(c)) for c in said.commands]
        return sure(clause, said, place.turn.plain.text)

    def _built(self, scene: Scene, name: str) -> Said:
        if name in TRADES:
            draft, about = read_trade(name, scene)
            return Said([CommandText(name, draft)], about)
        if name == "close" and awaits_a_level(scene):
            draft, about = read_exit(scene)
            return Said([CommandText("sell", draft)], about)
        drafts = self._builders[name](scene)
        needs = [need for draft in drafts for need in missing(self._entries[name], draft)]
        said = Said([CommandText(name, draft) for draft in drafts], list(dict.fromkeys(needs)))
        return or_limit(scene.tokens, said)

    def _on_account(self, command: CommandText, clause: Clause) -> CommandText:
        account = next((t.value for t in clause if t.kind == "account"), None)
        if account is None or "account" not in self._entries[command.name].arguments:
            return command
        return CommandText(command.name, {**command.args, "account": account})

    def _torn(self, place: _Place, clause: Clause, name: str) -> list[CommandText]:
        """What the clause comes to in each way that it can be meant, where each is whole."""
        read: list[CommandText] = []
        for variant in map(conditioned, variants(name, clause)):
            intent = self._intents.of(variant)
            said = self._command(place, variant, intent) if intent else Said()
            if len(said.commands) != 1 or said.about or said.refused:
                return []
            read.extend(command for command in said.commands if command not in read)
        return read if len(read) > 1 else []


def _end(turn: Turn, clause: Clause) -> int:
    return min(len(turn.plain.text), clause[-1].end) if clause else 0


def _symbol_of(command: CommandText) -> Args:
    """All that is left where no figure can be."""
    return {name: value for name, value in command.args.items() if name == "symbol"}


def _too_strange(name: str, said: Said, strange: int, weight: float) -> bool:
    """Too many words that mean nothing for what the clause would come to."""
    if name in MONEY:
        return strange > MAX_UNKNOWN or (bool(said.about) and strange > 0)
    if said.about:
        return strange > (1 if weight >= 2 else 0)
    return strange > (3 if weight >= 2 else 1 if weight > 1 else 0)
