"""What the venue knows of an order, told again as reports."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderNeverArrived,
    OrderRejected,
    OrderReplaced,
    VenueReport,
)
from engine.domain.money import ZERO
from engine.domain.order import Order, OrderState, OrderType
from engine.domain.values import changed
from engine.ports.venue import VenueOrder


def told(ours: Order, found: VenueOrder | None, at: int) -> list[VenueReport]:
    """The reports that bring our order to where the venue has it; repeats are harmless.

    None means that the venue was asked when nothing could be under way any more.
    """
    name = ours.client_order_id
    if found is None:
        return [OrderNeverArrived(name, at)]
    reports: list[VenueReport] = [OrderAccepted(name, found.venue_order_id, at)]
    if other_terms(ours, found):
        rests = found.order.terms
        terms = changed(
            ours.terms,
            quantity=rests.quantity,
            price=rests.price,
            stop_price=rests.stop_price,
        )
        reports.append(OrderReplaced(name, terms, at))
    reports.extend(found.fills)
    filled = sum((fill.quantity for fill in found.fills), ZERO)
    match found.order.state:
        case OrderState.FILLED if found.order.terms.quantity <= filled and (
            filled < ours.terms.quantity or ours.remaining <= ZERO
        ):
            # It had been made smaller, unheard or late, and has filled whole: nothing is left.
            reports.append(OrderCanceled(name, "made smaller", at))
        case OrderState.CANCELED:
            reports.append(OrderCanceled(name, found.order.reason, at))
        case OrderState.EXPIRED:
            reports.append(OrderExpired(name, found.order.reason, at))
        case OrderState.REJECTED:
            reports.append(OrderRejected(name, found.order.reason, at))
    return reports


def in_turn(reports: Iterable[VenueReport]) -> list[VenueReport]:
    """What was told of several orders, with their fills in the order in which they were made.

    Whose position a sale closes depends on what was bought before it.
    """
    return sorted(reports, key=_turn)


def _turn(report: VenueReport) -> tuple[int, int]:
    if isinstance(report, OrderFilled):
        return 1, report.at
    return (0 if isinstance(report, OrderAccepted | OrderReplaced) else 2), 0


def other_terms(ours: Order, found: VenueOrder) -> tuple[Decimal, Decimal] | None:
    """The first term, ours and theirs, on which an order rests otherwise than we know.

    A trailing stop's price is the venue's own to move; what rests no more is not compared.
    """
    here, there = ours.terms, found.order.terms
    if not found.order.is_open or here.trail is not None or here.type is OrderType.MARKET:
        return None
    pairs = (
        (here.price, there.price),
        (here.stop_price, there.stop_price),
        (here.quantity, there.quantity),
    )
    known = ((a, b) for a, b in pairs if a is not None and b is not None)
    return next(((a, b) for a, b in known if a != b), None)
