"""From what happened to what is said about it, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.card import Button, Card, Tone
from bot.presenters.badges import badge
from bot.presenters.following import differs, executed, reason_words, restored, triggered_denied
from bot.presenters.halts import halt_notice
from bot.presenters.orders import described
from bot.voice import Voice
from engine.domain import events as facts
from engine.domain.account import Account, Fill
from engine.domain.alert import Repeat
from engine.domain.difference import Difference
from engine.domain.events import Event
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind
from engine.domain.money import ZERO, Quantity
from engine.domain.order import FORCED, Order, OrderState, Purpose

# The events that are told; the others are on the person's own card, or nobody needs to hear them.
Told = (
    facts.OrderFilled
    | facts.OrderRejected
    | facts.OrderExpired
    | facts.OrderAccepted
    | facts.OrderCanceled
    | facts.OrderCancelRejected
    | facts.OrderReplaced
    | facts.OrderReplaceRejected
    | facts.OrderBecameUnknown
    | facts.OrderNeverArrived
    | facts.OrderDenied
    | facts.ExecutionEnded
    | facts.ProtectionDiffers
    | facts.ProtectionRestored
    | facts.AlertFired
    | facts.TradingHalted
    | facts.FlattenChecked
    | facts.TradingResumed
    | facts.DifferenceFound
    | facts.DifferenceSettled
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about: an order beside its instrument, or an alert's instrument."""

    instrument: Instrument
    kind: DataKind
    order: Order | None = None
    account: Account | None = None
    fills: Sequence[Fill] = ()
    """All that an order has got, where that says more than the one event."""


def notice(event: Event, subject: Subject | None, voice: Voice) -> Card | None:
    """The card of an event, or None for what is not told."""
    match event:
        case facts.TradingHalted() | facts.FlattenChecked() | facts.TradingResumed():
            return halt_notice(event, voice)
        case facts.DifferenceFound():
            return _difference(event.difference, voice)
        case facts.DifferenceSettled():
            return Card(
                voice.say("notice.settled.title", what=_differing(event.difference, voice)),
                text=voice.say(f"notice.settled.text.{event.how}"),
                tone=Tone.GOOD,
            )
        case facts.AlertFired() if subject is not None:
            return _alert(event, subject, voice)
        case facts.OrderFilled() if subject is not None and subject.order is not None:
            return _fill(event, subject, subject.order, voice)
        case facts.ExecutionEnded() if subject is not None and subject.order is not None:
            return executed(event, subject.order, subject.instrument, _badge(subject, voice), voice)
        case facts.ProtectionDiffers() if subject is not None and subject.order is not None:
            argument = subject.account.argument if subject.account is not None else ""
            return differs(event, subject.order, argument, _badge(subject, voice), voice)
        case facts.ProtectionRestored() if subject is not None and subject.order is not None:
            return restored(subject.order, _badge(subject, voice), voice)
        case facts.OrderDenied() if subject is not None:
            return triggered_denied(event, _badge(subject, voice), voice)
        case _ if subject is not None and subject.order is not None:
            return _order_news(event, subject, subject.order, voice)
        case _:
            return None


def is_told(event: Event, order: Order | None) -> bool:
    """Whether this is news: a slice's own fate is told once, with its parent's end."""
    if isinstance(event, facts.OrderDenied):
        return event.order.parent is not None
    if order is None:
        return True
    if isinstance(event, facts.OrderAccepted):
        return order.replaces is not None
    if order.purpose is Purpose.SLICE:
        return isinstance(event, facts.OrderRejected | facts.OrderBecameUnknown)
    return order.twap is None or isinstance(event, facts.ExecutionEnded)


def _difference(difference: Difference, voice: Voice) -> Card | None:
    if difference.kind.is_certain:
        return None  # mended already, and told so
    return Card(
        voice.say("notice.difference.title", what=_differing(difference, voice)),
        text=voice.say(
            "notice.difference.text",
            ours=voice.quantity(difference.ours),
            theirs=voice.quantity(difference.theirs),
        ),
        fields=((voice.say("fields.account"), difference.account),),
        buttons=tuple(
            Button(voice.say(f"reconcile.{action}"), f"/reconcile {action} {difference.id}")
            for action in ("adopt", "close", "ignore")
            if action != "adopt" or difference.may_be_adopted
        ),
        hint=voice.say("notice.difference.hint"),
        tone=Tone.WARNING,
    )


def _differing(difference: Difference, voice: Voice) -> str:
    return voice.say(f"difference.{difference.kind}", symbol=difference.symbol)


