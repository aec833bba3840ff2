"""What the venue knows of an order, told again as reports."""

from __future__ import annotations

from engine.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderNeverArrived,
    OrderRejected,
    VenueReport,
)
from engine.domain.order import Order, OrderState
from engine.ports.venue import VenueOrder


def told(ours: Order, found: VenueOrder | None, at: int) -> list[VenueReport]:
    """The reports that bring our order to where the venue has it; repeats are harmless.

    None means that the venue was asked when nothing could be under way any more.
    """
    name = ours.client_order_id
    if found is None:
        return [OrderNeverArrived(name, at)]
    reports: list[VenueReport] = [OrderAccepted(name, found.venue_order_id, at), *found.fills]
    match found.order.state:
        case OrderState.CANCELED:
            reports.append(OrderCanceled(name, found.order.reason, at))
        case OrderState.EXPIRED:
            reports.append(OrderExpired(name, found.order.reason, at))
        case OrderState.REJECTED:
            reports.append(OrderRejected(name, found.order.reason, at))
    return reports
