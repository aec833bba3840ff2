"""/transfer — move cash from one paper account of the desk to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Context, Effect, Outcome, Preview
from bot.families.accounts import AccountCommand, AccountText
from bot.forms import AboveZeroText, WordText
from bot.presenters.badges import badge
from bot.voice import Voice
from engine.domain.account import Account
from engine.domain.identifiers import IntentKey
from engine.domain.money import Currency

_SIZE = re.compile(r"(?P<amount>[\d.,\s]+[km]?)\s*(?P<currency>[a-z]{2,10})", re.IGNORECASE)


class Transfer(AccountCommand, name="transfer", effect=Effect.MOVES_MONEY):
    """Move cash to another of your paper accounts."""

    amount: AboveZeroText = Field(description="How much: 500 or 500USDT.")
    to: AccountText = Field(description="The account that gets it.")
    currency: WordText | None = Field(
        default=None, description="Of which currency; else the account's own."
    )

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/transfer 500USDT savings`."""
        return ("amount", "to")

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """`500USDT` is an amount and its currency."""
        size = _SIZE.fullmatch(token) if name == "amount" else None
        return {name: token} if size is None else {**size.groupdict()}

    async def preview(self, context: Context) -> Preview:
        """What both have before and after."""
        return self._planned(context)

    async def handle(self, context: Context) -> Outcome:
        """Both sides at once, or neither."""
        plan = self._planned(context)
        key = IntentKey(context.intent)
        moved = not plan.is_refused and await context.desk.portfolio.transfer(
            plan.target.id, plan.amount, plan.currency, key
        )
        return Transferred(plan) if moved else plan

    def _planned(self, context: Context) -> Plan:
        source, target = context.desk, context.open_desk(self.to)
        account = source.portfolio.account().account
        currency = Currency((self.currency or account.currency).upper())
        return Plan(
            account,
            target.portfolio.account().account,
            self.amount,
            currency,
            source.portfolio.free_cash(currency),
            target.portfolio.free_cash(currency),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A transfer as it would be; what is free on both sides now."""

    source: Account
    target: Account
    amount: Decimal
    currency: Currency
    free: Decimal
    there: Decimal
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be done."""
        return bool(self._refusal)

    @property
    def _refusal(self) -> str:
        if self.source.id == self.target.id:
            return "same"
        if not (self.source.is_paper and self.target.is_paper):
            return "live"
        return "cash" if self.amount > self.free else ""

    def card(self, voice: Voice) -> Card:
        """The question, or why not."""
        facts = {
            "amount": voice.money(self.amount, self.currency),
            "free": voice.money(self.free, self.currency),
            "source": self.source.name or self.source.id,
            "target": self.target.name or self.target.id,
        }
        if self._refusal:
            return Card(
                voice.say("transfer.refused.title"),
                text=voice.say(f"transfer.refused.{self._refusal}", **facts),
                hint=voice.say("transfer.refused.hint"),
                tone=Tone.BAD,
            )
        return Card(
            voice.say("transfer.question", **facts),
            fields=(
                (facts["source"], self._change(self.free, -self.amount, voice)),
                (facts["target"], self._change(self.there, self.amount, voice)),
            ),
            badge=badge(self.source.data_kind, voice, self.source),
        )

    def _change(self, before: Decimal, change: Decimal, voice: Voice) -> str:
        amounts = (voice.money(each, self.currency) for each in (before, before + change))
        return " → ".join(amounts)


@dataclass(frozen=True, slots=True)
class Transferred:
    """It is booked on both."""

    plan: Plan

    def card(self, voice: Voice) -> Card:
        """What went where."""
        plan = self.plan
        return Card(
            voice.say(
                "transfer.done",
                amount=voice.money(plan.amount, plan.currency),
                source=plan.source.name or plan.source.id,
                target=plan.target.name or plan.target.id,
            ),
            badge=badge(plan.source.data_kind, voice, plan.source),
            hint=voice.say("transfer.hint"),
            tone=Tone.GOOD,
        )
