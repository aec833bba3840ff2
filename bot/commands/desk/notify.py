"""/notify — what you hear of the desk, how, and at what hours; in a group, what the group hears."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.card import Button, Card, Table, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.errors import NotPermitted, Unreadable
from bot.forms import Form
from bot.hearing import UNHEARD, Channel, Hearing, Manner, Quiet, Severity, Topic
from bot.message import Role
from bot.voice import Voice
from engine.domain.identifiers import PersonId

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(?:[:h]([0-5][0-9])?)?")
_NOW = "now"
_OFF = "off"
_HOUR = 60


class Subject(StrEnum):
    """A topic, or all of them."""

    FILLS = "fills"
    ALERTS = "alerts"
    RISK = "risk"
    REPORTS = "reports"
    STRATEGY = "strategy"
    SYSTEM = "system"
    ALL = "all"

    @property
    def topics(self) -> Sequence[Topic]:
        """Those that it stands for."""
        return tuple(Topic) if self is Subject.ALL else (Topic(self.value),)


def _clock(text: str) -> int:
    found = _CLOCK.fullmatch(text.strip().lower())
    if found is None:
        raise Unreadable("clock", text)
    return int(found[1]) * _HOUR + int(found[2] or 0)


def _digest(text: object) -> str:
    said = str(text).strip().lower()
    return said if said == _NOW else shown_clock(_clock(said))


def _quiet(text: object) -> str:
    said = str(text).strip().lower()
    if said == _OFF:
        return said
    starts, dash, ends = said.partition("-")
    if not dash or _clock(starts) == _clock(ends):
        raise Unreadable("hours", said)
    return f"{shown_clock(_clock(starts))}-{shown_clock(_clock(ends))}"


def shown_clock(minute: int) -> str:
    """A minute of the day as a clock shows it."""
    return f"{minute // _HOUR:02}:{minute % _HOUR:02}"


class Notify(Command, name="notify", effect=Effect.CHANGES_SETTINGS, aliases=("notifications",)):
    """Choose what you hear of, how and when; in a group, what the group hears of."""

    topic: Subject | None = Field(default=None, description="What about; all for everything.")
    how: Manner | None = Field(
        default=None, description="now, digest (once a day), silent (no sound) or off."
    )
    severity: Severity | None = Field(
        default=None, description="Only news of this weight: info or warning; both if not said."
    )
    quiet: Annotated[str, BeforeValidator(_quiet), Form("hours")] | None = Field(
        default=None, description="Hours in which news waits, such as 22:00-07:00, or off."
    )
    passes: Severity | None = Field(
        default=None, description="What is told in quiet hours too; critical if not said."
    )
    digest: Annotated[str, BeforeValidator(_digest), Form("clock")] | None = Field(
        default=None, description="When the digest comes, such as 18:00; now tells what waits."
    )

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """The rest is named."""
        return ("topic", "how")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.topic is None) != (self.how is None):
            raise self.wrong("topic" if self.topic is None else "how", "missing")
        if self.severity is not None and self.topic is None:
            raise self.wrong("topic", "missing")
        if self.passes is not None and self.quiet in {None, _OFF}:
            raise self.wrong("quiet", "missing")
        if self.severity is Severity.CRITICAL:
            raise self.wrong("severity", "critical_always")
        return self

    @property
    def only_reads(self) -> bool:
        """Without a word it shows."""
        return self == Notify()

    async def handle(self, context: Context) -> Outcome:
        """Show or change the person's choices, or those of the group where it is said."""
        ear = await _ear(context)
        if self.only_reads:
            return await _seen(ear, context)
        if ear.is_channel and context.principal.role < Role.MANAGER:
            needed, role = Role.MANAGER.word, context.principal.role.word
            raise NotPermitted(command="notify", needed=needed, role=role)
        told_now = 0
        if self.digest == _NOW:
            told_now = await context.outbox.hasten(ear.person, ear.conversation, context.now)
        hearing = self._changed(ear.hearing)
        if hearing != ear.hearing:
            await ear.keep(hearing, context)
        return await _seen(replace(ear, hearing=hearing), context, told_now=told_now)

    def _changed(self, hearing: Hearing) -> Hearing:
        if self.topic is not None and self.how is not None:
            weights = [self.severity] if self.severity else [Severity.INFO, Severity.WARNING]
            hearing = hearing.choosing(self.topic.topics, weights, self.how)
        if self.quiet is not None:
            hearing = replace(hearing, quiet=self._hours())
        if self.digest not in {None, _NOW}:
            hearing = replace(hearing, digest_at=_clock(str(self.digest)))
        return hearing

    def _hours(self) -> Quiet | None:
        starts, dash, ends = str(self.quiet).partition("-")
        if not dash:
            return None
        return Quiet(_clock(starts), _clock(ends), self.passes or Severity.CRITICAL)


