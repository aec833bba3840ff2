"""Which fills are an order's whose number with the server was never heard.

Fills bear no name of ours. One that rests is found by its name among what rests; one that filled
while nobody listened, by what it alone can have done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from connectors.dtc.listing import Listed
from connectors.dtc.messages import Way
from connectors.dtc.requests import WAYS
from connectors.dtc.said import FillSaid
from engine.domain.money import ZERO
from engine.domain.order import Order, TimeInForce

SLACK_MS = 3_000
"""Clocks may be so far apart, and fills tell whole seconds."""


def number_of(
    order: Order, listed: Listed, fills: Iterable[FillSaid], is_known: Callable[[str], bool]
) -> str:
    """The server's number of an order that rests no more; empty where no fills can be its own.

    They are of its symbol, on its way, under a number that no other order has, none before it was
    placed, none at a worse price than its limit, together just as much as was asked for; less only
    where the rest was to be canceled at once. Of several the one that is just as much, then the
    earliest: with the same terms, which of them is which makes no difference to what is held.
    """
    asked = order.terms.quantity / listed.size
    groups: dict[str, list[FillSaid]] = {}
    for each in fills:
        is_alike = each.symbol == order.terms.symbol and each.way == WAYS[order.terms.side]
        if is_alike and each.number and not is_known(each.number):
            groups.setdefault(each.number, []).append(each)
    fitting = [each for each in groups.values() if _fits(order, asked, each)]
    best = min(fitting, key=lambda each: (_total(each) != asked, each[0].at), default=None)
    return best[0].number if best is not None else ""


def _fits(order: Order, asked: Decimal, group: Sequence[FillSaid]) -> bool:
    begins, total = order.placed_at - SLACK_MS, _total(group)
    may_be_less = order.terms.time_in_force is TimeInForce.IOC
    if total > asked or (total < asked and not may_be_less):
        return False
    if any(each.at < begins for each in group):
        return False
    limit = order.terms.price
    return limit is None or all(
        each.price <= limit if each.way == Way.BUY else each.price >= limit for each in group
    )


def _total(group: Iterable[FillSaid]) -> Decimal:
    return sum((each.quantity for each in group), ZERO)
