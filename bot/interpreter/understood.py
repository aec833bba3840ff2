"""What goes into an interpreter and what comes out of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.command import Command, HalfSaid, Outcome
from engine.domain.identifiers import PersonId


@dataclass(frozen=True, slots=True)
class Utterance:
    """A person's words, the ones they said here before, the moment, and what they read."""

    text: str
    earlier: Sequence[str]
    now: datetime
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Wondered:
    """A command that was not taken as asked for: why, and which of its arguments nobody said."""

    command: Command
    why: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """Commands in the order said; or what is missing; or neither, which is small talk.

    Beside what is `missing`: what was `said` of the command that it is `about`, `strange` words
    that the order has no place for, and `ways` on, each a slash line; or `readings`, the whole
    commands between which the words are torn.
    `says` is a model's answer and `sources` the slash lines it read for it; `wondered` are
    questions back; `fallback` names why the model did not answer where it should have.
    """

    commands: tuple[Command, ...] = ()
    missing: tuple[str, ...] = ()
    about: str = ""
    said: HalfSaid | None = None
    strange: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    readings: tuple[Command, ...] = ()
    says: str = ""
    sources: tuple[str, ...] = ()
    wondered: tuple[Wondered, ...] = ()
    fallback: str = ""


class Hands(Protocol):
    """What an interpreter may reach in a turn: the person's own readings, and the screen."""

    @property
    def person(self) -> PersonId:
        """Who speaks."""
        ...

    @property
    def conversation(self) -> str:
        """Where."""
        ...

    @property
    def message_id(self) -> int:
        """The committed message that is being answered."""
        ...

    def now_ms(self) -> int:
        """The moment in UTC ms."""
        ...

    def read_line(self, line: str) -> Command:
        """A slash line as if it were typed. Raises CommandNotFound, ArgumentInvalid."""
        ...

    async def look_up(self, command: Command) -> Outcome:
        """Run a command that only reads, as this person. Raises BotError, EngineError."""
        ...

    async def show(self, text: str) -> None:
        """Let the person see the answer so far."""
        ...
