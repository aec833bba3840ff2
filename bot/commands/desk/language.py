"""/language — the language you read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from bot.card import Button, Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.voice import Voice


class Tongue(StrEnum):
    """What Outcry speaks."""

    EN = "en"
    FR = "fr"


class Language(Command, name="language", effect=Effect.CHANGES_SETTINGS, aliases=("lang",)):
    """Choose the language that Outcry speaks to you."""

    language: Tongue = Field(description="en or fr.")

    async def handle(self, context: Context) -> Outcome:
        """From the next word on, this one included."""
        await context.people.set_language(context.principal.person, self.language.value)
        return LanguageSet(self.language.value, context.principal.language)


@dataclass(frozen=True, slots=True)
class LanguageSet:
    """The new one and the one before."""

    language: str
    before: str

    def card(self, voice: Voice) -> Card:
        """Said in the new language already."""
        new = Voice(self.language, voice.timezone)
        undo = Button(new.say("settings.undo"), f"/language {self.before}")
        return Card(
            new.say("language.set"),
            buttons=(undo,) if self.before != self.language else (),
            hint=new.say("language.hint"),
            tone=Tone.GOOD,
        )
