"""/unlink — take an account from yourself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.errors import LinkRefused
from bot.forms import IdText
from bot.message import Account, Role
from bot.voice import Voice


class Unlink(Command, name="unlink", effect=Effect.ADMINISTERS, role=Role.VIEWER, is_personal=True):
    """List your accounts, or take one of them from yourself."""

    account: IdText | None = Field(
        default=None, description="Such as telegram:1234; nothing lists yours."
    )

    def consent(self) -> Consent:
        """Looking needs none."""
        return Consent.NONE if self.account is None else super().consent()

    async def preview(self, context: Context) -> Preview:
        """Which account, of all."""
        accounts = await context.linking.accounts(context.principal.person)
        return UnlinkPreview(self._mine(accounts), len(accounts) == 1)

    async def handle(self, context: Context) -> Outcome:
        """From now on it is somebody else; both sides hear of it."""
        person = context.principal.person
        accounts = await context.linking.accounts(person)
        if self.account is None:
            return AccountsSeen(accounts)
        account = self._mine(accounts)
        await context.linking.part(context.principal, account)
        member = await context.people.get(person)
        told = Unlinked(account)
        if member and member.home_conversation not in {"", context.principal.conversation}:
            card = told.card(Voice(member.language, member.timezone))
            context.tell(member.home_platform, member.home_conversation, person, card)
        return told

    def _mine(self, accounts: Sequence[Account]) -> Account:
        for account in accounts:
            if account.name.lower() == self.account:
                return account
        raise LinkRefused("not_yours", account=self.account or "")


@dataclass(frozen=True, slots=True)
class AccountsSeen:
    """A person's accounts."""

    accounts: Sequence[Account]

    def card(self, voice: Voice) -> Card:
        """A button each, where there are several."""
        several = self.accounts if len(self.accounts) > 1 else ()
        return Card(
            voice.say("unlink.list.title"),
            text=", ".join(account.name for account in self.accounts),
            buttons=tuple(
                Button(voice.say("unlink.list.button", account=each.name), f"/unlink {each.name}")
                for each in several
            ),
            hint=voice.say("unlink.list.hint"),
        )


@dataclass(frozen=True, slots=True)
class UnlinkPreview:
    """One account, before it goes."""

    account: Account
    is_refused: bool
    reference_price: str = ""

    def card(self, voice: Voice) -> Card:
        """What it will be able to do."""
        if self.is_refused:
            key = "errors.link_only"
            return Card(voice.say(f"{key}.title"), text=voice.say(f"{key}.text"), tone=Tone.BAD)
        return Card(
            voice.say("unlink.question.title", account=self.account.name),
            text=voice.say("unlink.question.text"),
        )


@dataclass(frozen=True, slots=True)
class Unlinked:
    """It is gone."""

    account: Account

    def card(self, voice: Voice) -> Card:
        """What to do if nobody here wanted that."""
        return Card(
            voice.say("unlink.done.title", account=self.account.name),
            text=voice.say("unlink.done.text"),
            tone=Tone.GOOD,
        )
