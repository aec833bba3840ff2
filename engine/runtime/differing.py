"""What differs between what is known of an account here and what its venue has, looked at alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.domain.difference import Difference, DifferenceKind
from engine.domain.events import OrderFilled
from engine.domain.identifiers import DifferenceId
from engine.domain.money import ZERO
from engine.domain.order import Order, OrderState
from engine.domain.values import changed
from engine.ports.venue import VenueOrder
from engine.runtime.told import other_terms


def is_size(found: Difference) -> bool:
    """Whether it is of what is held, and not of an order."""
    return found.kind is DifferenceKind.SIZE_DRIFT


def lasts(found: Difference, before: list[Difference]) -> bool:
    """Whether it was there before: the same one, though what was filled meanwhile may be more."""
    if not found.kind.is_certain or found.kind is DifferenceKind.MISSED_CHANGE:
        return found in before
    return any((each.id, each.kind) == (found.id, found.kind) for each in before)


def of_order(ours: Order, theirs: VenueOrder | None) -> Iterator[Difference]:
    """What an order of ours that has left has missed."""
    is_under_way = ours.state is OrderState.SUBMITTED
    if theirs is None:
        if not is_under_way:
            yield difference_of(DifferenceKind.ORPHAN, ours, ours.filled, ours.filled)
    elif filled(theirs) != ours.filled:
        yield difference_of(DifferenceKind.MISSED_FILL, ours, ours.filled, filled(theirs))
    elif not theirs.order.is_open:
        yield difference_of(DifferenceKind.MISSED_END, ours, ours.filled, filled(theirs))
    elif is_under_way:
        yield difference_of(DifferenceKind.MISSED_ANSWER, ours, ours.filled, filled(theirs))
    elif (terms := other_terms(ours, theirs)) is not None:
        yield difference_of(DifferenceKind.MISSED_CHANGE, ours, *terms)


def difference_of(
    kind: DifferenceKind,
    order: Order,
    ours: Decimal,
    theirs: Decimal,
    stated: Order | None = None,
) -> Difference:
    """One of an order, under its name."""
    name = DifferenceId(order.client_order_id)
    return Difference(name, kind, order.account, order.terms.symbol, ours, theirs, stated)


def of_ended_order(ours: Order, theirs: VenueOrder) -> Difference:
    """That it rests there; beside what else may be found of that order."""
    found = difference_of(
        DifferenceKind.ENDED_ORDER, ours, ours.filled, filled(theirs), theirs.order
    )
    return changed(found, id=DifferenceId(f"{ours.client_order_id}:rests"))


def filled(stated: VenueOrder) -> Decimal:
    """What its venue says was filled of it, in base units."""
    fills: tuple[OrderFilled, ...] = stated.fills
    return sum((fill.quantity for fill in fills), ZERO)


def to_be_settled(
    lasting: Sequence[Difference],
    last: Sequence[Difference],
    known: Mapping[DifferenceId, Difference],
    mended: Sequence[Difference],
) -> Iterator[Difference]:
    """What is a person's to settle: what lasts and, as it was, what was known and is still seen.

    Where an order was mended its instrument's size has just changed: it is judged the next time.
    """
    moved = {each.symbol for each in mended}
    for found in last:
        if found.kind.is_certain:
            continue
        if found in lasting and not (is_size(found) and found.symbol in moved):
            yield found
        elif found.id in known:
            yield known[found.id]
