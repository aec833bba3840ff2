"""One door for words: slash text goes to the slash grammar, all else to the phrases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.command import Catalogue, Command
from bot.errors import ArgumentInvalid, NotBuiltYet
from bot.interpreter.phrases import PhraseInterpreter, Reading
from bot.interpreter.slash import build, read_slash


@dataclass(frozen=True, slots=True)
class Understood:
    """Commands in the order said; or what is missing; or neither, which is small talk."""

    commands: tuple[Command, ...] = ()
    missing: tuple[str, ...] = ()
    about: str = ""


class ReadsPhrases(Protocol):
    """Reads plain words; `turns` are the person's own, the last one is to be read."""

    def read(self, turns: Sequence[str], now: datetime) -> Reading:
        """What the last turn asks for."""
        ...


class Interpreter:
    """From a person's words to typed commands."""

    def __init__(self, catalogue: Catalogue, make_phrases: Callable[[], PhraseInterpreter]) -> None:
        """`make_phrases` is called at the first plain words, for what it loads is heavy."""
        self._catalogue = catalogue
        self._make_phrases = make_phrases
        self._phrases: ReadsPhrases | None = None

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

    def phrases(self) -> ReadsPhrases:
        """The offline interpreter, made when first needed."""
        if self._phrases is None:
            self._phrases = self._make_phrases()
        return self._phrases

    def _built(self, name: str, arguments: object) -> Command:
        command = self._catalogue.get(name)
        if command is None:
            raise NotBuiltYet(command=name)
        if not isinstance(arguments, dict):
            arguments = dict(arguments)  # type: ignore[call-overload]
        unknown = [argument for argument in arguments if argument not in command.arguments()]
        if unknown:
            raise ArgumentInvalid(argument=unknown[0], kind="unknown", detail="", usage="")
        return build(command, arguments)
