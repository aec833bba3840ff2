"""The order's state machine: one function from order and event to order.

    initialized ─► submitted ─► accepted ─► partially_filled ─► filled
         │             │            │ ▲              │
         ▼             ▼            ▼ │              ▼
      denied       rejected    triggered     pending_cancel ─► canceled, expired

Reports come late, twice and out of order, so nothing here raises: what no longer fits leaves the
state as it is, and a fill counts in whatever state it finds the order, for the venue has it.
"""

from __future__ import annotations

from engine.domain.events import (
    BEING_CHANGED,
    ExecutionEnded,
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
    OrderReplaceRejected,
    OrderReplaceRequested,
    OrderSubmitted,
    OrderTriggered,
)
from engine.domain.identifiers import THE_DESK
from engine.domain.money import ZERO, Quantity
from engine.domain.order import (
    ACCEPTED,
    FILLED,
    INITIALIZED,
    SUBMITTED,
    Order,
    OrderState,
    OrderTerms,
)
from engine.domain.values import changed, copier

_with_state = copier(Order, "state", "updated_at")
_with_place = copier(Order, "state", "venue_order_id", "unknown", "updated_at")
_with_fill = copier(Order, "filled", "filled_value", "state", "unknown", "updated_at")

_EARLY = INITIALIZED, SUBMITTED
_RESTING = ACCEPTED, OrderState.TRIGGERED, OrderState.PARTIALLY_FILLED


def evolved(order: Order, event: OrderEvent) -> Order:
    """The order after an event; the very same object where the event changes nothing."""
    match event:
        case OrderFilled():
            return _filled(order, event)
        case OrderSubmitted():
            return _moved(order, SUBMITTED, event, when=(INITIALIZED,))
        case OrderAccepted():
            return _accepted(order, event)
        case OrderTriggered():
            return _moved(order, OrderState.TRIGGERED, event, when=_RESTING[:1])
        case OrderCancelRequested():
            return _cancel_asked(order, event)
        case OrderCancelRejected():
            return _cancel_refused(order, event)
        case OrderReplaced():
            return _replaced(order, event)
        case OrderReplaceRequested() | OrderReplaceRejected():
            return _change_asked(order, event)
        case OrderBecameUnknown():
            return _unknown(order, event)
        case OrderNeverArrived():
            return _never_arrived(order, event)
        case OrderRejected() | OrderCanceled() | OrderExpired() | ExecutionEnded():
            return _ended(order, event)


def _cancel_asked(order: Order, event: OrderCancelRequested) -> Order:
    """Before the venue has answered it is noted, and holds once the order rests.

    What a person wants goes before what the desk asked for already.
    """
    asked = _moved(order, OrderState.PENDING_CANCEL, event, when=_RESTING)
    is_desks = order.state is OrderState.PENDING_CANCEL and order.canceled_by == THE_DESK
    is_noted = asked is not order or order.state is SUBMITTED or is_desks
    return changed(asked, canceled_by=event.by) if is_noted else order


def _cancel_refused(order: Order, event: OrderCancelRejected) -> Order:
    rests = _moved(order, _resting_state(order), event, when=(OrderState.PENDING_CANCEL,))
    is_off = rests is not order or order.state is SUBMITTED
    return changed(rests, canceled_by=None) if is_off and order.canceled_by else rests


def _filled(order: Order, event: OrderFilled) -> Order:
    filled = Quantity(order.filled + event.quantity)
    # While it is being made larger, nobody knows whether that was all.
    whole = max(order.terms.quantity, order.aimed.quantity)
    state = FILLED if filled >= whole else _partly(order)
    value = order.filled_value + event.quantity * event.price
    return _with_fill(order, filled, value, state, False, event.at)


