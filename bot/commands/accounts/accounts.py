"""/accounts — which accounts there are, what trades on them, and how their keys are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Table, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.credentials import AccountState
from bot.families.venues import meant
from bot.forms import WordText
from bot.message import Role
from bot.presenters.accounts import keys_words, mode_words
from bot.presenters.badges import badge
from bot.voice import Voice
from engine.domain.account import Account


class Accounts(
    Command,
    name="accounts",
    effect=Effect.READS,
    role=Role.TRADER,
    aliases=("keys",),
    is_personal=True,
):
    """Show the accounts, whether they are paper or live, and how their keys are."""

    account: WordText | None = Field(
        default=None, description="One that is meant for real money, by its id or venue."
    )

    async def handle(self, context: Context) -> Outcome:
        """All of them, or one with its keys."""
        if self.account is not None:
            return AccountSeen(await meant(self, "account", self.account, context), context.now)
        accounts = [
            context.open_desk(str(each)).portfolio.account().account
            for each in context.principal.accounts
        ]
        return AccountsSeen(accounts, await context.keys.states(), context.now)


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """One account that may be live."""

    state: AccountState
    now: int

    def card(self, voice: Voice) -> Card:
        """Its mode, its keys, and the next step."""
        state, name = self.state, self.state.meant.account
        return Card(
            voice.say("accounts.one.title", account=name),
            fields=(
                (voice.say("accounts.venue"), state.meant.venue),
                (voice.say("accounts.mode"), mode_words(state, voice)),
                (voice.say("accounts.keys_label"), keys_words(state, self.now, voice)),
            ),
            buttons=_buttons(state, voice),
            hint=voice.say(f"accounts.one.{_next(state)}", account=name),
            tone=Tone.WARNING if state.keys and state.keys.health.problem else Tone.NEUTRAL,
        )


def _next(state: AccountState) -> str:
    if not state.has_keys:
        return "connect"
    return "paper" if state.decision is None else "live"


def _buttons(state: AccountState, voice: Voice) -> tuple[Button, ...]:
    name = state.meant.account
    if not state.has_keys:
        return (Button(voice.say("accounts.button.connect"), f"/connect {name}"),)
    if state.decision is None:
        return (Button(voice.say("accounts.button.live"), f"/live {name}"),)
    return (Button(voice.say("accounts.button.paper"), f"/live {name} off"),)


@dataclass(frozen=True, slots=True)
class AccountsSeen:
    """All of the person's, and those that are meant for real money."""

    accounts: Sequence[Account]
    states: Sequence[AccountState]
    now: int

    def card(self, voice: Voice) -> Card:
        """A row each; what trades for real says so."""
        rows = [
            (account.id, account.venue, badge(account.data_kind, voice, account), "")
            for account in self.accounts
            if account.id not in {state.meant.account for state in self.states}
        ]
        rows += [
            (
                state.meant.account,
                state.meant.venue,
                mode_words(state, voice),
                keys_words(state, self.now, voice),
            )
            for state in self.states
        ]
        header = tuple(
            voice.say(f"accounts.{name}") for name in ("account", "venue", "mode", "keys_label")
        )
        hint = "some" if self.states else "none"
        return Card(
            voice.say("accounts.title"),
            table=Table(header, tuple(rows)),
            hint=voice.say(f"accounts.hint.{hint}"),
        )
