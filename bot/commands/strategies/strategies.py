"""/strategies — what the desk keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.card import Button, Card, Table
from bot.command import Command, Context, Effect, Outcome
from bot.presenters.strategies import about_told
from bot.voice import Voice
from engine.desk import Entry

_BUTTONS = 4
_MOST_ROWS = 60


class ListStrategies(Command, name="strategies", effect=Effect.READS):
    """List the strategies that the desk keeps."""

    async def handle(self, context: Context) -> Outcome:
        """The library's and the desk's own."""
        return StrategiesSeen(await context.desk.strategies.all())


@dataclass(frozen=True, slots=True)
class StrategiesSeen:
    """The newest version of each."""

    entries: Sequence[Entry]

    def card(self, voice: Voice) -> Card:
        """A row a strategy."""
        columns = ("name", "version", "timeframe", "from", "about")
        return Card(
            voice.say("strategies.title"),
            table=Table(
                header=tuple(voice.say(f"strategies.{name}") for name in columns),
                rows=tuple(_row(entry, voice) for entry in self.entries[:_MOST_ROWS]),
                numeric=(1,),
            ),
            buttons=tuple(
                Button(entry.kept.name, f"/strategy {entry.kept.name}")
                for entry in self.entries[:_BUTTONS]
            ),
            hint=voice.say("strategies.hint"),
        )


def _row(entry: Entry, voice: Voice) -> tuple[str, ...]:
    kept, strategy = entry.kept, entry.strategy
    origin = voice.say("strategies.library" if entry.is_library else "strategies.own")
    about = about_told(entry, voice).split("\n", 1)[0]
    return (kept.name, str(kept.version), strategy.timeframe.value, kept.parent or origin, about)
