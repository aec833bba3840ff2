"""One door for words: slash text goes to the slash grammar, all else to the phrases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.command import Catalogue, Command
from bot.errors import NotBuiltYet
from bot.interpreter.slash import build, read_slash, unknown


@dataclass(frozen=True, slots=True)
class Understood:
    """Commands in the order said; or what is missing; or neither, which is small talk."""

    commands: tuple[Command, ...] = ()
    missing: tuple[str, ...] = ()
    about: str = ""


class CommandWords(Protocol):
    """A command by name with its arguments in canonical text."""

    @property
    def name(self) -> str:
        """As in the catalogue."""
        ...

    @property
    def args(self) -> Mapping[str, Any]:
        """By argument name."""
        ...


class Reading(Protocol):
    """What plain words were read as: `command`, `clarify` or `none`."""

    @property
    def outcome(self) -> str:
        """Which of the three."""
        ...

    @property
    def commands(self) -> Sequence[CommandWords]:
        """In the order said."""
        ...

    @property
    def about(self) -> Sequence[str]:
        """What is missing."""
        ...


class PhraseReader(Protocol):
    """Reads plain words; `turns` are the person's own, the last one is to be read."""

    def read(self, turns: Sequence[str], now: datetime) -> Reading:
        """What the last turn asks for."""
        ...


class Interpreter:
    """From a person's words to typed commands."""

    def __init__(self, catalogue: Catalogue, make_phrases: Callable[[], PhraseReader]) -> None:
        """`make_phrases` is called at the first plain words, for what it loads is heavy."""
        self._catalogue = catalogue
        self._make_phrases = make_phrases
        self._phrases: PhraseReader | None = None

    def read(self, text: str, earlier: Sequence[str], now: datetime) -> Understood:
        """What these words ask for. Raises NotUnderstood, NotBuiltYet."""
        if text.lstrip().startswith("/"):
            return Understood((read_slash(text, self._catalogue),))
        reading = self.phrases().read([*earlier, text], now)
        if reading.outcome == "none":
            return Understood()
        if reading.outcome == "clarify":
            names = [command.name for command in reading.commands]
            return Understood(missing=tuple(reading.about), about=names[0] if names else "")
        return Understood(tuple(self._built(c.name, c.args) for c in reading.commands))

    def phrases(self) -> PhraseReader:
        """The offline interpreter, made when first needed."""
        if self._phrases is None:
            self._phrases = self._make_phrases()
        return self._phrases

    def _built(self, name: str, arguments: Mapping[str, Any]) -> Command:
        command = self._catalogue.get(name)
        if command is None:
            raise NotBuiltYet(command=name)
        strange = [argument for argument in arguments if argument not in command.arguments()]
        if strange:
            raise unknown(command, strange[0])
        return build(command, arguments)
