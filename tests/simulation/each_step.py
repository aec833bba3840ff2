"""What must hold after each commit, of each order that leaves, and of each card that is shown."""

from __future__ import annotations

from bot.card import Card
from bot.message import OutgoingMessage
from engine.domain.order import Order
from tests.simulation.evidence import Evidence
from tests.simulation.on_margin import same_money


def cash_is_conserved(seen: Evidence) -> str:
    """What the desk has is what it began with less what its fills and their fees cost."""
    book = seen.book
    if book is not None and not same_money(seen, dict(book.cash), seen.record.cash):
        return f"the desk has {dict(book.cash)}, the fills leave {seen.record.cash}"
    return ""


def positions_are_the_sum_of_fills(seen: Evidence) -> str:
    book = seen.book
    if book is None:
        return ""
    ours = {symbol: p.quantity for symbol, p in book.positions.items() if p.quantity}
    told = {symbol: q for symbol, q in seen.record.positions.items() if q}
    return f"the desk holds {ours}, the fills come to {told}" if ours != told else ""


def nothing_leaves_before_it_is_written(seen: Evidence, order: Order) -> str:
    told = seen.record.orders.get(order.client_order_id)
    if told is None or not told.submitted:
        return f"{order.client_order_id} leaves and the journal does not say so"
    return ""


def no_order_leaves_too_late(seen: Evidence, order: Order) -> str:
    """It is sent within its time from the yes, or never; what a halt closes waits for its room, and
    what takes another one's place for that.
    """
    told = seen.record.orders[order.client_order_id]
    if told.body["purpose"] == "flatten" or told.body.get("replaces"):
        return ""
    key = seen.record.key_of(told.first)
    ticket = seen.record.ticket(key) if key and not told.parent else None
    message = seen.record.message(ticket[3]) if ticket else None
    if message is None:
        return ""
    update = seen.chat.updates[message[0], message[3]]
    since = update.received if update.received is not None else seen.timeline.now
    if seen.jumped_at > since:
        return ""
    age = seen.timeline.now - since
    most = 31.0 if told.terms["type"] == "market" else 61.0
    return f"{order.client_order_id} leaves {age:.0f} s after the yes" if age > most else ""


def nothing_leaves_that_was_taken_back(seen: Evidence, order: Order) -> str:
    """A cancel or a halt while it waited for its venue keeps it here."""
    asked = seen.record.orders[order.client_order_id].cancel_asked_by
    return f"{order.client_order_id} leaves after {sorted(asked)} took it back" if asked else ""


def what_goes_in_slices_stays(_seen: Evidence, order: Order) -> str:
    """Its slices leave, never the whole."""
    return f"{order.client_order_id} leaves whole" if order.twap is not None else ""


def each_intent_arrives_once(seen: Evidence, order: Order) -> str:
    """Counted at the exchange: one order a name, and one entry a ticket."""
    if len(seen.exchange.orders.get(order.client_order_id, [])) > 1:
        return f"{order.client_order_id} was executed twice"
    told = seen.record.orders.get(order.client_order_id)
    if told is None or told.parent:
        return ""
    key = told.key = told.key or seen.record.key_of(told.first)
    twins = [
        each.name
        for each in seen.record.orders.values()
        if each.key == key
        and each.name in seen.exchange.orders
        and each.name != told.body.get("linked")
        and each.terms["symbol"] == told.terms["symbol"]
    ]
    return f"{key} made {twins}" if key and len(twins) > 1 else ""


def no_secret_is_shown(seen: Evidence, message: OutgoingMessage, card: Card) -> str:
    text = repr(card)
    found = [canary for canary in seen.canaries if canary in text]
    return f"{card.title!r} shows {found}" if found else ""


def answers_go_where_they_were_asked_for(
    seen: Evidence, message: OutgoingMessage, card: Card
) -> str:
    if not message.key.startswith("answer:"):
        return ""
    asked = seen.record.message(int(message.key.split(":")[1]))
    if asked is None or asked[2] != message.conversation:
        return f"{message.key} is shown in {message.conversation}, asked for in {asked}"
    return ""
