"""What this connector is and what it can do."""

from __future__ import annotations

from engine.domain.identifiers import VenueName
from engine.domain.instrument import InstrumentKind
from engine.domain.order import OrderType, TimeInForce
from engine.ports.manifest import VenueManifest

MANIFEST = VenueManifest(
    name=VenueName("paper"),
    kinds=frozenset({InstrumentKind.SPOT, InstrumentKind.STOCK}),
    order_types=frozenset(OrderType),
    times_in_force=frozenset(TimeInForce),
    post_only=True,
    reduce_only=True,
    replaces=True,
    tells_triggers=True,
    unique_for_ever=True,
    needs_network=False,
    vendor_libraries=(),
)
