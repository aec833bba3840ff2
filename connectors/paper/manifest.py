"""What this connector is and what it can do."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.identifiers import VenueName
from engine.domain.order import OrderType, TimeInForce


@dataclass(frozen=True, slots=True)
class Manifest:
    """A venue's name and capabilities.

    `client_order_id_unique_for_ever` is what allows an order that never arrived to be sent again
    under the same id. `vendor_libraries` are the packages imported here and nowhere else.
    """

    name: VenueName
    order_types: frozenset[OrderType]
    times_in_force: frozenset[TimeInForce]
    post_only: bool
    replaces: bool
    reduce_only: bool
    client_order_id_unique_for_ever: bool
    needs_network: bool
    vendor_libraries: tuple[str, ...]


MANIFEST = Manifest(
    name=VenueName("paper"),
    order_types=frozenset(OrderType),
    times_in_force=frozenset(TimeInForce),
    post_only=True,
    replaces=True,
    reduce_only=True,
    client_order_id_unique_for_ever=True,
    needs_network=False,
    vendor_libraries=(),
)
