"""/fills — what has been executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field

from bot.card import Card, Table
from bot.command import Context, Effect, Outcome
from bot.families.accounts import AccountCommand
from bot.families.periods import is_period, window
from bot.forms import PeriodText, SymbolText
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID
from bot.voice import Voice
from engine.desk import AccountView
from engine.domain.account import Fill
from engine.domain.identifiers import Symbol
from engine.domain.money import Currency

SHOWN = 25


class Fills(
    AccountCommand, name="fills", effect=Effect.READS, aliases=("trades",), is_personal=True
):
    """List executions with their fees and the profit they closed."""

    symbol: SymbolText | None = Field(default=None, description="Only this instrument.")
    period: PeriodText | None = Field(default=None, description="7d, unless you say otherwise.")

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """`/fills 24h` means the period, `/fills btc` the instrument."""
        return {"period": token} if name == "symbol" and is_period(token) else {name: token}

    async def handle(self, context: Context) -> Outcome:
        """Read them from the record."""
        symbol = Symbol(self.symbol) if self.symbol else None
        if symbol is not None:
            context.desk.markets.find(symbol)
        period = self.period or "7d"
        start, end = window(period, context.desk.markets.now, context.principal.timezone)
        fills = await context.desk.orders.fills(symbol, start, end)
        portfolio = context.desk.portfolio
        quotes = {fill.symbol: portfolio.instrument(fill.symbol).quote for fill in fills}
        return FillsListed(portfolio.account(), period, tuple(fills), quotes)


@dataclass(frozen=True, slots=True)
class FillsListed:
    """Executions of a period, oldest first; what each instrument is paid in."""

    account: AccountView
    period: str
    fills: Sequence[Fill]
    quotes: Mapping[Symbol, Currency]

    def card(self, voice: Voice) -> Card:
        """The newest first; what does not fit is counted, and the report has it."""
        account = self.account.account
        mark = badge(account.data_kind, voice, account)
        if not self.fills:
            return Card(
                voice.say("fills.none.title", period=voice.period(self.period)),
                badge=mark,
                hint=voice.say("fills.none.hint"),
            )
        columns = ("time", "side", "quantity", "symbol", "price", "fee", "realized", "order")
        left = len(self.fills) - SHOWN
        return Card(
            voice.say("fills.title", count=str(len(self.fills)), period=voice.period(self.period)),
            text=voice.say("fills.more", count=str(left)) if left > 0 else "",
            table=Table(
                header=tuple(voice.say(f"fields.{name}") for name in columns),
                rows=tuple(
                    _row(fill, self.quotes[fill.symbol], voice)
                    for fill in reversed(self.fills[-SHOWN:])
                ),
                numeric=(2, 4, 5, 6),
            ),
            badge=mark,
            hint=voice.say("fills.hint"),
        )


def _row(fill: Fill, quote: Currency, voice: Voice) -> tuple[str, ...]:
    realized: Decimal | None = fill.realized or None
    return (
        voice.when(fill.at),
        voice.say(f"side.{fill.side.value}"),
        voice.quantity(fill.quantity),
        fill.symbol,
        voice.price(fill.price),
        voice.money(fill.fee, fill.fee_currency),
        voice.money(realized, quote, signed=True),
        fill.client_order_id[:SHORT_ID],
    )