@dataclass(frozen=True, slots=True)
class _Ear:
    """Whose choices these are: a person's own, or a group's conversation."""

    person: PersonId
    conversation: str
    hearing: Hearing
    timezone: str
    is_channel: bool

    async def keep(self, hearing: Hearing, context: Context) -> None:
        """From now on."""
        if not self.is_channel:
            await context.hearings.choose(self.person, hearing)
            return
        me = context.principal
        channel = Channel(self.conversation, me.language, me.timezone, hearing)
        await context.hearings.tune(channel)


async def _ear(context: Context) -> _Ear:
    message, me = context.message, context.principal
    if message.is_private:
        hearing = await context.hearings.of(me.person)
        return _Ear(me.person, "", hearing, me.timezone, is_channel=False)
    for channel in await context.hearings.channels():
        if channel.conversation == message.conversation:
            return _Ear(
                PersonId(""),
                channel.conversation,
                channel.hearing,
                channel.timezone,
                is_channel=True,
            )
    return _Ear(PersonId(""), message.conversation, UNHEARD, me.timezone, is_channel=True)


async def _seen(ear: _Ear, context: Context, *, told_now: int = 0) -> HearingSeen:
    waiting = await context.outbox.waiting_for(ear.person, ear.conversation)
    return HearingSeen(ear.hearing, ear.timezone, ear.is_channel, waiting - told_now, told_now)


@dataclass(frozen=True, slots=True)
class HearingSeen:
    """The choices as they are, how much waits for its time, and how much is told now."""

    hearing: Hearing
    timezone: str
    is_channel: bool
    waiting: int
    told_now: int

    def card(self, voice: Voice) -> Card:
        """A line a topic; what is critical is always told, and so it is said."""
        kind = "channel" if self.is_channel else "person"
        return Card(
            voice.say(f"notify.{kind}.title"),
            text=self._text(voice),
            fields=(
                (voice.say("notify.digest"), self._clock(self.hearing.digest_at)),
                (voice.say("notify.quiet"), self._hours(voice)),
                (voice.say("notify.waiting"), str(self.waiting)),
            ),
            table=Table(
                (
                    voice.say("notify.topic"),
                    voice.say("severity.info"),
                    voice.say("severity.warning"),
                    voice.say("severity.critical"),
                ),
                tuple(self._line(topic, voice) for topic in Topic),
            ),
            buttons=self._buttons(voice),
            hint=voice.say(f"notify.{kind}.hint"),
            tone=Tone.NEUTRAL,
        )

    def _text(self, voice: Voice) -> str:
        if self.told_now:
            return voice.say("notify.told_now", count=str(self.told_now))
        return voice.say(f"notify.{'channel' if self.is_channel else 'person'}.text")

    def _line(self, topic: Topic, voice: Voice) -> tuple[str, ...]:
        chosen = [self.hearing.chosen(topic, one) for one in (Severity.INFO, Severity.WARNING)]
        is_deaf = self.is_channel and chosen[-1] is Manner.OFF
        critical = Manner.OFF if is_deaf else Manner.NOW
        manners = [voice.say(f"manner.{manner}") for manner in (*chosen, critical)]
        return voice.say(f"topic.{topic}"), *manners

    def _hours(self, voice: Voice) -> str:
        quiet = self.hearing.quiet
        if quiet is None:
            return voice.say("notify.no_quiet")
        hours = f"{shown_clock(quiet.starts)}–{shown_clock(quiet.ends)} ({self.timezone})"
        passes = voice.say(f"severity.{quiet.passes}")
        return voice.say("notify.hours", hours=hours, passes=passes)

    def _clock(self, minute: int) -> str:
        return f"{shown_clock(minute)} ({self.timezone})"

    def _buttons(self, voice: Voice) -> tuple[Button, ...]:
        lines = ["/notify fills digest", "/notify quiet=22:00-07:00", "/testfire"]
        names = ["digest", "quiet", "test"]
        if self.is_channel:
            lines, names = ["/notify fills now", "/notify alerts now"], ["fills", "alerts"]
        elif self.waiting:
            lines, names = [*lines, "/notify digest=now"], [*names, "now"]
        return tuple(
            Button(voice.say(f"notify.button.{name}"), line)
            for name, line in zip(names, lines, strict=True)
        )
