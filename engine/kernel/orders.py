"""What people ask of orders: place, send, cancel, replace."""

from __future__ import annotations

from engine.domain import requests as wishes
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder, VenueCommand
from engine.domain.events import (
    Event,
    OrderCanceled,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderDenied,
    OrderExpired,
    OrderInitialized,
    OrderSubmitted,
)
from engine.domain.identifiers import PersonId
from engine.domain.order import Order, OrderState, OrderType
from engine.domain.values import changed
from engine.execution.naming import client_order_id
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step


def on_place(state: State, wish: wishes.PlaceOrder) -> Step:
    """Judge it; what passes is written as initialized, what does not as denied."""
    order = Order(
        client_order_id=client_order_id(wish.key),
        account=wish.account,
        terms=wish.terms,
        placed_by=wish.by,
        placed_at=wish.at,
        expires_to_send_at=wish.expires_to_send_at,
        updated_at=wish.at,
        stop_loss=wish.stop_loss,
        take_profit=wish.take_profit,
    )
    breach, warnings = state.judge(state.proposal(wish.account, wish.terms, wish.at))
    if breach is not None:
        denied = changed(order, state=OrderState.DENIED, reason=breach.rule)
        details = tuple(sorted(breach.facts.items()))
        return state.happened(OrderDenied(denied, breach.rule, details, wish.at))
    initialized = OrderInitialized(order, warnings, wish.at)
    return state.happened(initialized, commands=(SubmitOrder(order),))


def on_send(state: State, wish: wishes.SendOrder) -> Step:
    """The moment before it leaves: too late or halted ends it here."""
    order = state.orders.open.get(wish.client_order_id)
    if order is None or order.state is not OrderState.INITIALIZED:
        return NOTHING
    if order.expires_to_send_at and wish.at > order.expires_to_send_at:
        return state.happened(OrderExpired(order.client_order_id, "too_late_to_send", wish.at))
    if _may_not_leave(state, order):
        return state.happened(OrderCanceled(order.client_order_id, "halted", wish.at))
    submitted = OrderSubmitted(order.client_order_id, wish.at)
    return state.happened(submitted, commands=(SubmitOrder(order),))


def _may_not_leave(state: State, order: Order) -> bool:
    """A halt that came between the yes and the sending stops what would add risk."""
    if state.halted is None or order.parent is not None:
        return False
    return not state.proposal(order.account, order.terms, order.placed_at).reduces


def on_cancel(state: State, wish: wishes.CancelOrders) -> Step:
    events: list[Event] = []
    commands: list[VenueCommand] = []
    for order_id in wish.orders:
        order = state.orders.open.get(order_id)
        if order is None or order.account != wish.account:
            continue
        event, command = cancelling(order, wish.by, wish.at)
        events.append(event)
        commands.extend(command)
    return state.happened(*events, commands=tuple(commands))


def cancelling(order: Order, by: PersonId, at: int) -> tuple[Event, tuple[VenueCommand, ...]]:
    """What has not left is canceled here and now; the rest is asked of the venue."""
    if order.state is OrderState.INITIALIZED:
        return OrderCanceled(order.client_order_id, "by_request", at), ()
    requested = OrderCancelRequested(order.client_order_id, by, at)
    command = CancelOrder(order.account, order.client_order_id, order.venue_order_id)
    return requested, (command,)


def on_replace(state: State, wish: wishes.ReplaceOrder) -> Step:
    order = state.orders.open.get(wish.order)
    if order is None or order.account != wish.account:
        return NOTHING
    terms = order.terms
    is_stop = terms.type is OrderType.STOP
    altered = changed(
        terms,
        price=terms.price if is_stop else wish.price or terms.price,
        stop_price=(wish.price or terms.stop_price) if is_stop else terms.stop_price,
        quantity=wish.quantity or terms.quantity,
    )
    breach = state.judge_change(order, altered, wish.at)
    if breach is not None:
        return state.happened(OrderCancelRejected(order.client_order_id, breach.rule, wish.at))
    command = ModifyOrder(order.account, order.client_order_id, order.venue_order_id, altered)
    return Step(commands=(command,))
