"""/testfire — a piece of news that never happened, to hear how it would come."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.families.plans import Plan, planned
from bot.hearing import Severity, Topic
from bot.message import Delivery, OutgoingMessage, Priority
from bot.voice import Voice


class Testfire(Command, name="testfire", effect=Effect.READS, is_personal=True):
    """Send you a piece of news that never happened, as your choices would have it."""

    topic: Topic | None = Field(default=None, description="What it is about; fills if not said.")
    severity: Severity | None = Field(default=None, description="Its weight; info if not said.")

    async def handle(self, context: Context) -> Outcome:
        """By the same choices and the same way as what does happen."""
        me = context.principal
        topic, severity = self.topic or Topic.FILLS, self.severity or Severity.INFO
        hearing = await context.hearings.of(me.person)
        plan = planned(hearing, topic, severity, me.timezone, context.now)
        if not plan.is_off:
            context.add(_row(plan, topic, severity, context))
        return TestFired(plan, topic, severity)


def _row(plan: Plan, topic: Topic, severity: Severity, context: Context) -> OutgoingMessage:
    me, voice = context.principal, context.voice
    is_urgent = severity is Severity.CRITICAL
    return OutgoingMessage(
        platform="" if plan.due_at else me.platform,
        conversation="" if plan.due_at else me.conversation,
        person=me.person,
        priority=Priority.URGENT if is_urgent else Priority.ANSWER,
        key=f"test:{context.intent}",
        created_at=context.now,
        card=Card(
            voice.say("testfire.title", topic=voice.say(f"topic.{topic}")),
            text=voice.say("testfire.text"),
            tone=Tone.WARNING if is_urgent else Tone.NEUTRAL,
        ),
        state=Delivery.HELD if plan.due_at else Delivery.PENDING,
        due_at=plan.due_at,
        is_silent=plan.is_silent,
        breaks_rules=plan.breaks_rules,
    )


@dataclass(frozen=True, slots=True)
class TestFired:
    """How such news comes."""

    plan: Plan
    topic: Topic
    severity: Severity

    def card(self, voice: Voice) -> Card:
        """When to look for it."""
        how = "now"
        if self.plan.is_off:
            how = "off"
        elif self.plan.due_at:
            how = "later"
        elif self.plan.is_silent:
            how = "silent"
        elif self.plan.breaks_rules:
            how = "urgent"
        return Card(
            voice.say(
                f"testfire.{how}",
                topic=voice.say(f"topic.{self.topic}"),
                severity=voice.say(f"severity.{self.severity}"),
                at=voice.minute(self.plan.due_at) if self.plan.due_at else "",
            ),
            buttons=(Button(voice.say("testfire.choices"), "/notify"),),
            hint=voice.say("testfire.hint"),
            tone=Tone.GOOD,
        )
