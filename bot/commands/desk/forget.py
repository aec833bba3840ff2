"""/forget — clear what the language model remembers of you."""

from __future__ import annotations

from dataclasses import dataclass

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.voice import Voice


class Forget(Command, name="forget", effect=Effect.CHANGES_SETTINGS):
    """Clear what the language model remembers of your conversations."""

    async def handle(self, context: Context) -> Outcome:
        """Empty every turn of this person; what they cost stays counted."""
        return Forgotten(await context.model_turns.forget(context.principal.person))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many turns were cleared."""

    turns: int

    def card(self, voice: Voice) -> Card:
        """That it is done."""
        return Card(
            voice.say("forget.title"),
            text=voice.say("forget.text", count=str(self.turns)),
            tone=Tone.GOOD,
        )
