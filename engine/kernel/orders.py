"""What people ask of orders: place, send, cancel, replace."""

from __future__ import annotations

from decimal import Decimal

from engine.domain import requests as wishes
from engine.domain.commands import ModifyOrder, SubmitOrder
from engine.domain.events import (
    BEING_CHANGED,
    Event,
    OrderDenied,
    OrderInitialized,
    OrderReplaceRejected,
    OrderReplaceRequested,
)
from engine.domain.instrument import Instrument
from engine.domain.money import Price, Quantity
from engine.domain.order import (
    MARKET,
    Order,
    OrderState,
    OrderTerms,
    OrderType,
    Purpose,
)
from engine.domain.values import changed, constructor
from engine.execution.naming import client_order_id
from engine.kernel import slices
from engine.kernel.replacing import succeeded
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step
from engine.risk.proposal import Asker

_asker = constructor(Asker)
_initialized = constructor(OrderInitialized)
_new = constructor(Order)
_submit = constructor(SubmitOrder)
_OCO = "oco"
"""What the name of a pair's other order is made from, beside the key."""


def on_place(state: State, wish: wishes.PlaceOrder) -> Step:
    """Judge it; what passes is written as initialized, what does not as denied."""
    order = _order(wish)
    other = _other(order, wish)
    orders = (order,) if other is None else (order, other)
    asker = _asker(wish.by, wish.origin, wish.repeats)
    events: list[Event] = []
    for each in orders:
        breach, warnings = state.judge_new(each, asker, None if each is order else order.terms)
        if breach is not None:
            denied = changed(order, state=OrderState.DENIED, reason=breach.rule, linked=None)
            details = tuple(sorted(breach.facts.items()))
            return state.happened(OrderDenied(denied, breach.rule, details, wish.at))
        events.append(_initialized(each, warnings, wish.at))
    if order.twap is not None:
        return state.happened(*events).then(slices.worked(state, order.client_order_id, wish.at))
    commands = tuple([_submit(each) for each in orders])
    return state.happened(*events, commands=commands)


def _order(wish: wishes.PlaceOrder) -> Order:
    triggers = wish.triggers
    if triggers is not None:
        triggers = changed(triggers, of=wish.terms.quantity)
    return _new(
        client_order_id=client_order_id(wish.key),
        account=wish.account,
        terms=wish.terms,
        placed_by=wish.by,
        placed_at=wish.at,
        expires_to_send_at=wish.expires_to_send_at,
        updated_at=wish.at,
        parent=wish.parent,
        stop_loss=wish.stop_loss,
        targets=wish.targets,
        linked=client_order_id(wish.key, _OCO) if wish.oco is not None else None,
        triggers=triggers,
        twap=wish.twap,
        purpose=wish.purpose,
        origin=wish.origin,
    )


def _other(order: Order, wish: wishes.PlaceOrder) -> Order | None:
    """The other one of a pair."""
    if order.linked is None or wish.oco is None:
        return None
    return changed(
        order, client_order_id=order.linked, terms=wish.oco, linked=order.client_order_id
    )


def on_replace(state: State, wish: wishes.ReplaceOrder) -> Step:
    order = state.orders.open.get(wish.order)
    if order is None or order.account != wish.account:
        return NOTHING
    name, instrument = order.client_order_id, state.instruments[order.terms.symbol]
    if reason := fixed(order, instrument, price=wish.price, quantity=wish.quantity):
        return state.happened(OrderReplaceRejected(name, reason, wish.at))
    terms = altered(order, price=wish.price, quantity=wish.quantity)
    breach = state.judge_change(order, unfilled(order, terms), wish.at)
    if breach is not None:
        return state.happened(OrderReplaceRejected(name, breach.rule, wish.at))
    if not instrument.amends:
        return succeeded(state, order, terms, wish.at, client_order_id(wish.key))
    asked = OrderReplaceRequested(name, terms, wish.by, wish.at)
    return state.happened(asked, commands=(ModifyOrder.of(order, terms),))


def altered(order: Order, *, price: Decimal | None, quantity: Decimal | None) -> OrderTerms:
    """The whole terms of an order with another price, which for a stop is where it triggers, or
    another quantity.
    """
    terms, new = order.terms, Price(price) if price is not None else None
    is_stop = terms.type is OrderType.STOP
    return changed(
        terms,
        price=terms.price if is_stop else new or terms.price,
        stop_price=(new or terms.stop_price) if is_stop else terms.stop_price,
        quantity=Quantity(quantity) if quantity is not None else terms.quantity,
    )


def unfilled(order: Order, terms: OrderTerms) -> OrderTerms:
    """What is left to fill of an order with these whole terms."""
    return changed(terms, quantity=Quantity(terms.quantity - order.filled))


def fixed(
    order: Order, instrument: Instrument, *, price: Decimal | None, quantity: Decimal | None
) -> str:
    """Why an order cannot be changed so, or nothing."""
    if not instrument.amends and not order.terms.reduce_only:
        return "cannot_change"
    if order.twap is not None or order.purpose is Purpose.SLICE:
        return "twap_is_fixed"
    if quantity is not None and order.linked is not None:
        return "linked_quantity"
    if quantity is not None and order.is_protection:
        return "follows_entry"
    if order.asked is not None:
        return BEING_CHANGED
    if quantity is not None and quantity <= order.filled:
        return "already_filled"
    if price is not None and order.terms.type in (MARKET, OrderType.TRAILING_STOP):
        return "has_no_price"
    return ""
