"""Whether a model may pass on a command, or must ask: one judge, refused by default."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from bot.command import Command, Effect
from bot.errors import BotError
from bot.interpreter.facts import Facts
from bot.interpreter.grounding import ungrounded
from bot.interpreter.phrases.own_words import OwnWords

ReadLine = Callable[[str], Command]
_OTHER_SIDE = {"buy": "sell", "sell": "buy", "close": "buy"}


class Verdict(StrEnum):
    """What becomes of a command that a model names."""

    MAY = "may"
    STRANGE = "strange"
    HELD = "held"
    TAINTED = "tainted"
    UNASKED = "unasked"
    UNSAID = "unsaid"


class Judge:
    """Holds a turn's own words against what a model makes of them."""

    def __init__(self, words: OwnWords, earlier: OwnWords) -> None:
        """`earlier` are the person's own words in this conversation before this turn."""
        self.words = words
        self._said = words | earlier

    def verdict(self, command: Command, facts: Facts, read_line: ReadLine) -> Verdict:
        """May it leave as if it were typed?"""
        inner = self._inner(command, read_line)
        if inner is None:
            return Verdict.UNASKED
        if self.words.strange:
            return Verdict.STRANGE
        name = inner.spec.name
        if inner.spec.effect is Effect.CHANGES_SETTINGS or inner.only_reads:
            return Verdict.MAY if command.spec.name in self.words.asked else Verdict.UNASKED
        if name in self.words.held:
            return Verdict.HELD
        if facts.withheld:
            return Verdict.TAINTED
        if not self._asks_for(name):
            return Verdict.UNASKED
        return Verdict.UNSAID if self.missing(command, facts, read_line) else Verdict.MAY

    def missing(self, command: Command, facts: Facts, read_line: ReadLine) -> tuple[str, ...]:
        """The arguments that nobody said."""
        inner = self._inner(command, read_line)
        if inner is None:
            return ()
        return ungrounded(inner, self._said, facts.names, facts.numbers)

    def _asks_for(self, name: str) -> bool:
        """Whether a verb of it was said, and not that of the other side alone."""
        if name in self.words.asked:
            return True
        return name in self.words.verbs and _OTHER_SIDE.get(name) not in self.words.asked

    @staticmethod
    def _inner(command: Command, read_line: ReadLine) -> Command | None:
        """What would be done in the end: a schedule's own command, else the command itself."""
        line = command.canonical().get("command")
        if command.spec.name != "schedule" or not isinstance(line, str):
            return command
        try:
            return read_line(line)
        except BotError:
            return None
