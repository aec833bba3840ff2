"""/snooze — keep an alert quiet for a while."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.forms import DurationText, IdText
from bot.presenters.conditions import alert_buttons
from bot.voice import Voice
from engine.domain.alert import Alert
from engine.domain.identifiers import AlertId
from engine.domain.timeframe import duration_seconds

LONGEST = "30d"


class Snooze(Command, name="snooze", effect=Effect.CHANGES_SETTINGS):
    """Keep an alert quiet for a while."""

    alert: IdText = Field(description="Its id, as /alerts shows it.")
    duration: DurationText = Field(description="How long: 30m, 2h, 1d, at most 30d.")

    async def handle(self, context: Context) -> Outcome:
        """By the market's time, which is what alerts go by."""
        seconds = duration_seconds(self.duration)
        if seconds > duration_seconds(LONGEST):
            raise self.wrong("duration", "snooze_too_long", detail=LONGEST)
        return AlertSnoozed(await context.desk.alerts.snooze(AlertId(self.alert), seconds))


@dataclass(frozen=True, slots=True)
class AlertSnoozed:
    """The alert as it sleeps."""

    alert: Alert

    def card(self, voice: Voice) -> Card:
        """Until when."""
        alert = self.alert
        return Card(
            voice.say("snooze.title", alert=alert.id, until=voice.minute(alert.snoozed_until)),
            text=f"{alert.symbol}: {alert.formula}",
            buttons=alert_buttons(alert, voice),
            hint=voice.say(f"snooze.hint.{alert.repeat.value}"),
            tone=Tone.GOOD,
        )
