"""An order as the venue holds it: all that matching needs lies in the order and its fills.

So a venue that was stopped and loaded again goes on as if it had never stopped. In the venue's own
copy of an order
- `updated_at` is when the venue took the present terms or, once closed, when it closed;
- `terms.stop_price` of a trailing stop is where the stop stands now;
- `reason` is `resting` once a limit was seen not to cross: from then on it makes, at its limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.domain.events import OrderFilled
from engine.domain.identifiers import ClientOrderId, VenueOrderId
from engine.domain.money import NO_QUANTITY, ZERO, Price, Quantity
from engine.domain.order import (
    ACCEPTED,
    DAY,
    FILLED,
    Order,
    OrderState,
    OrderTerms,
    OrderType,
)
from engine.domain.values import changed, constructor, copier, quick
from engine.matching.checks import IMMEDIATE, LIMITS

DAY_MS = 86_400_000

_filled = copier(Order, "state", "filled", "filled_value", "reason", "updated_at")
_taken = copier(
    Order,
    "terms",
    "state",
    "venue_order_id",
    "filled",
    "filled_value",
    "updated_at",
    "unknown",
    "reason",
)
RESTING = "resting"
STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})


class Stated(Protocol):
    """An order with its fills, as a venue states and saves it."""

    @property
    def order(self) -> Order:
        """The order."""
        ...

    @property
    def fills(self) -> tuple[OrderFilled, ...]:
        """Every fill it has had."""
        ...


@quick
@dataclass(frozen=True, slots=True)
class RestingOrder:
    """An order at the venue with every fill it has had; each change gives a new value."""

    order: Order
    fills: tuple[OrderFilled, ...] = ()

    @property
    def id(self) -> ClientOrderId:
        """The client order id."""
        return self.order.client_order_id

    @property
    def rank(self) -> tuple[int, ClientOrderId]:
        """Its turn at a tick: those who came earlier first, ids deciding between equals."""
        return self.order.updated_at, self.order.client_order_id

    @property
    def awaits_trigger(self) -> bool:
        """Whether it is a stop whose level has not been reached."""
        return self.order.state is ACCEPTED and self.order.terms.type in STOPS

    @property
    def limit(self) -> Price | None:
        """The worst price it takes, None when it takes any."""
        return self.order.terms.price if self.order.terms.type in LIMITS else None

    @property
    def rests(self) -> bool:
        """Whether it has come to rest in the book, and so makes."""
        return self.order.reason == RESTING

    @property
    def is_immediate(self) -> bool:
        """Whether nothing of it may be left after its first chance."""
        return self.order.terms.time_in_force in IMMEDIATE

    def is_past_day(self, at: int) -> bool:
        """Whether it stands for the day only, and UTC midnight has passed."""
        order = self.order
        return order.terms.time_in_force is DAY and at // DAY_MS > order.updated_at // DAY_MS

    def at_rest(self) -> RestingOrder:
        """The same, seen not to cross."""
        if self.rests:
            return self
        return RestingOrder(changed(self.order, reason=RESTING), self.fills)

    def triggered(self) -> RestingOrder:
        """The same, its level reached."""
        return RestingOrder(changed(self.order, state=OrderState.TRIGGERED), self.fills)

    def filled(self, fill: OrderFilled) -> RestingOrder:
        """The same with one fill more; closed when nothing remains."""
        before = self.order
        filled = Quantity(before.filled + fill.quantity)
        value = before.filled_value + fill.quantity * fill.price
        fills = (*self.fills, fill)
        if filled < before.terms.quantity:
            state = OrderState.PARTIALLY_FILLED
            return RestingOrder(
                changed(before, state=state, filled=filled, filled_value=value), fills
            )
        return _resting(_filled(before, FILLED, filled, value, "", fill.at), fills)

    def closed(self, state: OrderState, reason: str, at: int) -> RestingOrder:
        """The same, ended."""
        order = changed(self.order, state=state, reason=reason, updated_at=at)
        return RestingOrder(order, self.fills)

    def with_level(self, stop_price: Price) -> RestingOrder:
        """The same, its stop standing elsewhere."""
        terms = changed(self.order.terms, stop_price=stop_price)
        return RestingOrder(changed(self.order, terms=terms), self.fills)

    def with_terms(self, terms: OrderTerms, at: int) -> RestingOrder:
        """The same on other terms: it has to arrive again, behind those who are there."""
        order = changed(self.order, terms=terms, reason="", updated_at=at)
        return RestingOrder(order, self.fills)


_resting = constructor(RestingOrder)


def venue_order_id(order: ClientOrderId) -> VenueOrderId:
    """The venue's name of an order, derived from the client's."""
    return VenueOrderId(f"p-{order}")


def taken(order: Order, number: VenueOrderId, terms: OrderTerms, at: int) -> RestingOrder:
    """A new order as the venue takes it."""
    return _resting(_taken(order, terms, ACCEPTED, number, NO_QUANTITY, ZERO, at, False, ""))
