"""What the kernel asks of a venue, sent only after the events beside it are on disk."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.identifiers import AccountId, ClientOrderId, Symbol, VenueOrderId
from engine.domain.order import Order, OrderTerms
from engine.domain.values import quick


@quick
@dataclass(frozen=True, slots=True)
class SubmitOrder:
    """Send this order, once."""

    order: Order


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel it at the venue."""

    account: AccountId
    client_order_id: ClientOrderId
    venue_order_id: VenueOrderId | None
    symbol: Symbol

    @classmethod
    def of(cls, order: Order) -> CancelOrder:
        """The cancel of this order."""
        return cls(order.account, order.client_order_id, order.venue_order_id, order.terms.symbol)


@dataclass(frozen=True, slots=True)
class ModifyOrder:
    """Rest with other terms."""

    account: AccountId
    client_order_id: ClientOrderId
    venue_order_id: VenueOrderId | None
    terms: OrderTerms

    @classmethod
    def of(cls, order: Order, terms: OrderTerms) -> ModifyOrder:
        """The change of this order to these terms."""
        return cls(order.account, order.client_order_id, order.venue_order_id, terms)


VenueCommand = SubmitOrder | CancelOrder | ModifyOrder
