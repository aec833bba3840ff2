"""A paper venue's book in memory: whole, and lasting longer than the venue."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.domain.identifiers import AccountId, ClientOrderId, Symbol
from engine.ports.venue import VenueOrder


class MemoryBook:
    """Keeps every order it was ever given."""

    def __init__(self) -> None:
        self.orders: dict[ClientOrderId, VenueOrder] = {}
        self.held: dict[tuple[AccountId, Symbol], Decimal] = {}
        self.transactions = 0

    async def load(self) -> Sequence[VenueOrder]:
        """All of them, in no order that anyone may rely on."""
        return list(reversed(self.orders.values()))

    async def find(self, order: ClientOrderId) -> VenueOrder | None:
        """One of them."""
        return self.orders.get(order)

    async def holdings(self) -> Mapping[tuple[AccountId, Symbol], Decimal]:
        """What all fills come to."""
        return dict(self.held)

    async def save(
        self, orders: Sequence[VenueOrder], holdings: Mapping[tuple[AccountId, Symbol], Decimal]
    ) -> None:
        """Keep these, all or none."""
        self.transactions += 1
        self.orders |= {each.order.client_order_id: each for each in orders}
        self.held |= holdings
