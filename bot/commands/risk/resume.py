"""/resume — lift the halt."""

from __future__ import annotations

from dataclasses import dataclass

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome, Preview
from bot.message import Role
from bot.presenters.halts import halt_lines
from bot.voice import Voice
from engine.domain.events import TradingHalted


class Resume(Command, name="resume", effect=Effect.ADMINISTERS, role=Role.MANAGER):
    """Let orders through again after a halt."""

    async def preview(self, context: Context) -> Preview:
        """Who or what halted it, when and why."""
        return ResumePreview(tuple(context.desk.risk.halts))

    async def handle(self, context: Context) -> Outcome:
        """Lift the latch."""
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
class Resumed:
    """Trading goes on."""

    def card(self, voice: Voice) -> Card:
        """What is possible again."""
        return Card(voice.say("resume.title"), hint=voice.say("resume.hint"), tone=Tone.GOOD)
