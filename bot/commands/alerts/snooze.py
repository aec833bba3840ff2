"""/snooze — keep an alert quiet for a while, or have a piece of news said once more after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.errors import NewsNotFound
from bot.forms import DurationText, IdText
from bot.message import Delivery
from bot.presenters.conditions import alert_buttons
from bot.presenters.news import news_sequence
from bot.voice import Voice
from engine.domain.alert import Alert
from engine.domain.identifiers import AlertId
from engine.domain.timeframe import duration_seconds

LONGEST = "30d"


class Snooze(Command, name="snooze", effect=Effect.CHANGES_SETTINGS):
    """Keep an alert quiet for a while, or hear a piece of news once more after it."""

    alert: IdText = Field(
        description="Its id, as /alerts shows it, or news:812 as a button has it."
    )
    duration: DurationText = Field(description="How long: 30m, 2h, 1d, at most 30d.")

    async def handle(self, context: Context) -> Outcome:
        """By the market's time, which is what alerts go by."""
        seconds = duration_seconds(self.duration)
        if seconds > duration_seconds(LONGEST):
            raise self.wrong("duration", "snooze_too_long", detail=LONGEST)
        sequence = news_sequence(self.alert)
        if sequence is not None:
            return await self._again(sequence, context.now + seconds * 1000, context)
        return AlertSnoozed(await context.desk.alerts.snooze(AlertId(self.alert), seconds))

    async def _again(self, sequence: int, due_at: int, context: Context) -> Outcome:
        """Only what the person was told before; wherever they are at home by then."""
        heard = await context.outbox.heard(context.principal.person, sequence)
        if heard is None:
            raise NewsNotFound(news=self.alert)
        again = replace(
            heard,
            platform="",
            conversation="",
            key=f"again:{context.intent}",
            id=0,
            state=Delivery.HELD,
            attempts=0,
            due_at=due_at,
        )
        context.add(again)
        return NewsSnoozed(due_at)


@dataclass(frozen=True, slots=True)
class NewsSnoozed:
    """When it is said once more, in UTC ms."""

    due_at: int

    def card(self, voice: Voice) -> Card:
        """Until when."""
        return Card(
            voice.say("snooze.news", until=voice.minute(self.due_at)),
            hint=voice.say("snooze.news_hint"),
            tone=Tone.GOOD,
        )


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
