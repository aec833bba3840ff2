"""One door for words: slash text to the slash grammar, all else to the configured interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any, Protocol

from bot.command import Catalogue, Command, HalfSaid
from bot.errors import (
    ArgumentInvalid,
    BotError,
    CommandNotFound,
    ModelUnavailable,
    NotBuiltYet,
    NotUnderstood,
)
from bot.families.lines import canonical_line
from bot.interpreter.clarify import fits_a_button, ways_on
from bot.interpreter.phrases.own_words import OwnWords
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.slash import build, read_slash, unknown
from bot.interpreter.understood import Hands, Understood, Utterance

_ORDER = "order"


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

    @property
    def strange(self) -> Sequence[str]:
        """Words that an order has no place for."""
        ...

    @property
    def readings(self) -> Sequence[CommandWords]:
        """The whole commands between which the words are torn."""
        ...


class PhraseReader(Protocol):
    """Reads plain words; `turns` are the person's own, the last one is to be read."""

    def read(self, turns: Sequence[str | CommandText], now: datetime) -> Reading:
        """What the last turn asks for; an earlier one may be the command that it was."""
        ...

    def knows(self, name: str) -> bool:
        """Whether a command of this name is understood in words, built or not."""
        ...

    def own_words(self, text: str, now: datetime) -> OwnWords:
        """What the person's own part of a text names and may ask for."""
        ...


class ModelReader(Protocol):
    """Reads plain words through a language model."""

    async def read(
        self, utterance: Utterance, words: OwnWords, earlier: OwnWords, hands: Hands
    ) -> Understood:
        """What the words ask for. Raises ModelUnavailable."""
        ...


class Interpreter:
    """From a person's words to typed commands."""

    def __init__(
        self,
        catalogue: Catalogue,
        make_phrases: Callable[[], PhraseReader],
        model: ModelReader | None = None,
        *,
        offline_first: bool = False,
    ) -> None:
        """`make_phrases` is called at the first plain words, for what it loads is heavy.

        With a `model`, it reads the words; `offline_first` leaves to it only what the phrases do
        not read with certainty.
        """
        self._catalogue = catalogue
        self._make_phrases = make_phrases
        self._phrases: PhraseReader | None = None
        self._model = model
        self._offline_first = offline_first

    async def read(self, utterance: Utterance, hands: Hands) -> Understood:
        """What these words ask for. Raises NotUnderstood, NotBuiltYet."""
        if utterance.text.lstrip().startswith("/"):
            return self._slash(utterance.text)
        if self._model is None:
            return self.offline(utterance)
        certain = self._certain(utterance) if self._offline_first else None
        if certain is not None:
            return certain
        words = self._own(utterance)
        try:
            return await self._model.read(utterance, words, self._earlier(utterance), hands)
        except ModelUnavailable as error:
            return replace(self.offline(utterance), fallback=error.reason)

    def _slash(self, text: str) -> Understood:
        """The command typed; one that an order would make whole, and that names none, is half said.

        Raises ArgumentInvalid, CommandNotFound, NotBuiltYet.
        """
        try:
            return Understood((self._slashed(text),))
        except ArgumentInvalid as error:
            if error.facts["argument"] != _ORDER or not self._is_whole(f"{text} {_ORDER}=0"):
                raise
            name, missing = error.facts["command"], (_ORDER,)
            ways = ways_on(name, {}, missing, self._built)
            return Understood(missing=missing, about=name, said=HalfSaid({}), ways=ways)

    def _is_whole(self, text: str) -> bool:
        try:
            self._slashed(text)
        except BotError:
            return False
        return True

    def _slashed(self, text: str) -> Command:
        try:
            return read_slash(text, self._catalogue)
        except CommandNotFound as error:
            if self.phrases().knows(error.facts["word"]):
                raise NotBuiltYet(command=error.facts["word"]) from error
            raise

    def offline(self, utterance: Utterance) -> Understood:
        """What the phrases make of them. Raises NotUnderstood, NotBuiltYet."""
        reading = self._read(utterance)
        if reading.outcome == "none":
            return Understood()
        if reading.outcome == "clarify":
            return self._half_said(reading, utterance)
        return Understood(tuple(self._built(c.name, c.args) for c in reading.commands))

    def _read(self, utterance: Utterance) -> Reading:
        earlier = map(self._spoken, utterance.earlier)
        return self.phrases().read([*earlier, utterance.text], utterance.now)

    def _spoken(self, text: str) -> str | CommandText:
        """An earlier turn; a slash line is the command that it was."""
        if not text.lstrip().startswith("/"):
            return text
        try:
            command = read_slash(text, self._catalogue)
        except BotError:
            return text
        return CommandText(command.spec.name, command.canonical())

    def _half_said(self, reading: Reading, utterance: Utterance) -> Understood:
        """A question back. More than one command said leaves no way on to press.

        Raises NotBuiltYet, for nobody need complete what cannot be done.
        """
        first, about = reading.commands[0], tuple(reading.about)
        if self._catalogue.get(first.name) is None:
            raise NotBuiltYet(command=first.name)
        torn = tuple(self._possible(reading.readings))
        if len(torn) > 1:
            return Understood(missing=about, about=first.name, readings=torn)
        alone = len(reading.commands) == 1 and not reading.strange
        ways = ways_on(first.name, first.args, about, self._built) if alone else ()
        return Understood(
            missing=about,
            about=first.name,
            said=self._said(first.args, utterance) if alone else None,
            strange=tuple(reading.strange),
            ways=ways,
        )

    def _said(self, args: Mapping[str, Any], utterance: Utterance) -> HalfSaid:
        words = self.phrases().own_words(utterance.text, utterance.now)
        return HalfSaid(args, frozenset(n for n in words.names if "/" in n), words.kinds)

    def _possible(self, readings: Sequence[CommandWords]) -> Iterator[Command]:
        """The readings that are commands and fit a button."""
        for each in readings:
            try:
                command = self._built(each.name, each.args)
            except BotError:
                continue
            if fits_a_button(canonical_line(command)):
                yield command

    def phrases(self) -> PhraseReader:
        """The offline interpreter, made when first needed."""
        if self._phrases is None:
            self._phrases = self._make_phrases()
        return self._phrases

    def _certain(self, utterance: Utterance) -> Understood | None:
        """The offline reading where it is a whole command."""
        try:
            understood = self.offline(utterance)
        except NotUnderstood:
            return None
        return understood if understood.commands else None

    def _own(self, utterance: Utterance) -> OwnWords:
        """The words of this turn; a follow-up asks for what it amends."""
        words = self.phrases().own_words(utterance.text, utterance.now)
        reading = self._read(utterance)
        return replace(words, asked=words.asked | {c.name for c in reading.commands})

    def _earlier(self, utterance: Utterance) -> OwnWords:
        """The person's own words before these; what bears another's hand is left out."""
        every = (self.phrases().own_words(text, utterance.now) for text in utterance.earlier)
        return reduce(OwnWords.__or__, (w for w in every if not w.strange), OwnWords())

    def _built(self, name: str, arguments: Mapping[str, Any]) -> Command:
        command = self._catalogue.get(name)
        if command is None:
            raise NotBuiltYet(command=name)
        strange = [argument for argument in arguments if argument not in command.arguments()]
        if strange:
            raise unknown(command, strange[0])
        return build(command, arguments)
