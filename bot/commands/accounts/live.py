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
from bot.presenters.following import reason_words
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
            raise LiveRefused("other_prices", **state.meant.facts)
        return LivePreview(state, await context.keys.check(state.meant.account), context.now)

    async def handle(self, context: Context) -> Outcome:
        """Put the decision on record, and act on it."""
        state = await meant(self, "account", self.account, context)
        if self.switch is Switch.OFF:
            was_live = await context.keys.turn_paper(state.meant.account)
            return TurnedPaper(state, was_live=was_live)
        if not (await context.guard.state(context.principal.person)).is_on:
            raise ConfirmationInvalid("enroll")
        account = state.meant.account
        await context.keys.turn_live(account, context.principal.person)
        return TurnedLive(await context.keys.state(account) or state)


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
        question, text = ("test", "test_text") if meant_.is_sandbox else ("question", "text")
        return Card(
            voice.say(f"accounts.live.{question}", **facts),
            text=voice.say(f"accounts.live.{text}", **facts),
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
        """What holds now, and how to take it back."""
        state, name = self.state, self.state.meant.account
        text = "text" if state.runs_live else "waits"
        return Card(
            voice.say("accounts.turned_live.title", account=name),
            text=voice.say(
                f"accounts.turned_live.{text}",
                account=name,
                venue=state.meant.trades_at,
                reason=reason_words(state.problem, voice),
            ),
            hint=voice.say("accounts.turned_live.hint", account=name),
            tone=Tone.WARNING,
        )


@dataclass(frozen=True, slots=True)
class TurnedPaper:
    """It is paper."""

    state: AccountState
    was_live: bool

    def card(self, voice: Voice) -> Card:
        """What stays at the venue."""
        meant_ = self.state.meant
        text = "left" if self.state.runs_live else "paper"
        return Card(
            voice.say("accounts.turned_paper.title", account=meant_.account),
            text=voice.say(f"accounts.turned_paper.{text}", venue=meant_.venue),
            tone=Tone.GOOD,
        )
