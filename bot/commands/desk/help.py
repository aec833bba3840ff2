"""/help — what Outcry can do, and how each command is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import Field

from bot.card import Button, Card, Table
from bot.command import Catalogue, Command, Context, Effect, Outcome, usage
from bot.errors import CommandNotFound
from bot.forms import WordText
from bot.presenters.command_help import argument_rows, nearest, rights, summary
from bot.presenters.examples import examples
from bot.voice import Voice

_EXAMPLES = 4
_SUGGESTED = ("buy", "alert", "report")


class Help(Command, name="help", effect=Effect.READS, aliases=("start",)):
    """List the commands, or show one of them with examples."""

    topic: WordText | None = Field(default=None, description="A command, such as buy.")

    async def handle(self, context: Context) -> Outcome:
        """One command, or all that are built."""
        catalogue = context.catalogue
        if self.topic is None:
            return Overview(catalogue)
        name = self.topic.lower().removeprefix("/")
        command = catalogue.get(name)
        if command is None:
            raise CommandNotFound(word=name[:40], nearest=nearest(name, catalogue))
        return Topic(command)


@dataclass(frozen=True, slots=True)
class Overview:
    """Every command by section."""

    catalogue: Catalogue

    def card(self, voice: Voice) -> Card:
        """A line each, under the name of its section."""
        return Card(
            voice.say("help.title"),
            text=voice.say("help.text"),
            table=Table(
                header=(voice.say("help.command"), voice.say("help.what")),
                rows=tuple(self._rows(voice)),
            ),
            buttons=tuple(
                Button(f"/help {name}", f"/help {name}")
                for name in _SUGGESTED
                if self.catalogue.get(name)
            ),
            hint=voice.say("help.hint"),
        )

    def _rows(self, voice: Voice) -> Iterator[tuple[str, str]]:
        for group, commands in groupby(self.catalogue, key=lambda command: command.spec.group):
            yield f"— {voice.say(f'help.section.{group}')} —", ""
            for command in commands:
                yield f"/{command.spec.name}", summary(command, voice)


@dataclass(frozen=True, slots=True)
class Topic:
    """One command in full."""

    command: type[Command]

    def card(self, voice: Voice) -> Card:
        """Summary, usage, arguments, what may be said, who may and whether a yes is asked."""
        spec = self.command.spec
        rows = argument_rows(self.command, voice)
        columns = ("argument", "meaning", "choices")
        table = Table(tuple(voice.say(f"help.columns.{name}") for name in columns), rows)
        return Card(
            f"/{spec.name}",
            text=summary(self.command, voice),
            fields=tuple(self._fields(voice)),
            table=table if rows else None,
            hint=voice.say("help.topic_hint"),
        )

    def _fields(self, voice: Voice) -> Iterator[tuple[str, str]]:
        spec = self.command.spec
        yield voice.say("help.usage"), usage(self.command)
        if spec.aliases:
            yield voice.say("help.aliases"), ", ".join(f"/{alias}" for alias in spec.aliases)
        yield voice.say("help.role"), voice.say(f"role.{spec.role.word}")
        yield voice.say("help.asks"), voice.say(f"help.consent.{rights(self.command)}")
        said = self._examples(voice)
        if said:
            yield voice.say("help.examples"), " · ".join(said)

    def _examples(self, voice: Voice) -> Sequence[str]:
        return examples(self.command.spec.name, voice.language)[:_EXAMPLES]
