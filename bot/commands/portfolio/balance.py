"""/balance — cash by currency, and what the account is worth."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Table
from bot.command import Context, Effect, Outcome
from bot.families.accounts import AccountCommand
from bot.forms import WordText
from bot.presenters.badges import badge
from bot.presenters.quotes import badge_of
from bot.voice import Voice
from engine.desk import AccountView


class Balance(
    AccountCommand, name="balance", effect=Effect.READS, aliases=("bal", "cash"), is_personal=True
):
    """Show cash by currency and the account's worth."""

    venue: WordText | None = Field(default=None, description="Only this venue.")

    async def handle(self, context: Context) -> Outcome:
        """Read the account, or all of them where there are several and none is named."""
        views = [context.desk.portfolio.account()]
        if self.account is None:
            views = list(context.desk.portfolio.accounts())
        if self.venue is not None:
            venues = dict.fromkeys(str(view.account.venue) for view in views)
            views = [view for view in views if view.account.venue == self.venue.lower()]
            if not views:
                raise self.wrong("venue", "elsewhere", said=self.venue, detail=", ".join(venues))
        return BalanceSeen(views[0]) if len(views) == 1 else BalancesSeen(tuple(views))


@dataclass(frozen=True, slots=True)
class BalancesSeen:
    """Several accounts side by side."""

    views: tuple[AccountView, ...]

    def card(self, voice: Voice) -> Card:
        """One row an account, each in its own currency: they are not added up."""
        columns = ("account", "venue", "mode", "worth", "cash", "today")
        return Card(
            voice.say("balance.several", count=str(len(self.views))),
            table=Table(
                header=tuple(voice.say(f"balance.columns.{name}") for name in columns),
                rows=tuple(_row(view, voice) for view in self.views),
                numeric=(3, 4, 5),
            ),
            buttons=tuple(
                Button(view.account.name or view.account.id, f"/balance account={view.account.id}")
                for view in self.views[:5]
            ),
            badge=badge_of({view.account.data_kind for view in self.views}, voice),
            hint=voice.say("balance.several_hint", account=self.views[-1].account.id),
        )


def _row(view: AccountView, voice: Voice) -> tuple[str, ...]:
    account, worth = view.account, view.valuation
    return (
        account.id if account.name in {"", account.id} else f"{account.name} ({account.id})",
        account.venue,
        voice.say("common.paper" if account.is_paper else "common.live"),
        voice.money(worth.equity, account.currency),
        voice.money(worth.cash, account.currency),
        voice.money(view.today, account.currency, signed=True),
    )


@dataclass(frozen=True, slots=True)
class BalanceSeen:
    """An account's books."""

    view: AccountView

    def card(self, voice: Voice) -> Card:
        """Worth first, then each currency."""
        account, worth = self.view.account, self.view.valuation
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
                (
                    voice.say("balance.today"),
                    voice.money(self.view.today, account.currency, signed=True),
                ),
                *self._marks(voice),
            ),
            text=self._missing(voice),
            table=Table(
                header=(voice.say("fields.currency"), voice.say("balance.amount")),
                rows=tuple((name, voice.money(a, name)) for name, a in self.view.cash),
                numeric=(1,),
            ),
            badge=badge(account.data_kind, voice, account),
            hint=voice.say("balance.hint"),
        )

    def _marks(self, voice: Voice) -> tuple[tuple[str, str], ...]:
        """How old the oldest price is that the worth goes by."""
        age = self.view.oldest_mark_seconds
        return () if age is None else ((voice.say("balance.marks"), voice.ago(age)),)

    def _missing(self, voice: Voice) -> str:
        missing = self.view.valuation.missing
        return voice.say("balance.missing", names=", ".join(missing)) if missing else ""
