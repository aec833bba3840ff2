"""Average-cost accounting of one position."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.account import Position
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import Side
from engine.domain.values import constructor

_position = constructor(Position)


def booked(  # noqa: PLR0917 -- a fill's own figures
    position: Position,
    side: Side,
    quantity: Quantity,
    price: Price,
    fee: Decimal,
    at: int,
    fee_in_base: Decimal = ZERO,
) -> tuple[Position, Decimal]:
    """The position after a fill, and the profit the fill realised, before its fee.

    What reduces is valued at the average price; what goes through zero opens anew at `price`.
    Amounts in quote currency, quantity in base units. A `fee_in_base` leaves less of what was paid
    for: the rest has cost the more, and where nothing is left all it cost is lost.
    """
    sign = side.sign
    signed = sign * quantity
    held = position.quantity
    closing = min(abs(held), quantity) if held * signed < 0 else ZERO
    realized = ZERO
    cost = position.cost
    if closing:
        average = position.cost / held
        direction = 1 if held > 0 else -1
        realized = closing * (price - average) * direction
        cost -= average * closing * direction
    cost += sign * (quantity - closing) * price
    after = held + signed - fee_in_base
    if fee_in_base and after <= 0 <= held + signed:
        realized, cost = realized - cost, ZERO
    opened_at = position.opened_at if held * after > 0 else at
    changed = _position(
        position.account,
        position.symbol,
        after,
        cost if after else ZERO,
        position.realized + realized,
        position.fees + fee,
        opened_at if after else 0,
    )
    return changed, realized
