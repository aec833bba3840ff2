"""What must hold of each row of the journal, as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from tests.simulation.changing import as_changed, as_shrunk
from tests.simulation.confirmed import as_confirmed
from tests.simulation.evidence import Evidence
from tests.simulation.faces import ALL, TWO
from tests.simulation.on_margin import passes_on_margin
from tests.simulation.record import ENDS, Happened

_ZERO = Decimal(0)
_BAND = Decimal("0.0101")
"""How far the price may move before a yes needs a new card, and a little for rounding."""
_TRADERS = "trader", "manager", "owner"
_ROLES = {**TWO.roles, **ALL.roles}


def fills_are_the_exchanges_own(seen: Evidence, row: Happened) -> str:
    """What is booked was executed there, exactly so, and is booked once."""
    if row.kind != "OrderFilled":
        return ""
    name, trade = row.body["client_order_id"], row.body["trade_id"]
    if (name, trade) in seen.record.trades:
        return f"{trade} is booked twice"
    true = seen.exchange.executed(name, trade)
    if true is None:
        return f"{trade} was never executed"
    ours = tuple(Decimal(row.body[name]) for name in ("quantity", "price", "fee"))
    if ours != (true.quantity, true.price, true.fee):
        return f"{trade} is booked as {ours}, executed as {true}"
    return ""


def orders_are_confirmed_by_their_own_sender(seen: Evidence, row: Happened) -> str:
    """Behind each order stands its sender's yes to exactly it, or an order that has one."""
    if row.kind != "OrderInitialized":
        return ""
    order = row.body["order"]
    if order.get("parent"):
        parent = seen.record.orders.get(order["parent"])
        return "" if parent is not None else f"child of an unknown order {order['parent']}"
    if order["purpose"] == "flatten":
        return "" if seen.record.is_closing else "closed without a halt that closes"
    key = seen.record.key_of(row.sequence)
    ticket = seen.record.ticket(key) if key else None
    replaced = order.get("replaces")
    if ticket is None and replaced:
        return as_shrunk(seen.record.orders[replaced].terms, order)
    if ticket is None:
        return f"{order['client_order_id']} has no ticket (intent {key})"
    person, conversation, state, used_by, body = ticket
    message = seen.record.message(used_by)
    if state != "used" or message is None:
        return f"ticket of {order['client_order_id']} is {state}"
    platform, sender, here, _, text = message
    placer = seen.record.orders[replaced].body["placed_by"] if replaced else person
    if (f"{platform}:{sender}", here) != (person, conversation) or order["placed_by"] != placer:
        return f"{sender} in {here} confirmed what {person} was asked in {conversation}"
    if text.startswith("/") and not text.startswith("/yes"):
        return f"confirmed by {text!r}"
    if _ROLES.get(person) not in _TRADERS:
        return f"{person} may not trade"
    asked = orjson.loads(body)
    if replaced:
        return as_changed(seen, order, asked)
    held = seen.record.positions.get(order["terms"]["symbol"], _ZERO)
    return as_confirmed(order, asked, "buy" if held < 0 else "sell")


def what_closes_everything_was_confirmed(seen: Evidence, row: Happened) -> str:
    """A person's halt closes what is held only after their yes to that."""
    if row.kind != "TradingHalted" or not row.body["flatten"] or row.body["cause"] != "person":
        return ""
    ticket = seen.record.ticket(row.body["key"])
    if ticket is None or ticket[2] != "used":
        return "everything is closed without a yes"
    return "" if orjson.loads(ticket[4])["command"] == "halt" else "no halt was confirmed"


def a_yes_comes_in_time_and_at_the_price(seen: Evidence, row: Happened) -> str:
    """It was heard while the card held, and the price was still the one on the card."""
    key = seen.record.key_of(row.sequence) if row.kind == "OrderInitialized" else None
    ticket = seen.record.ticket(key) if key else None
    if ticket is None:
        return ""
    asked = orjson.loads(ticket[4])
    number, heard = ticket[3], seen.record.heard_at(ticket[3])
    if heard > asked["expires_at"]:
        return f"message {number} came {heard - asked['expires_at']} ms after the card's time"
    symbol = row.body["order"]["terms"]["symbol"]
    then, tick = asked["reference_price"], seen.prices.last[symbol]
    is_sure = seen.timeline.now - max(seen.begun_at, seen.weather.trouble_until) > 60
    if " " in str(asked["arguments"].get("symbol", "")):
        return ""  # several at once: what was shown is what all of them are worth
    if not then or not is_sure or seen.timeline.ms() - tick.at < 500:
        return ""
    sign = 1 if row.body["order"]["terms"]["side"] == "buy" else -1
    now = tick.ask if sign > 0 else tick.bid
    moved = abs(now - Decimal(then)) / Decimal(then)
    limit = row.body["order"]["terms"]["price"] or row.body["order"]["terms"]["stop_price"]
    return f"the price moved by {moved:.4f} since the card" if moved > _BAND and not limit else ""


