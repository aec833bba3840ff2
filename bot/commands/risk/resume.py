"""/resume — lift the halt."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome, Preview
from bot.forms import ShownText
from bot.message import Role
from bot.presenters.halts import halt_lines
from bot.voice import Voice
from engine.domain.events import TradingHalted

_MARK_LETTERS = 16


class Resume(Command, name="resume", effect=Effect.ADMINISTERS, role=Role.MANAGER):
    """Let orders through again after a halt."""

    shown: ShownText | None = Field(default=None, description="A mark of the halts on the card.")

    def bound(self, context: Context) -> Self:
        """With a mark of the halts in force: a yes lifts those and no other."""
        return self.model_copy(update={"shown": _mark(context.desk.risk.halts)})

    async def is_stale(self, context: Context) -> bool:
        """Whether other halts are in force by now."""
        return self.shown != _mark(context.desk.risk.halts)

    async def preview(self, context: Context) -> Preview:
        """Who or what halted it, when and why."""
        return ResumePreview(tuple(context.desk.risk.halts))

    async def handle(self, context: Context) -> Outcome:
        """Lift the latch, unless something else has halted since the yes was weighed."""
        halts = tuple(context.desk.risk.halts)
        if halts and await self.is_stale(context):
            return OtherHalts(halts)
        await context.desk.risk.resume()
        return Resumed()


@dataclass(frozen=True, slots=True)
class ResumePreview:
    """The halts in force, if there are any; a yes lifts them all."""

    halts: tuple[TradingHalted, ...]
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether there is nothing to lift."""
        return not self.halts

    def card(self, voice: Voice) -> Card:
        """The halts' own record."""
        if not self.halts:
            return Card(voice.say("resume.not_halted"), hint=voice.say("resume.not_halted_hint"))
        return Card(
            voice.say("resume.question"),
            text="\n".join(halt_lines(self.halts, voice)),
        )


@dataclass(frozen=True, slots=True)
class OtherHalts:
    """Not the halts that were shown; nothing is lifted."""

    halts: tuple[TradingHalted, ...]

    def card(self, voice: Voice) -> Card:
        """What is in force, and how to ask again."""
        return Card(
            voice.say("resume.changed"),
            text="\n".join(halt_lines(self.halts, voice)),
            hint=voice.say("resume.changed_hint"),
            tone=Tone.WARNING,
        )


@dataclass(frozen=True, slots=True)
class Resumed:
    """Trading goes on."""

    def card(self, voice: Voice) -> Card:
        """What is possible again."""
        return Card(voice.say("resume.title"), hint=voice.say("resume.hint"), tone=Tone.GOOD)


def _mark(halts: Sequence[TradingHalted]) -> str:
    said = [(halt.cause.value, halt.account, halt.at, halt.flatten) for halt in halts]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:_MARK_LETTERS]
