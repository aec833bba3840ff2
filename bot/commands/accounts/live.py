"""/live — decide that an account trades with real money, or that it is paper again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.credentials import AccountState, KeyHealth
from bot.errors import ConfirmationInvalid, LiveRefused
from bot.families.venues import meant
from bot.forms import WordText
from bot.presenters.accounts import keys_words
from bot.voice import Voice


class Switch(StrEnum):
    """Which way."""

    ON = "on"
    OFF = "off"


class Live(Command, name="live", effect=Effect.ADMINISTERS, is_personal=True):
    """Decide that an account trades with real money, or that it is paper again."""

    account: WordText = Field(description="Its id, or its venue.")
    switch: Switch = Field(default=Switch.ON, description="on, or off: paper again.")

    def consent(self) -> Consent:
        """Back to paper needs none."""
        return Consent.NONE if self.switch is Switch.OFF else super().consent()

    async def preview(self, context: Context) -> Preview:
        """What would be at stake; nobody decides it without a second factor."""
        state = await meant(self, "account", self.account, context)
        if not (await context.guard.state(context.principal.person)).is_on:
            raise ConfirmationInvalid("enroll")
        if not state.has_keys:
            raise LiveRefused("no_keys", account=state.meant.account)
        if not state.meant.can_trade:
            venue = str(state.meant.venue)
            raise LiveRefused("no_connector", account=state.meant.account, venue=venue)
        return LivePreview(state, await context.keys.check(state.meant.account), context.now)

    async def handle(self, context: Context) -> Outcome:
        """Put the decision on record; it holds from the next start on."""
        state = await meant(self, "account", self.account, context)
        if self.switch is Switch.OFF:
            was_live = await context.keys.turn_paper(state.meant.account)
            return TurnedPaper(state, was_live=was_live)
        if not (await context.guard.state(context.principal.person)).is_on:
            raise ConfirmationInvalid("enroll")
        await context.keys.turn_live(state.meant.account, context.principal.person)
        return TurnedLive(state)


@dataclass(frozen=True, slots=True)
class LivePreview:
    """The account, its keys as they are now, and what will hold."""

    state: AccountState
    health: KeyHealth
    now: int
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """Real money, said plainly."""
        meant_ = self.state.meant
        facts = {"account": meant_.account, "venue": meant_.venue}
        return Card(
            voice.say("accounts.live.question", **facts),
            text=voice.say("accounts.live.text", **facts),
            fields=(
                (voice.say("accounts.venue"), meant_.venue),
                (voice.say("accounts.keys_label"), keys_words(self.state, self.now, voice)),
            ),
            tone=Tone.WARNING,
        )


@dataclass(frozen=True, slots=True)
class TurnedLive:
    """It is on record."""

    state: AccountState

    def card(self, voice: Voice) -> Card:
        """From when, and how to take it back."""
        name = self.state.meant.account
        return Card(
            voice.say("accounts.turned_live.title", account=name),
            text=voice.say("accounts.turned_live.text"),
            hint=voice.say("accounts.turned_live.hint", account=name),
            tone=Tone.WARNING,
        )


@dataclass(frozen=True, slots=True)
class TurnedPaper:
    """It is paper, now or from the next start on."""

    state: AccountState
    was_live: bool

    def card(self, voice: Voice) -> Card:
        """What still trades until then."""
        name = self.state.meant.account
        text = "running" if self.state.runs_live else "paper"
        return Card(
            voice.say("accounts.turned_paper.title", account=name),
            text=voice.say(f"accounts.turned_paper.{text}", account=name),
            tone=Tone.WARNING if self.state.runs_live else Tone.GOOD,
        )
