"""/balance — cash by currency, and what the account is worth."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Table
from bot.command import Command, Context, Effect, Outcome
from bot.forms import WordText
from bot.presenters.badges import badge
from bot.voice import Voice
from engine.desk import AccountView


class Balance(
    Command, name="balance", effect=Effect.READS, aliases=("bal", "cash"), is_personal=True
):
    """Show cash by currency and the account's worth."""

    venue: WordText | None = Field(default=None, description="Only this venue.")

    async def handle(self, context: Context) -> Outcome:
        """Read the account."""
        view = context.desk.portfolio.account()
        here = view.account.venue
        if self.venue is not None and self.venue.lower() != here:
            raise self.wrong("venue", "choice", detail=here)
        return BalanceSeen(view)


@dataclass(frozen=True, slots=True)
class BalanceSeen:
    """An account's books."""

    view: AccountView

    def card(self, voice: Voice) -> Card:
        """Worth first, then each currency."""
        account, worth = self.view.account, self.view.valuation
        today = None if self.view.day_equity is None else worth.equity - self.view.day_equity
        return Card(
            voice.say("balance.title", worth=voice.money(worth.equity, account.currency)),
            fields=(
                (voice.say("fields.account"), f"{account.id} ({account.venue})"),
                (voice.say("balance.cash"), voice.money(worth.cash, account.currency)),
                (voice.say("balance.positions"), voice.money(worth.positions, account.currency)),
                (
                    voice.say("fields.unrealized"),
                    voice.money(worth.unrealized, account.currency, signed=True),
                ),
                (voice.say("balance.today"), voice.money(today, account.currency, signed=True)),
                *self._marks(voice),
            ),
            text=self._missing(voice),
            table=Table(
                header=(voice.say("fields.currency"), voice.say("balance.amount")),
                rows=tuple((name, voice.money(a, name)) for name, a in self.view.cash),
                numeric=(1,),
            ),
            badge=badge(account.data_kind, voice, is_paper=account.is_paper),
            hint=voice.say("balance.hint"),
        )

    def _marks(self, voice: Voice) -> tuple[tuple[str, str], ...]:
        """How old the oldest price is that the worth goes by."""
        age = self.view.oldest_mark_seconds
        return () if age is None else ((voice.say("balance.marks"), voice.ago(age)),)

    def _missing(self, voice: Voice) -> str:
        missing = self.view.valuation.missing
        return voice.say("balance.missing", names=", ".join(missing)) if missing else ""
