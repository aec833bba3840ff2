"""/unschedule — forget a schedule."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.errors import ScheduleNotFound, shown
from bot.forms import IdText
from bot.message import Schedule
from bot.voice import Voice

_LONGEST_BUTTON = 64


class Unschedule(Command, name="unschedule", effect=Effect.CHANGES_SETTINGS):
    """Forget one of your schedules."""

    schedule: IdText = Field(description="Its id, as /schedules shows it.")

    async def handle(self, context: Context) -> Outcome:
        """Only a person's own can be named."""
        person = context.principal.person
        mine = {row.id: row for row in await context.schedules.of(person)}
        if not await context.schedules.remove(person, self.schedule):
            raise ScheduleNotFound(id=shown(self.schedule))
        return ScheduleForgotten(mine[self.schedule])


@dataclass(frozen=True, slots=True)
class ScheduleForgotten:
    """It will not be said again."""

    row: Schedule

    def card(self, voice: Voice) -> Card:
        """What it was, and how to have it back."""
        again = f'/schedule "{self.row.line.replace(chr(34), "")}" "{self.row.cron}"'
        fits = len(again.encode()) <= _LONGEST_BUTTON
        return Card(
            voice.say("schedule.gone.title", id=self.row.id),
            fields=(
                (voice.say("schedule.line"), self.row.line),
                (voice.say("schedule.cron"), self.row.cron),
            ),
            buttons=(Button(voice.say("schedule.undo"), again),) if fits else (),
            hint=voice.say("schedule.gone.hint"),
            tone=Tone.GOOD,
        )
