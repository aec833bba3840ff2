"""What the server shows of an order, as the port states it."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.dtc.ledger import Told, ending_of
from connectors.dtc.messages import Status
from connectors.dtc.requests import terms_of
from connectors.dtc.said import OrderSaid
from engine.domain.events import OrderFilled
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, VenueOrderId
from engine.domain.money import NO_QUANTITY, ZERO, Quantity
from engine.domain.order import Order, OrderState
from engine.domain.values import changed
from engine.ports.venue import VenueOrder

_RESTING: dict[int, OrderState] = {
    Status.ORDER_SENT: OrderState.SUBMITTED,
    Status.PENDING_OPEN: OrderState.SUBMITTED,
    Status.PENDING_CHILD: OrderState.SUBMITTED,
    Status.PENDING_CANCEL: OrderState.PENDING_CANCEL,
}


def resting(
    said: OrderSaid, fills: Sequence[OrderFilled], told: Told, account: AccountId
) -> VenueOrder:
    """One that the server shows among what rests, with its fills."""
    state = _RESTING.get(said.status, OrderState.ACCEPTED)
    if fills and state is OrderState.ACCEPTED:
        state = OrderState.PARTIALLY_FILLED
    order = Order(
        client_order_id=ClientOrderId(said.key),
        account=account,
        terms=terms_of(said, told.listed),
        placed_by=PersonId(""),
        placed_at=0,
        expires_to_send_at=0,
    )
    return _with(order, state, fills, said.number)


def over(order: Order, told: Told, number: str, fills: Sequence[OrderFilled]) -> VenueOrder:
    """One that rests no more: how it ended follows from its fills, where nothing was heard."""
    total = sum((each.quantity for each in fills), ZERO)
    if total >= order.terms.quantity:
        return _with(order, OrderState.FILLED, fills, number)
    state, why = ending_of(told)
    return _with(changed(order, reason=why), state, fills, number)


def _with(order: Order, state: OrderState, fills: Sequence[OrderFilled], number: str) -> VenueOrder:
    total = sum((each.quantity for each in fills), ZERO)
    stated = changed(
        order,
        state=state,
        venue_order_id=VenueOrderId(number),
        filled=Quantity(total) if total else NO_QUANTITY,
        filled_value=sum((each.quantity * each.price for each in fills), ZERO),
    )
    return VenueOrder(stated, VenueOrderId(number), tuple(fills))