def _accepted(order: Order, event: OrderAccepted) -> Order:
    if order.state in _EARLY:
        state = ACCEPTED if order.canceled_by is None else OrderState.PENDING_CANCEL
        return _with_place(order, state, event.venue_order_id, False, event.at)
    if order.venue_order_id == event.venue_order_id and not order.unknown:
        return order
    number, known = event.venue_order_id, (order.venue_order_id, *order.earlier_numbers)
    # Its fills until now stay under the number that it had.
    earlier = tuple(dict.fromkeys(each for each in known if each not in (None, number)))
    return changed(order, venue_order_id=number, earlier_numbers=earlier, unknown=False)


def _partly(order: Order) -> OrderState:
    if not order.is_open:
        return order.state
    return OrderState.PARTIALLY_FILLED if order.canceled_by is None else OrderState.PENDING_CANCEL


def _resting_state(order: Order) -> OrderState:
    return OrderState.PARTIALLY_FILLED if order.filled else ACCEPTED


def _moved(
    order: Order, state: OrderState, event: OrderEvent, *, when: tuple[OrderState, ...]
) -> Order:
    return _with_state(order, state, event.at) if order.state in when else order


def _change_asked(order: Order, event: OrderReplaceRequested | OrderReplaceRejected) -> Order:
    if isinstance(event, OrderReplaceRejected) and event.reason == BEING_CHANGED:
        return order
    asked = event.terms if isinstance(event, OrderReplaceRequested) and order.is_open else None
    if order.asked == asked:
        return order
    # What filled while it was to be made larger was all, where it was not.
    is_whole = asked is None and order.is_open and ZERO < order.terms.quantity <= order.filled
    return changed(order, asked=asked, state=FILLED if is_whole else order.state)


def _replaced(order: Order, event: OrderReplaced) -> Order:
    asked = None if _is_made(order, event.terms) else order.asked
    if order.terms == event.terms and order.asked is asked:
        return order
    state = _state_with(order, event.terms.quantity)
    return changed(order, state=state, terms=event.terms, asked=asked, updated_at=event.at)


def _state_with(order: Order, quantity: Quantity) -> OrderState:
    """With another quantity: its last fill may be heard before the change that made it the last,
    and one that seemed to be the last before the change that made it one of several.
    """
    if order.is_open and ZERO < quantity <= order.filled:
        return FILLED
    if order.state is FILLED and quantity > order.filled:
        stays = order.canceled_by is None
        return OrderState.PARTIALLY_FILLED if stays else OrderState.PENDING_CANCEL
    return order.state


def _is_made(order: Order, terms: OrderTerms) -> bool:
    """Whether these are what was asked for; a quantity that the desk sees to is not."""
    asked = order.asked
    if asked is None:
        return False
    # A trailing stop moves by itself.
    is_there = asked.trail is not None or (
        (asked.price, asked.stop_price) == (terms.price, terms.stop_price)
    )
    return is_there and (order.is_sized or asked.quantity == terms.quantity)


def _unknown(order: Order, event: OrderBecameUnknown) -> Order:
    if order.unknown or not order.is_open:
        return order
    return changed(order, unknown=True, reason=event.reason, updated_at=event.at)


def _never_arrived(order: Order, event: OrderNeverArrived) -> Order:
    if not order.is_open:
        return order
    return changed(
        order,
        state=OrderState.DENIED,
        reason="never_arrived",
        unknown=False,
        updated_at=event.at,
    )


def _ended(
    order: Order, event: OrderRejected | OrderCanceled | OrderExpired | ExecutionEnded
) -> Order:
    if not order.is_open:
        return order
    ends = {
        OrderRejected: OrderState.REJECTED,
        OrderCanceled: OrderState.CANCELED,
        OrderExpired: OrderState.EXPIRED,
        ExecutionEnded: OrderState.EXPIRED,
    }
    by = event.by if isinstance(event, OrderCanceled) else None
    return changed(
        order,
        state=ends[type(event)],
        reason=event.reason,
        unknown=False,
        updated_at=event.at,
        canceled_by=by or order.canceled_by,
    )
