"""/schedules — your own schedules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.card import Button, Card, Table
from bot.command import Command, Context, Effect, Outcome
from bot.message import Schedule
from bot.voice import Voice

_BUTTONS = 5


class Schedules(Command, name="schedules", effect=Effect.READS):
    """List your schedules with their next and last runs."""

    async def handle(self, context: Context) -> Outcome:
        """A person's own, oldest first."""
        return SchedulesSeen(await context.schedules.of(context.principal.person))


@dataclass(frozen=True, slots=True)
class SchedulesSeen:
    """The rows as they are."""

    rows: Sequence[Schedule]

    def card(self, voice: Voice) -> Card:
        """A table, with a button each for the first few."""
        if not self.rows:
            return Card(voice.say("schedule.none.title"), hint=voice.say("schedule.none.hint"))
        columns = ("id", "line", "cron", "next", "last")
        return Card(
            voice.say("schedule.list.title"),
            table=Table(
                header=tuple(voice.say(f"schedule.{name}") for name in columns),
                rows=tuple(_row(row, voice) for row in self.rows),
            ),
            buttons=tuple(_remover(row, voice) for row in self.rows[:_BUTTONS]),
            hint=voice.say("schedule.list.hint", id=self.rows[0].id),
        )


def _row(row: Schedule, voice: Voice) -> tuple[str, ...]:
    never = voice.say("common.none")
    last = voice.minute(row.last_run) if row.last_run else never
    return (row.id, row.line, row.cron, voice.minute(row.next_due), last)


def _remover(row: Schedule, voice: Voice) -> Button:
    return Button(voice.say("schedule.remove", id=row.id), f"/unschedule {row.id}")
