"""/timezone — the zone your times are told in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.card import Button, Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.families.zones import is_zone, nearest_zones, read_zone
from bot.forms import Form
from bot.voice import Voice

ZoneText = Annotated[
    str, BeforeValidator(lambda text: read_zone(str(text))), Form("zone", takes_rest=True)
]


class Timezone(Command, name="timezone", effect=Effect.CHANGES_SETTINGS, aliases=("tz",)):
    """Choose the time zone that your times are told in."""

    timezone: ZoneText = Field(description="Such as Europe/Paris, or a city: Paris, New York.")

    async def handle(self, context: Context) -> Outcome:
        """Cards, reports and new schedules go by it."""
        if not is_zone(self.timezone):
            raise self.wrong("timezone", "zone", nearest=nearest_zones(self.timezone))
        await context.people.set_timezone(context.principal.person, self.timezone)
        return TimezoneSet(self.timezone, context.principal.timezone, context.now)


@dataclass(frozen=True, slots=True)
class TimezoneSet:
    """The new zone, the one before, and the moment in UTC ms."""

    timezone: str
    before: str
    now: int

    def card(self, voice: Voice) -> Card:
        """What time it is there."""
        new = Voice(voice.language, self.timezone)
        undo = Button(voice.say("settings.undo"), f"/timezone {self.before}")
        return Card(
            voice.say("timezone.set", timezone=self.timezone),
            text=voice.say("timezone.now", now=new.minute(self.now)),
            buttons=(undo,) if self.before != self.timezone else (),
            hint=voice.say("timezone.hint"),
            tone=Tone.GOOD,
        )
