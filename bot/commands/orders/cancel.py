"""/cancel — take resting orders back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from bot.card import Card, Tone
from bot.command import Consent, Context, Effect, Outcome, Preview
from bot.families.orders import RestingOrderCommand
from bot.forms import IdText, ShownTexts, SymbolText
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID, order_table
from bot.voice import Voice
from engine.domain.account import Account
from engine.domain.identifiers import IntentKey, Symbol
from engine.domain.order import Order
from engine.errors import OrderNotFound

ALL = "all"


class Cancel(RestingOrderCommand, name="cancel", effect=Effect.REDUCES_RISK):
    """Cancel one order, an instrument's orders, or all."""

    order: IdText | None = Field(default=None, description="An order's id, or all.")
    symbol: SymbolText | None = Field(default=None, description="The instrument's orders.")
    shown: ShownTexts = Field(default=(), description="The ids of the orders on the card.")

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """`/cancel BTC/USDT` means the instrument, `/cancel g35xdo` the order."""
        if name == "order" and "/" in token:
            return {"symbol": token}
        return {name: token}

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.order is None and self.symbol is None:
            raise self.wrong("order", "missing")
        return self

    def consent(self) -> Consent:
        """All at once is confirmed; so is what protects a position, once it is known."""
        return Consent.CONFIRM if self.order == ALL or self.order is None else Consent.NONE

    async def consent_in(self, context: Context) -> Consent:
        """Protection is not taken away without a yes; what was done before a crash needs none."""
        if await self._done(context):
            return Consent.NONE
        protects = any(order.terms.reduce_only for order in await self._meant(context))
        return Consent.CONFIRM if protects else self.consent()

    async def resolved(self, context: Context) -> Self:
        """With the very orders that the card shows: a yes is for those and no other."""
        names = (order.client_order_id for order in await self._meant(context))
        return self.model_copy(update={"shown": tuple(names)})

    async def preview(self, context: Context) -> Preview:
        """Which orders it would be."""
        orders = await self._meant(context)
        return CancelPreview(tuple(orders), context.desk.orders.where(orders[0]).account)

    async def handle(self, context: Context) -> Outcome:
        """Ask the venue for each; its answer is told as it comes."""
        if done := await self._done(context):
            return CancelAsked(tuple(done))
        orders = await self._meant(context)
        names = [order.client_order_id for order in orders]
        await context.desk.orders.where(orders[0]).cancel(names, IntentKey(context.intent))
        return CancelAsked(tuple(orders))

    async def _done(self, context: Context) -> Sequence[Order]:
        """What these very words had canceled before a crash."""
        return await context.desk.orders.canceled(IntentKey(context.intent))

    async def _meant(self, context: Context) -> Sequence[Order]:
        desk = context.desk
        if self.shown:
            return await self._still_open(context)
        if self.order is not None and self.order != ALL:
            order = await desk.orders.find(self.order)
            if not order.is_open:
                raise OrderNotFound(order=self.order)
            return desk.orders.where(order).canceled_with(order)
        symbol = Symbol(self.symbol) if self.symbol else None
        if symbol is not None:
            desk.markets.find(symbol)
        orders = desk.orders.open(symbol)
        if not orders:
            raise OrderNotFound(order=self.symbol or ALL)
        return orders

    async def _still_open(self, context: Context) -> Sequence[Order]:
        """What is left of those on the card."""
        orders = [await context.desk.orders.find(name) for name in self.shown]
        left = [order for order in orders if order.is_open]
        if not left:
            raise OrderNotFound(order=", ".join(name[:SHORT_ID] for name in self.shown))
        return left


@dataclass(frozen=True, slots=True)
class CancelPreview:
    """The orders that a yes would cancel."""

    orders: tuple[Order, ...]
    account: Account
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """The orders, and a warning where a stop among them protects something."""
        closing = [order.terms for order in self.orders if order.terms.reduce_only]
        protects = any(each.stop_price is not None or each.trail is not None for each in closing)
        return Card(
            voice.say("cancel.question", count=str(len(self.orders))),
            text=voice.say("cancel.protects") if protects else "",
            table=order_table(self.orders, voice),
            badge=badge(self.account.data_kind, voice, self.account),
        )


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """The venue has been asked, or what had not left is gone already."""

    orders: tuple[Order, ...]

    def card(self, voice: Voice) -> Card:
        """Which ones; the venue's word follows."""
        names = ", ".join(order.client_order_id[:SHORT_ID] for order in self.orders)
        return Card(
            voice.say("cancel.asked.title", orders=names),
            text=voice.say("cancel.asked.text"),
            hint=voice.say("cancel.asked.hint"),
            tone=Tone.GOOD,
        )
