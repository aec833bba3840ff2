"""/disconnect — forget an account's keys; it is paper from then on."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome, Preview
from bot.credentials import AccountState
from bot.families.venues import meant
from bot.forms import WordText
from bot.voice import Voice


class Disconnect(Command, name="disconnect", effect=Effect.ADMINISTERS, is_personal=True):
    """Forget a venue's keys; the account is paper from then on."""

    venue: WordText = Field(description="The venue, or the account's id where it has several.")

    async def preview(self, context: Context) -> Preview:
        """What stays at the venue."""
        state = await meant(self, "venue", self.venue, context)
        return DisconnectPreview(state, is_refused=state.keys is None)

    async def handle(self, context: Context) -> Outcome:
        """Forget them."""
        state = await meant(self, "venue", self.venue, context)
        await context.keys.remove(state.meant.account)
        return Disconnected(state)


@dataclass(frozen=True, slots=True)
class DisconnectPreview:
    """Which keys would be gone."""

    state: AccountState
    is_refused: bool
    reference_price: str = ""

    def card(self, voice: Voice) -> Card:
        """Orders and positions stay where they are; refused where there is nothing to forget."""
        name = self.state.meant.account
        if self.is_refused:
            meant_ = self.state.meant
            own = "own" if meant_.has_own_keys else "nothing"
            why = "login" if meant_.has_login else own
            text = voice.say(f"accounts.disconnect.{why}", account=name)
            return Card(
                voice.say("accounts.disconnect.none", account=name), text=text, tone=Tone.BAD
            )
        return Card(
            voice.say("accounts.disconnect.question", account=name),
            text=voice.say("accounts.disconnect.text", venue=self.state.meant.venue),
        )


@dataclass(frozen=True, slots=True)
class Disconnected:
    """They are gone."""

    state: AccountState

    def card(self, voice: Voice) -> Card:
        """What is left to do."""
        return Card(
            voice.say("accounts.disconnected.title", account=self.state.meant.account),
            text=voice.say("accounts.disconnected.gone", venue=self.state.meant.venue),
        )
