"""/resume — lift the halt."""

from __future__ import annotations

from dataclasses import dataclass

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome, Preview
from bot.message import Role
from bot.voice import Voice
from engine.domain.events import TradingHalted


class Resume(Command, name="resume", effect=Effect.ADMINISTERS, role=Role.MANAGER):
    """Let orders through again after a halt."""

    async def preview(self, context: Context) -> Preview:
        """Who halted it, when and why."""
        return ResumePreview(context.desk.risk.halted)

    async def handle(self, context: Context) -> Outcome:
        """Lift the latch."""
        await context.desk.risk.resume()
        return Resumed()


@dataclass(frozen=True, slots=True)
class ResumePreview:
    """The halt in force, if there is one."""

    halted: TradingHalted | None
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether there is nothing to lift."""
        return self.halted is None

    def card(self, voice: Voice) -> Card:
        """The halt's own record."""
        if self.halted is None:
            return Card(voice.say("resume.not_halted"), hint=voice.say("resume.not_halted_hint"))
        return Card(
            voice.say("resume.question"),
            text=voice.say(
                "resume.record", by=self.halted.reason, when=voice.minute(self.halted.at)
            ),
        )


@dataclass(frozen=True, slots=True)
class Resumed:
    """Trading goes on."""

    def card(self, voice: Voice) -> Card:
        """What is possible again."""
        return Card(voice.say("resume.title"), hint=voice.say("resume.hint"), tone=Tone.GOOD)
