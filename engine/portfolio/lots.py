"""Lots of one instrument, first in first out: what the tax office asks, beside average cost."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import Side
from engine.domain.values import quick


@quick
@dataclass(frozen=True, slots=True)
class Lot:
    """So many base units, signed, that were opened at one price; `at` in UTC ms."""

    quantity: Decimal
    price: Price
    at: int


def matched(
    lots: deque[Lot],
    side: Side,
    quantity: Quantity,
    price: Price,
    at: int,
    fee_in_base: Decimal = ZERO,
) -> Decimal:
    """Book a fill against the oldest lots and give the profit it closed, before fees.

    Its cost is that of the lots it closes, however many are open. What goes through zero opens a
    lot the other way. A `fee_in_base` is taken from the newest lots, whose rest has cost the more;
    where nothing is left all they cost is lost.
    """
    realized, left = ZERO, Decimal(quantity)
    while left and lots and lots[0].quantity * side.sign < 0:
        oldest = lots.popleft()
        closed = min(left, abs(oldest.quantity))
        realized += closed * (price - oldest.price) * -side.sign
        left -= closed
        rest = oldest.quantity + side.sign * closed
        if rest:
            lots.appendleft(Lot(rest, oldest.price, oldest.at))
    if left:
        lots.append(Lot(side.sign * left, price, at))
    return realized - _taken(lots, fee_in_base, at) if fee_in_base else realized


def _taken(lots: deque[Lot], fee: Decimal, at: int) -> Decimal:
    """Take a fee in base units from the newest lots; gives the cost that nothing is left for."""
    units, cost, opened_at = -fee, ZERO, at
    while lots and units <= 0 <= cost:
        newest = lots.pop()
        units, cost = units + newest.quantity, cost + newest.quantity * newest.price
        opened_at = newest.at
    lost = cost if units <= 0 < cost else ZERO
    if units:
        lots.append(Lot(units, Price((cost - lost) / units), opened_at))
    return lost
