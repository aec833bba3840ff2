"""An order's story in words: one line for each entry that the journal has of it."""

from __future__ import annotations

from bot.presenters.following import reason_words, refusal_facts
from bot.presenters.orders import SHORT_ID, described
from bot.voice import Voice
from engine.domain import events as facts
from engine.domain.events import Event
from engine.domain.order import FORCED, Order, OrderTerms, Purpose


def line(event: Event, voice: Voice) -> str:
    """What one entry says."""
    match event:
        case facts.OrderInitialized():
            return _initialized(event, voice)
        case facts.OrderDenied():
            facts_of = refusal_facts(dict(event.facts), voice)
            reason = voice.say(f"risk.refuse.{event.rule}", **facts_of)
            return voice.say("why.event.OrderDenied", rule=event.rule, reason=reason)
        case facts.OrderAdopted():
            return voice.say("why.event.OrderAdopted", terms=worded(event.order.terms, voice))
        case facts.OrderFilled():
            return voice.say(
                "why.event.OrderFilled",
                quantity=voice.quantity(event.quantity),
                price=voice.price(event.price),
                fee=voice.money(event.fee, event.fee_currency),
                trade=event.trade_id,
            )
        case facts.OrderCancelRequested(successor=str(name)):
            return voice.say("why.event.OrderSucceeded", order=name[:SHORT_ID])
        case facts.OrderReplaced() | facts.OrderReplaceRequested():
            key = f"why.event.{type(event).__name__}"
            return voice.say(key, terms=worded(event.terms, voice))
        case facts.ProtectionDiffers():
            return voice.say(
                "why.event.ProtectionDiffers",
                wanted=voice.quantity(event.wanted),
                standing=voice.quantity(event.standing),
            )
        case _:
            return voice.say(f"why.event.{type(event).__name__}", **_plain(event, voice))


def _initialized(event: facts.OrderInitialized, voice: Voice) -> str:
    said = voice.say("why.event.OrderInitialized", terms=worded(event.order.terms, voice))
    if not event.warnings:
        return said
    close = [voice.say(f"risk.warn.{name}") for name in event.warnings]
    return " ".join((said, *close))


def _plain(event: Event, voice: Voice) -> dict[str, str]:
    """Facts that several kinds have, where this one has them."""
    return {
        "reason": reason_words(str(getattr(event, "reason", "")), voice),
        "venue_id": str(getattr(event, "venue_order_id", "")),
        "slices": str(getattr(event, "slices", "")),
    }


def worded(terms: OrderTerms, voice: Voice) -> str:
    """`buy 0.1 BTC/USDT, limit 60,000`."""
    side, quantity = voice.say(f"side.{terms.side.value}"), voice.quantity(terms.quantity)
    return f"{side} {quantity} {terms.symbol}, {described(terms, voice)}"


def cause(order: Order, voice: Voice) -> str:
    """Why it exists, where no person asked for this very order, and whose place it takes."""
    reason = _reason(order, voice)
    if order.replaces is None:
        return reason
    instead = voice.say("why.cause.replaces", order=order.replaces[:SHORT_ID])
    return " ".join(filter(None, (reason, instead)))


def _reason(order: Order, voice: Voice) -> str:
    if order.parent is not None:
        key = order.purpose.value if order.purpose is not Purpose.ENTRY else "follows"
        return voice.say(f"why.cause.{key}", parent=order.parent[:SHORT_ID])
    if order.origin is not None:
        return voice.say(f"why.cause.{order.origin.kind.value}", name=order.origin.name)
    is_named = order.purpose in {Purpose.FLATTEN, *FORCED}
    return voice.say(f"why.cause.{order.purpose.value}") if is_named else ""
