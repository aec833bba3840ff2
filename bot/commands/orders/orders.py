"""/orders — what rests, and what became of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from bot.card import Button, Card
from bot.command import Context, Effect, Outcome
from bot.families.accounts import AccountCommand
from bot.forms import SymbolText
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID, order_table
from bot.voice import Voice
from engine.domain.account import Account
from engine.domain.identifiers import Symbol
from engine.domain.order import Order, OrderState


class Status(StrEnum):
    """Which orders to list."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    ALL = "all"


_STATES = {
    Status.FILLED: (OrderState.FILLED,),
    Status.CANCELLED: (OrderState.CANCELED, OrderState.EXPIRED),
    Status.REJECTED: (OrderState.REJECTED, OrderState.DENIED),
    Status.ALL: (),
}


class Orders(AccountCommand, name="orders", effect=Effect.READS, aliases=("o",), is_personal=True):
    """List orders: those that rest, or those of another state."""

    symbol: SymbolText | None = Field(default=None, description="Only this instrument.")
    status: Status | None = Field(default=None, description="open, unless you say otherwise.")

    async def handle(self, context: Context) -> Outcome:
        """Open ones from the desk, others from the record."""
        symbol = Symbol(self.symbol) if self.symbol else None
        if symbol is not None:
            context.desk.markets.find(symbol)
        status, desk = self.status or Status.OPEN, context.desk.orders
        if status is Status.OPEN:
            return OrdersListed(status, tuple(desk.open(symbol)), desk.account)
        past = await desk.past(symbol, _STATES[status])
        return OrdersListed(status, tuple(past), desk.account)


@dataclass(frozen=True, slots=True)
class OrdersListed:
    """The orders of one state."""

    status: Status
    orders: Sequence[Order]
    account: Account

    def card(self, voice: Voice) -> Card:
        """A table, with a way to cancel what rests."""
        mark = badge(self.account.data_kind, voice, self.account)
        state = voice.say(f"orders.status.{self.status.value}")
        if not self.orders:
            return Card(
                voice.say("orders.none.title", state=state),
                text=voice.say("orders.none.text"),
                badge=mark,
                hint=voice.say("orders.none.hint"),
            )
        open_orders = [order for order in self.orders if order.is_open]
        return Card(
            voice.say("orders.title", count=str(len(self.orders)), state=state),
            table=order_table(self.orders, voice),
            badge=mark,
            buttons=tuple(
                Button(
                    voice.say("orders.cancel_one", order=order.client_order_id[:SHORT_ID]),
                    f"/cancel {order.client_order_id[:SHORT_ID]}",
                )
                for order in open_orders[:5]
            ),
            hint=voice.say("orders.hint") if open_orders else voice.say("orders.hint_past"),
        )
