"""The orders that something may still come of, and for a while those that ended."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

from engine.domain.events import OrderFilled
from engine.domain.identifiers import ClientOrderId, TradeId, VenueOrderId
from engine.domain.order import CLOSED, Order

# A fill may come after a cancel; beyond this many ended orders reconciliation finds it.
_REMEMBERED = 10_000


class Orders:
    """Open orders, and the last ended ones, by client order id."""

    __slots__ = ("_ended", "_trades", "open")

    def __init__(self) -> None:
        self.open: dict[ClientOrderId, Order] = {}
        self._ended: OrderedDict[ClientOrderId, Order] = OrderedDict()
        self._trades: dict[ClientOrderId, set[TradeId]] = {}

    def get(self, order_id: ClientOrderId) -> Order | None:
        """An order that is remembered, or None."""
        return self.open.get(order_id) or self._ended.get(order_id)

    def beside(self, order: Order) -> Callable[[VenueOrderId], bool]:
        """Whether a venue's number is that of another order of the same account."""
        name, account = order.client_order_id, order.account

        def is_anothers(number: VenueOrderId) -> bool:
            return any(
                number in (each.venue_order_id, *each.earlier_numbers) and each.account == account
                for each in (*self.open.values(), *self._ended.values())
                if each.client_order_id != name
            )

        return is_anothers

    def put(self, order: Order) -> Order | None:
        """An order as it stands now; gives how it stood before, None where it is new."""
        name = order.client_order_id
        if order.state not in CLOSED:
            before = self.open.get(name) or self._ended.pop(name, None)
            self.open[name] = order
            return before
        before = self.open.pop(name, None) or self._ended.get(name)
        self._ended[name] = order
        if len(self._ended) > _REMEMBERED:
            forgotten, _ = self._ended.popitem(last=False)
            self._trades.pop(forgotten, None)
        return before

    def children_of(self, parent: ClientOrderId) -> list[Order]:
        """What was placed to protect an entry, in the order of the attempts."""
        everything = (*self._ended.values(), *self.open.values())
        found = [each for each in everything if each.parent == parent and each.is_protection]
        return sorted(found, key=lambda each: each.attempt)

    def lately_ended(self) -> Iterator[Order]:
        """Those that ended, the last one first."""
        return reversed(self._ended.values())

    def note_trade(self, event: OrderFilled) -> bool:
        """It is booked now; gives whether it was not before."""
        name, trade = event.client_order_id, event.trade_id
        known = self._trades.get(name)
        if known is None:
            self._trades[name] = {trade}
            return True
        if trade in known:
            return False
        known.add(trade)
        return True
