"""Taking an order back."""

from __future__ import annotations

from engine.domain.commands import CancelOrder, VenueCommand
from engine.domain.events import Event, OrderCanceled, OrderCancelRequested
from engine.domain.identifiers import PersonId
from engine.domain.order import INITIALIZED, Order


def cancelling(order: Order, by: PersonId, at: int) -> tuple[Event, tuple[VenueCommand, ...]]:
    """What has not left is canceled here and now; the rest is asked of the venue."""
    if order.state is INITIALIZED or order.twap is not None:
        return OrderCanceled(order.client_order_id, "by_request", at, by), ()
    requested = OrderCancelRequested(order.client_order_id, by, at)
    command = CancelOrder.of(order)
    return requested, (command,)
