"""What came of an order, said at once; its fills are told as they come."""

from __future__ import annotations

from dataclasses import dataclass

from bot.card import Button, Card, Tone
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID, described, refusal_card
from bot.voice import Voice
from engine.desk import OrderAccepted, Refused
from engine.domain.account import Account
from engine.domain.market import DataKind


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """The desk has taken it and sends it."""

    accepted: OrderAccepted
    kind: DataKind
    account: Account

    def card(self, voice: Voice) -> Card:
        """Its id, and how to take it back."""
        order_id = self.accepted.client_order_id[:SHORT_ID]
        terms = self.accepted.order.terms
        return Card(
            voice.say(
                f"orders.placed.{terms.side.value}",
                quantity=voice.quantity(terms.quantity),
                symbol=terms.symbol,
            ),
            fields=(
                (voice.say("fields.order"), order_id),
                (voice.say("fields.type"), described(terms, voice)),
            ),
            badge=badge(self.kind, voice, self.account),
            buttons=(Button(voice.say("orders.cancel_button"), f"/cancel {order_id}"),),
            hint=voice.say("orders.placed.hint", order=order_id),
            tone=Tone.GOOD,
            subject=f"order:{self.accepted.client_order_id}",
        )


@dataclass(frozen=True, slots=True)
class OrderRefused:
    """Risk said no when it was asked for the last time."""

    refusal: Refused

    def card(self, voice: Voice) -> Card:
        """Which rule, at what figure, and the way out."""
        return refusal_card(self.refusal, voice)


def placed_or_refused(
    outcome: OrderAccepted | Refused, kind: DataKind, account: Account
) -> OrderPlaced | OrderRefused:
    """The outcome of an order, either way; `kind` says what prices it was reckoned at."""
    if isinstance(outcome, Refused):
        return OrderRefused(outcome)
    return OrderPlaced(outcome, kind, account)
