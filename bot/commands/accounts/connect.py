"""/connect — enter a venue's keys, in private, for an account that is meant for real money."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome, Preview
from bot.credentials import AccountState
from bot.errors import LiveRefused
from bot.families.venues import meant
from bot.forms import WordText
from bot.voice import Voice


class Connect(Command, name="connect", effect=Effect.ADMINISTERS, is_personal=True):
    """Enter a venue's keys, in private; the venue is asked what they may do."""

    venue: WordText = Field(description="The venue, or the account's id where it has several.")

    async def preview(self, context: Context) -> Preview:
        """For which account, and what keys must be like."""
        state = await meant(self, "venue", self.venue, context)
        if state.meant.has_login:
            raise LiveRefused("has_login", **state.meant.facts)
        return ConnectPreview(state)

    async def handle(self, context: Context) -> Outcome:
        """Ask for them in a form."""
        state = await meant(self, "venue", self.venue, context)
        await context.ask_keys(state.meant)
        return KeysAsked(state)


@dataclass(frozen=True, slots=True)
class ConnectPreview:
    """What will be asked for."""

    state: AccountState
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """Reading and trading, never withdrawing, bound to this machine."""
        meant_ = self.state.meant
        facts = {"account": meant_.account, "venue": meant_.venue}
        kind = "test" if meant_.is_sandbox else "text"
        replaced = [voice.say("accounts.connect.replaces")] if self.state.keys else []
        return Card(
            voice.say("accounts.connect.question", **facts),
            text="\n".join([voice.say(f"accounts.connect.{kind}", **facts), *replaced]),
            tone=Tone.ASK,
        )


@dataclass(frozen=True, slots=True)
class KeysAsked:
    """A form waits."""

    state: AccountState

    def card(self, voice: Voice) -> Card:
        """Where they go."""
        meant_ = self.state.meant
        return Card(
            voice.say("accounts.asked.title", venue=meant_.venue),
            text=voice.say("accounts.asked.text"),
            tone=Tone.ASK,
        )
