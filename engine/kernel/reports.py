"""What a venue says of an order."""

from __future__ import annotations

from engine.domain.events import (
    OrderAccepted,
    OrderAdopted,
    OrderCancelRejected,
    OrderFilled,
    OrderReplaceRejected,
    VenueReport,
)
from engine.domain.order import Order
from engine.domain.requests import BookForced
from engine.execution.transitions import evolved
from engine.kernel.following import followed
from engine.kernel.halting import flattened
from engine.kernel.sending import released
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step, stepped

_REFUSALS = OrderCancelRejected, OrderReplaceRejected


def on_report(state: State, report: VenueReport) -> Step:
    order = state.orders.get(report.client_order_id)
    if order is None:
        return NOTHING
    after = evolved(order, report)
    # That a cancel or a change was refused is news even where the order stays as it was.
    if after is order and not isinstance(report, _REFUSALS):
        return NOTHING
    state.put(after)
    return stepped((report,)).then(_followed(state, order, report.at))


def on_fill(state: State, report: OrderFilled) -> Step:
    order = state.orders.get(report.client_order_id)
    fill = state.apply(report) if order is not None else None
    if order is None or fill is None:  # none of ours, or booked before
        return NOTHING
    return stepped((report,), (), (fill,)).then(_followed(state, order, report.at))


def on_forced(state: State, wish: BookForced) -> Step:
    """What a venue closed by itself, as an order of its own; what protected it goes with it."""
    name = wish.order.client_order_id
    if state.orders.get(name) is not None:
        return NOTHING
    step = state.happened(
        OrderAdopted(wish.order, wish.at), OrderAccepted(name, wish.venue_order_id, wish.at)
    )
    return step.then(on_fill(state, wish.fill))


def _followed(state: State, order: Order, at: int) -> Step:
    step = followed(state, order, at)
    step = step.then(released(state, order.account, order.terms.symbol))
    if state.kill_switch.is_flattening:
        step = step.then(flattened(state, order.account, at))
    return step
