"""Two orders of which one cancels the other: they share one quantity.

What one of them fills, the other no longer asks for; once all is filled, what is left of the other
is taken back, as is one that opens and cannot be made smaller. One that the venue refuses leaves
the other as it is, for it may be a stop.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.domain.commands import CancelOrder, ModifyOrder, VenueCommand
from engine.domain.events import Event, OrderCanceled, OrderCancelRequested, OrderReplaced
from engine.domain.identifiers import THE_DESK, ClientOrderId, IntentKey
from engine.domain.money import NO_QUANTITY, ZERO, Quantity
from engine.domain.order import INITIALIZED, Order
from engine.domain.values import changed
from engine.execution.legs import MOVABLE, takes_the_market
from engine.execution.naming import client_order_id

_ASK_AGAIN_MS = 5_000


@dataclass(slots=True)
class _Pair:
    whole: Quantity
    orders: dict[ClientOrderId, Order] = field(default_factory=dict)
    asked: dict[ClientOrderId, tuple[Quantity, int]] = field(default_factory=dict)

    @property
    def left(self) -> Quantity:
        """What neither has filled yet."""
        filled = sum((order.filled for order in self.orders.values()), ZERO)
        return Quantity(max(ZERO, self.whole - filled))

    def left_beside(self, order: Order) -> Quantity:
        """What is left for one where others take the market, and will fill before it could."""
        others = (each for each in self.orders.values() if each is not order)
        taking = (each.remaining for each in others if each.is_open and takes_the_market(each))
        return Quantity(max(ZERO, self.left - sum(taking, ZERO)))


class Pairs:
    """Every pair of which one is still open."""

    __slots__ = ("_by_order",)

    def __init__(self) -> None:
        self._by_order: dict[ClientOrderId, _Pair] = {}

    def follow(self, order: Order) -> None:
        """Take note of how an order stands now."""
        if order.linked is None:
            return
        name = order.client_order_id
        pair = self._by_order.get(name) or self._by_order.get(order.linked)
        if pair is None:
            if not order.is_open:
                return  # a late word on a pair that is over
            pair = _Pair(order.terms.quantity)
        self._by_order[name] = pair
        before = pair.orders.get(name)
        if before is None or before.terms != order.terms:
            pair.asked.pop(name, None)
        pair.orders[name] = order
        if len(pair.orders) > 1 and not any(each.is_open for each in pair.orders.values()):
            for over in pair.orders:
                self._by_order.pop(over, None)

    def open(self) -> tuple[ClientOrderId, ...]:
        """One name of each pair that is open."""
        return tuple({id(pair): name for name, pair in self._by_order.items()}.values())

    def beside(self, order: Order) -> list[Order]:
        """The other one of its pair, and all that has taken the place of one of the two."""
        pair = self._by_order.get(order.client_order_id)
        others = pair.orders.values() if pair is not None else ()
        return [each for each in others if each.client_order_id != order.client_order_id]

    def next_name(self, order: Order) -> ClientOrderId:
        """What is called that takes the place of one of the two."""
        part = f"instead#{len(self.beside(order))}"
        return client_order_id(IntentKey(order.client_order_id), part)

    def adjust(self, order: ClientOrderId, at: int) -> tuple[list[Event], list[VenueCommand]]:
        """What must change so that both ask for no more than neither has filled."""
        events: list[Event] = []
        commands: list[VenueCommand] = []
        pair = self._by_order.get(order)
        if pair is None:
            return events, commands
        for each in pair.orders.values():
            left = pair.left_beside(each)
            if left >= each.remaining:
                continue
            if not left or _stays_large(pair, each, at):
                event, asked = _taken_back(pair, each, at)
                events.extend(event)
                commands.extend(asked)
            elif each.replaces and each.state is INITIALIZED:
                terms = changed(each.terms, quantity=left)
                events.append(OrderReplaced(each.client_order_id, terms, at))
            elif _may_shrink(each):
                commands.extend(_smaller(pair, each, left, at))
        return events, commands


def _taken_back(pair: _Pair, order: Order, at: int) -> tuple[list[Event], list[VenueCommand]]:
    name = order.client_order_id
    if order.state is INITIALIZED:
        return [OrderCanceled(name, "other_filled", at, THE_DESK)], []
    # A refused cancel is not asked again at once: the report that explains it is on its way.
    if order.state not in MOVABLE or not _may_ask(pair, name, NO_QUANTITY, at):
        return [], []
    return [OrderCancelRequested(name, THE_DESK, at)], [CancelOrder.of(order)]


def _may_ask(pair: _Pair, name: ClientOrderId, wanted: Quantity, at: int) -> bool:
    """Whether this quantity is to be asked for now, and note that it was."""
    asked = pair.asked.get(name)
    if asked is not None and asked[0] == wanted and not _is_overdue(asked, at):
        return False
    pair.asked[name] = wanted, at
    return True


def _stays_large(pair: _Pair, order: Order, at: int) -> bool:
    """Whether one that opens was asked in vain to be smaller: both would come to too much.

    One that only reduces may be a stop, and is held to what is there.
    """
    asked = pair.asked.get(order.client_order_id)
    return not order.terms.reduce_only and asked is not None and _is_overdue(asked, at)


def _is_overdue(asked: tuple[Quantity, int], at: int) -> bool:
    return abs(at - asked[1]) >= _ASK_AGAIN_MS


def _may_shrink(order: Order) -> bool:
    """A stop that has triggered takes the market and can be changed no more."""
    return order.state in MOVABLE and not takes_the_market(order)


def _smaller(pair: _Pair, order: Order, left: Quantity, at: int) -> list[VenueCommand]:
    if not _may_ask(pair, order.client_order_id, left, at):
        return []
    terms = changed(order.aimed, quantity=Quantity(order.filled + left))
    return [ModifyOrder.of(order, terms)]
