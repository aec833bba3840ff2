"""The order's state machine: one function from order and event to order.

    initialized ─► submitted ─► accepted ─► partially_filled ─► filled
         │             │            │ ▲              │
         ▼             ▼            ▼ │              ▼
      denied       rejected    triggered     pending_cancel ─► canceled, expired

Reports come late, twice and out of order, so nothing here raises: what no longer fits leaves the
state as it is, and a fill counts in whatever state it finds the order, for the venue has it.
"""

from __future__ import annotations

from dataclasses import replace

from engine.domain.events import (
    OrderAccepted,
    OrderBecameUnknown,
    OrderCanceled,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderEvent,
    OrderExpired,
    OrderFilled,
    OrderNeverArrived,
    OrderRejected,
    OrderReplaced,
    OrderSubmitted,
    OrderTriggered,
)
from engine.domain.money import Quantity
from engine.domain.order import Order, OrderState

_RESTING = OrderState.ACCEPTED, OrderState.TRIGGERED, OrderState.PARTIALLY_FILLED


def evolved(order: Order, event: OrderEvent) -> Order:
    """The order after an event."""
    match event:
        case OrderFilled():
            return _filled(order, event)
        case OrderSubmitted():
            return _moved(order, OrderState.SUBMITTED, event, when=(OrderState.INITIALIZED,))
        case OrderAccepted():
            known = replace(order, venue_order_id=event.venue_order_id, unknown=False)
            early = OrderState.INITIALIZED, OrderState.SUBMITTED
            return _moved(known, OrderState.ACCEPTED, event, when=early)
        case OrderTriggered():
            return _moved(order, OrderState.TRIGGERED, event, when=_RESTING[:1])
        case OrderCancelRequested():
            return _moved(order, OrderState.PENDING_CANCEL, event, when=_RESTING)
        case OrderCancelRejected():
            return _moved(order, _resting_state(order), event, when=(OrderState.PENDING_CANCEL,))
        case OrderReplaced():
            return replace(order, terms=event.terms, updated_at=event.at)
        case OrderBecameUnknown():
            return replace(order, unknown=True, reason=event.reason, updated_at=event.at)
        case OrderNeverArrived():
            return _never_arrived(order, event)
        case OrderRejected() | OrderCanceled() | OrderExpired():
            return _ended(order, event)


def _filled(order: Order, event: OrderFilled) -> Order:
    filled = Quantity(order.filled + event.quantity)
    state = OrderState.FILLED if filled >= order.terms.quantity else _partly(order)
    return replace(
        order,
        filled=filled,
        filled_value=order.filled_value + event.quantity * event.price,
        state=state,
        unknown=False,
        updated_at=event.at,
    )


def _partly(order: Order) -> OrderState:
    keeps = order.state is OrderState.PENDING_CANCEL or not order.is_open
    return order.state if keeps else OrderState.PARTIALLY_FILLED


def _resting_state(order: Order) -> OrderState:
    return OrderState.PARTIALLY_FILLED if order.filled else OrderState.ACCEPTED


def _moved(
    order: Order, state: OrderState, event: OrderEvent, *, when: tuple[OrderState, ...]
) -> Order:
    return replace(order, state=state, updated_at=event.at) if order.state in when else order


def _never_arrived(order: Order, event: OrderNeverArrived) -> Order:
    if not order.is_open:
        return order
    return replace(
        order,
        state=OrderState.DENIED,
        reason="never_arrived",
        unknown=False,
        updated_at=event.at,
    )


def _ended(order: Order, event: OrderRejected | OrderCanceled | OrderExpired) -> Order:
    if not order.is_open:
        return order
    ends = {
        OrderRejected: OrderState.REJECTED,
        OrderCanceled: OrderState.CANCELED,
        OrderExpired: OrderState.EXPIRED,
    }
    return replace(
        order, state=ends[type(event)], reason=event.reason, unknown=False, updated_at=event.at
    )