def orders_passed_the_rules(seen: Evidence, row: Happened) -> str:
    """Every rule, reckoned anew from the record, lets the order pass."""
    if row.kind != "OrderInitialized" or row.body["order"].get("parent"):
        return ""
    if row.body["order"].get("replaces") and seen.record.key_of(row.sequence) is None:
        return ""  # less of what has passed them
    if seen.perpetuals is not None:
        return passes_on_margin(seen, row.body["order"]["terms"])
    record, order = seen.record, row.body["order"]
    terms = order["terms"]
    symbol, quantity = terms["symbol"], Decimal(terms["quantity"])
    held = record.positions.get(symbol, _ZERO)
    sells = terms["side"] == "sell"
    instrument = next(each for each in seen.listed if each.symbol == symbol)
    if quantity <= 0 or quantity % instrument.quantity_step:
        return f"quantity {quantity} is off the step"
    if sells:
        return "" if quantity <= held else f"{quantity} sold, {held} held"
    if record.is_halted:
        return "bought while halted"
    tick = seen.prices.last[symbol]
    price = Decimal(terms["price"] or terms["stop_price"] or tick.ask)
    limit = {**seen.limits, **record.limits}.get("max_order_value")
    # The price that was judged may be some ticks old.
    if limit is not None and quantity * price > limit * Decimal("1.07"):
        return f"worth {quantity * price}, at most {limit}"
    cash, taken = record.cash[instrument.quote], _taken_by_others(seen, order)
    if quantity * price + taken > cash * Decimal("1.05"):
        return f"worth {quantity * price} beside {taken}, cash {cash}"
    return ""


def _taken_by_others(seen: Evidence, order: Mapping[str, Any]) -> Decimal:
    """Cash that open buys will take, at their own price or the last."""
    total = _ZERO
    for told in seen.record.open():
        is_other = told.name not in (order["linked"], order["replaces"])
        if is_other and told.sign > 0 and not told.parent:
            terms = told.terms
            price = terms["price"] or terms["stop_price"] or seen.prices.last[terms["symbol"]].last
            total += seen.record.remaining(told) * Decimal(price)
    return total


def nothing_leaves_that_a_halt_forbids(seen: Evidence, row: Happened) -> str:
    """While halted, only what reduces is submitted."""
    if row.kind != "OrderSubmitted" or not seen.record.is_halted:
        return ""
    order = seen.record.orders[row.body["client_order_id"]]
    return f"{order.name} is submitted while halted" if seen.adds_risk(order.terms) else ""


def what_ended_has_ended(seen: Evidence, row: Happened) -> str:
    """An order is only called over when it is over at the exchange, or can never get there."""
    if row.kind not in ENDS:
        return ""
    name = row.body["client_order_id"]
    known = seen.exchange.orders.get(name)
    if known and known[-1].is_open:
        return f"{name} is {row.kind} ({row.body.get('reason', '')}) and rests at the exchange"
    if row.kind != "OrderNeverArrived":
        return ""
    if known:
        return f"{name} is said never to have arrived, and did"
    if seen.timeline.now - seen.sent.get(name, -1e9) < seen.exchange.nature.latest_seconds:
        return f"{name} is said never to have arrived, and may still"
    return ""


def nothing_goes_that_nobody_asked_to_go(seen: Evidence, row: Happened) -> str:
    """The exchange cancels what serves no other order only where that was asked for."""
    if row.kind != "OrderCanceled" or row.body["reason"] != "canceled on request":
        return ""
    told = seen.record.orders[row.body["client_order_id"]]
    is_asked = told.parent is not None or told.cancel_asked_by
    return "" if is_asked else f"{told.name} was canceled, and nobody had asked for that"
