"""/replace — give a resting order another price or quantity."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from bot.card import Card, Tone
from bot.command import Context, Effect, Outcome, Preview
from bot.families.orders import RestingOrderCommand
from bot.forms import AboveZeroText, IdText, ShownText
from bot.presenters.badges import badge
from bot.presenters.limits import changes_table
from bot.presenters.orders import (
    SHORT_ID,
    change,
    described,
    exposure_words,
    refusal_card,
)
from bot.voice import Voice
from engine.desk import Outlook, Refused
from engine.domain.account import Account
from engine.domain.identifiers import IntentKey
from engine.domain.instrument import Instrument
from engine.domain.order import Order, OrderTerms, OrderType
from engine.errors import OrderNotFound


class Replace(RestingOrderCommand, name="replace", effect=Effect.MOVES_MONEY):
    """Change the price or the quantity of an order that rests."""

    order: IdText = Field(description="The order's id.")
    price: AboveZeroText | None = Field(default=None, description="The new price.")
    quantity: AboveZeroText | None = Field(default=None, description="The new whole quantity.")
    shown: ShownText | None = Field(default=None, description="Its terms on the card.")

    @model_validator(mode="after")
    def _some_change(self) -> Self:
        if self.price is None and self.quantity is None:
            raise self.wrong("price", "no_change")
        return self

    async def resolved(self, context: Context) -> Self:
        """With the order's whole id, and the terms that the card shows it to have."""
        order = await self._meant(context)
        update = {"order": order.client_order_id, "shown": _had(order.terms)}
        return self.model_copy(update=update)

    async def is_stale(self, context: Context) -> bool:
        """Whether it has another price or quantity by now."""
        return self.shown != _had((await self._meant(context)).terms)

    async def preview(self, context: Context) -> Preview:
        """The order as it is and as it would be, or why not."""
        order = await self._meant(context)
        desk = context.desk.orders.where(order)
        changed, refusal = desk.changed(order, price=self.price, quantity=self.quantity)
        outlook = await desk.outlook(changed, order)
        instrument = context.desk.markets.find(changed.symbol)
        profits = tuple(desk.closed_profit(order, terms) for terms in (order.terms, changed))
        return ReplacePreview(order, changed, refusal, outlook, profits, instrument, desk.account)

    async def handle(self, context: Context) -> Outcome:
        """Ask the venue; its answer is told as it comes."""
        order = await self._meant(context)
        await context.desk.orders.where(order).replace(
            order,
            IntentKey(context.intent),
            price=self.price,
            quantity=self.quantity,
        )
        return ReplaceAsked(order, self.price, self.quantity)

    async def _meant(self, context: Context) -> Order:
        order = await context.desk.orders.find(self.order)
        if not order.is_open:
            raise OrderNotFound(order=self.order)
        return order


@dataclass(frozen=True, slots=True)
class ReplacePreview:
    """Before and after; `profits` are what it would realize of what is held, then and then."""

    order: Order
    changed: OrderTerms
    refusal: Refused | None
    outlook: Outlook
    profits: tuple[Decimal | None, ...]
    instrument: Instrument
    account: Account
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether risk or the instrument says no."""
        return self.refusal is not None

    def card(self, voice: Voice) -> Card:
        """Both lines, or the refusal."""
        if self.refusal is not None:
            return refusal_card(self.refusal, voice)
        quote = self.instrument.quote
        return Card(
            voice.say("replace.question", order=self.order.client_order_id[:SHORT_ID]),
            text=self._way(voice),
            fields=(
                (voice.say("replace.before"), _line(self.order.terms, voice)),
                (voice.say("replace.after"), _line(self.changed, voice)),
                (voice.say("preview.free_label"), self._free(voice)),
                self._at_stake(voice),
            ),
            table=changes_table(self.outlook.uses, (quote, self.outlook.currency), voice),
            badge=badge(self.account.data_kind, voice, self.account),
        )

    def _at_stake(self, voice: Voice) -> tuple[str, str]:
        """What closes says what that would bring or lose; what opens, what would be at risk."""
        if None in self.profits:
            return voice.say("preview.exposure_label"), exposure_words(self.outlook, voice)
        quote = self.instrument.quote
        before, after = (voice.money(each, quote, signed=True) for each in self.profits)
        return voice.say("replace.profit_label"), f"{before} → {after}"

    def _way(self, voice: Voice) -> str:
        """What happens where an order cannot be changed in place."""
        if self.instrument.amends:
            return ""
        return voice.say("replace.gap" if self.instrument.sets_aside else "replace.no_gap")

    def _free(self, voice: Voice) -> str:
        return change(
            self.outlook.free_before, self.outlook.free_after, self.instrument.quote, voice
        )


@dataclass(frozen=True, slots=True)
class ReplaceAsked:
    """The venue has been asked."""

    order: Order
    price: Decimal | None
    quantity: Decimal | None

    def card(self, voice: Voice) -> Card:
        """What was asked; the venue's word follows."""
        return Card(
            voice.say("replace.asked.title", order=self.order.client_order_id[:SHORT_ID]),
            text=voice.say("replace.asked.text"),
            hint=voice.say("replace.asked.hint"),
            tone=Tone.GOOD,
        )


def _line(terms: OrderTerms, voice: Voice) -> str:
    side = voice.say(f"side.{terms.side.value}")
    return f"{side} {voice.quantity(terms.quantity)} {terms.symbol} {described(terms, voice)}"


def _had(terms: OrderTerms) -> str:
    """What a change is reckoned from; where a trail stands moves with the market."""
    is_trail = terms.type is OrderType.TRAILING_STOP
    return f"{terms.quantity} {terms.price} {None if is_trail else terms.stop_price}"
