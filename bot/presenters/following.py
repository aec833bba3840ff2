"""What is said of orders that belong together: slices, protection, what another one triggers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.card import Button, Card, Tone
from bot.voice import Voice
from engine.desk import RULE_UNITS
from engine.domain import events as facts
from engine.domain.instrument import Instrument
from engine.domain.order import Order


def reason_words(reason: str, voice: Voice) -> str:
    """A reason of ours in the reader's language, with the venue's own words where there are any.

    A reason is a key, a key and words behind a colon, or words alone, which stay as they are.
    """
    kind, _, words = reason.partition(": ")
    key = f"reason.{kind.replace(' ', '_')}"
    if not voice.knows(key):
        return reason
    said = voice.say(key)
    return voice.say("reason.in_its_words", reason=said, words=words) if words else said


def refusal_facts(facts: Mapping[str, str], voice: Voice) -> dict[str, str]:
    """What a rule says of its refusal, its reason in the reader's language."""
    return {**facts, "reason": reason_words(facts.get("why", ""), voice)}


def way_out(rule: str, facts: Mapping[str, str], voice: Voice) -> str:
    """What to do about a rule's refusal; the limits without words of their own share theirs."""
    own = f"risk.way_out.{rule}"
    shares = rule in RULE_UNITS and not voice.knows(own)
    return voice.say("risk.way_out.limit" if shares else own, **{"rule": rule, **facts})


def executed(
    event: facts.ExecutionEnded, order: Order, instrument: Instrument, badge: str, voice: Voice
) -> Card:
    """All slices of an order in one card."""
    fields = [(voice.say("notice.executed.slices"), str(event.slices))]
    if order.average_price is not None:
        price = instrument.price(order.average_price)
        fields += [
            (voice.say("notice.executed.average"), voice.price(price)),
            (voice.say("fields.value"), voice.money(order.filled_value, instrument.quote)),
            (voice.say("fields.fee"), voice.money(event.fee, event.fee_currency)),
        ]
    if order.remaining > 0:
        fields.append((voice.say("notice.executed.left"), voice.quantity(order.remaining)))
        if event.reason:
            fields.append((voice.say("notice.executed.why"), reason_words(event.reason, voice)))
    return Card(
        voice.say(
            f"notice.executed.{order.terms.side.value}",
            quantity=voice.quantity(order.filled),
            symbol=order.terms.symbol,
        ),
        fields=(*fields, (voice.say("fields.order"), order.client_order_id[:6])),
        badge=badge,
        hint=voice.say("notice.fill_hint"),
        tone=Tone.GOOD if order.remaining <= 0 else Tone.WARNING,
    )


def differs(
    event: facts.ProtectionDiffers, order: Order, argument: str, badge: str, voice: Voice
) -> Card:
    """What is not covered, and what is being done about it; `argument` names the account."""
    symbol = order.terms.symbol
    return Card(
        voice.say("notice.protection.title", symbol=symbol),
        text="\n".join(
            (
                voice.say(
                    "notice.protection.text",
                    wanted=voice.quantity(event.wanted),
                    standing=voice.quantity(event.standing),
                    what=voice.say(f"notice.protection.{event.purpose.value}"),
                ),
                voice.say(f"notice.protection.remedy.{event.remedy.value}"),
            )
        ),
        badge=badge,
        buttons=(Button(f"/close {symbol}", f"/close {symbol}{argument}"),),
        hint=voice.say("notice.protection.hint", symbol=symbol),
        tone=Tone.BAD,
    )


def restored(order: Order, badge: str, voice: Voice) -> Card:
    """That all is covered again."""
    return Card(
        voice.say("notice.protected.title", symbol=order.terms.symbol),
        text=voice.say("notice.protected.text"),
        badge=badge,
        tone=Tone.GOOD,
    )


def triggered_denied(event: facts.OrderDenied, badge: str, voice: Voice) -> Card:
    """An order that was to follow another was refused by the desk when its time came."""
    order, details = event.order, refusal_facts(dict(event.facts), voice)
    return Card(
        voice.say("notice.triggered_denied.title", order=(order.parent or "")[:6]),
        text=voice.say(
            "notice.triggered_denied.text",
            side=voice.say(f"side.{order.terms.side.value}"),
            quantity=voice.quantity(order.terms.quantity),
            symbol=order.terms.symbol,
            reason=voice.say(f"risk.refuse.{event.rule}", **details),
        ),
        hint=way_out(event.rule, details, voice),
        badge=badge,
        tone=Tone.WARNING,
    )
