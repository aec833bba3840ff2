"""Orders in words: a line, a table, a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.card import Card, Table, Tone
from bot.presenters.badges import badge
from bot.voice import Voice
from engine.desk import Draft, Refused
from engine.domain.order import Order, OrderTerms, OrderType

SHORT_ID = 6
"""Letters of a client order id that are shown and may be typed."""


def described(terms: OrderTerms, voice: Voice) -> str:
    """How it is priced: `limit 60,000`, `stop 58,000`, `market`."""
    words = [voice.say(f"order_type.{terms.type.value}")]
    if terms.type is OrderType.TRAILING_STOP and terms.trail is not None:
        trail = terms.trail
        words.append(voice.percent(trail) if terms.trail_is_percent else voice.price(trail))
    if terms.stop_price is not None:
        words.append(voice.price(terms.stop_price))
    if terms.price is not None:
        words.append(voice.price(terms.price))
    return " ".join(words)


def order_table(orders: Sequence[Order], voice: Voice) -> Table:
    """One row an order."""
    columns = ("order", "side", "quantity", "symbol", "type", "state")
    return Table(
        header=tuple(voice.say(f"fields.{name}") for name in columns),
        rows=tuple(_row(order, voice) for order in orders),
        numeric=(2,),
    )


def _row(order: Order, voice: Voice) -> tuple[str, ...]:
    quantity = voice.quantity(order.terms.quantity)
    if order.filled and order.is_open:
        quantity = f"{voice.quantity(order.filled)} / {quantity}"
    state = voice.say(f"order_state.{order.state.value}")
    if order.unknown:
        state = voice.say("orders.unknown")
    return (
        order.client_order_id[:SHORT_ID],
        voice.say(f"side.{order.terms.side.value}"),
        quantity,
        order.terms.symbol,
        described(order.terms, voice),
        state,
    )


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """What a yes would send, reckoned at the prices of now."""

    draft: Draft

    @property
    def reference_price(self) -> str:
        """The price it was reckoned at; an order with its own price needs none."""
        return f"{self.draft.price:f}"

    @property
    def is_refused(self) -> bool:
        """Whether risk says no."""
        return self.draft.refusal is not None

    def card(self, voice: Voice) -> Card:
        """The question with its figures, or the refusal."""
        if self.draft.refusal is not None:
            return refusal_card(self.draft.refusal, voice)
        draft, quote = self.draft, self.draft.instrument.quote
        side = draft.terms.side.value
        return Card(
            voice.say(
                f"preview.{side}.title",
                quantity=voice.quantity(draft.terms.quantity),
                symbol=draft.instrument.symbol,
            ),
            fields=_figures(draft, quote, voice),
            text="\n".join(voice.say(f"risk.warn.{name}") for name in draft.warnings),
            badge=badge(draft.kind, voice, is_paper=draft.is_paper),
            tone=Tone.ASK,
        )


def _figures(draft: Draft, quote: str, voice: Voice) -> tuple[tuple[str, str], ...]:
    rows = [
        ("type", described(draft.terms, voice)),
        (
            "price",
            voice.say(
                "preview.price",
                price=voice.price(draft.price),
                age=voice.ago(draft.price_age_seconds),
            ),
        ),
        ("value", voice.money(draft.notional, quote)),
        ("fee", voice.say("preview.about", value=voice.money(draft.fee, quote))),
        ("cash", _change(draft.cash_before, draft.cash_after, quote, voice)),
        (
            "position",
            f"{voice.quantity(draft.position_before)} → {voice.quantity(draft.position_after)}",
        ),
    ]
    if draft.stop_loss is not None:
        lost = voice.money(draft.risk_if_stopped, quote)
        level = voice.price(draft.stop_loss)
        rows.append(("stop_loss", voice.say("preview.stop_loss", level=level, lost=lost)))
    if draft.take_profit is not None:
        rows.append(("take_profit", voice.price(draft.take_profit)))
    return tuple((voice.say(f"preview.{name}_label"), text) for name, text in rows)


def _change(before: Decimal, after: Decimal, quote: str, voice: Voice) -> str:
    return f"{voice.money(before, quote)} → {voice.money(after, quote)}"


def refusal_card(refusal: Refused, voice: Voice) -> Card:
    """Which rule said no, at what figure, and how to change it."""
    facts = dict(refusal.facts)
    return Card(
        voice.say("risk.refused.title"),
        text=voice.say(f"risk.refuse.{refusal.rule}", **facts),
        hint=voice.say(f"risk.way_out.{refusal.rule}", **facts),
        tone=Tone.BAD,
    )