def _badge(subject: Subject, voice: Voice) -> str:
    return badge(subject.kind, voice, subject.account)


def _fill(event: facts.OrderFilled, subject: Subject, order: Order, voice: Voice) -> Card:
    symbol, side = order.terms.symbol, order.terms.side.value
    is_whole = order.state is OrderState.FILLED or order.filled >= order.terms.quantity
    key = "bought" if side == "buy" else "sold"
    if order.purpose is not Purpose.ENTRY:
        key = order.purpose.value
    got, value, fee = event.quantity, event.quantity * event.price, event.fee
    fields = [(voice.say("fields.price"), voice.price(event.price))]
    if len(subject.fills) > 1:
        got = Quantity(sum((fill.quantity for fill in subject.fills), ZERO))
        value = sum((fill.quantity * fill.price for fill in subject.fills), ZERO)
        fee = sum((fill.fee for fill in subject.fills), ZERO)
        fields = [
            (
                voice.say("fields.average_price"),
                voice.price((value / got).quantize(subject.instrument.price_step)),
            ),
            (voice.say("fields.fills"), str(len(subject.fills))),
        ]
    quantity = voice.quantity(got)
    fields += [
        (voice.say("fields.value"), voice.money(value, subject.instrument.quote)),
        (voice.say("fields.fee"), voice.money(fee, event.fee_currency)),
    ]
    is_forced = order.purpose in FORCED
    if is_forced:
        realized = sum((fill.realized for fill in subject.fills), ZERO)
        profit = voice.money(realized, subject.instrument.quote, signed=True)
        fields.append((voice.say("fields.realized"), profit))
    if not is_whole:
        left = voice.quantity(max(order.remaining, ZERO))
        fields.append((voice.say("fields.remaining"), left))
    return Card(
        voice.say(f"notice.{key}", quantity=quantity, symbol=symbol),
        text=voice.say(f"notice.forced.{key}") if is_forced else "",
        fields=(*fields, (voice.say("fields.order"), order.client_order_id[:6])),
        badge=_badge(subject, voice),
        hint=voice.say("notice.forced.hint" if is_forced else "notice.fill_hint"),
        tone=Tone.BAD if is_forced else Tone.GOOD,
    )


def _order_news(event: Event, subject: Subject, order: Order, voice: Voice) -> Card | None:
    name = _NEWS.get(type(event))
    if name is None:
        return None
    facts_of = {
        "side": voice.say(f"side.{order.terms.side.value}"),
        "quantity": voice.quantity(order.terms.quantity),
        "symbol": order.terms.symbol,
        "order": order.client_order_id[:6],
        "replaced": (order.replaces or "")[:6],
        "terms": described(order.terms, voice),
        "reason": reason_words(str(getattr(event, "reason", "")), voice),
    }
    return Card(
        voice.say(f"notice.{name}.title", **facts_of),
        text=voice.say(f"notice.{name}.text", **facts_of),
        badge=_badge(subject, voice),
        tone=Tone.NEUTRAL if name in {"canceled", "replaced", "succeeded"} else Tone.WARNING,
    )


_NEWS: dict[type, str] = {
    facts.OrderAccepted: "succeeded",
    facts.OrderRejected: "rejected",
    facts.OrderExpired: "expired",
    facts.OrderCanceled: "canceled",
    facts.OrderCancelRejected: "cancel_rejected",
    facts.OrderReplaced: "replaced",
    facts.OrderReplaceRejected: "replace_rejected",
    facts.OrderBecameUnknown: "unknown",
    facts.OrderNeverArrived: "never_arrived",
}


def _alert(event: facts.AlertFired, subject: Subject, voice: Voice) -> Card:
    alert = event.alert
    buttons = [Button(voice.say("notice.alert.chart"), f"/chart {alert.symbol}")]
    if alert.repeat is Repeat.ALWAYS:  # one that fires once is gone by now
        buttons.append(Button(voice.say("notice.alert.snooze"), f"/snooze {alert.id} 1h"))
    return Card(
        voice.say("notice.alert.title", symbol=alert.symbol),
        fields=(
            (voice.say("fields.condition"), alert.formula),
            (voice.say("fields.price"), voice.price(event.price)),
            (voice.say("fields.time"), voice.when(event.at)),
            *(((voice.say("fields.note"), alert.note),) if alert.note else ()),
        ),
        badge=badge(subject.kind, voice),
        buttons=tuple(buttons),
        hint=voice.say("notice.alert.hint", symbol=alert.symbol),
        tone=Tone.WARNING,
    )
