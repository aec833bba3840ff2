"""What a DTC server can do through this connector."""

from __future__ import annotations

from connectors.dtc.server import DTC
from engine.domain.identifiers import VenueName
from engine.domain.instrument import InstrumentKind
from engine.domain.order import OrderType, TimeInForce
from engine.ports.manifest import VenueManifest

MANIFEST = VenueManifest(
    name=VenueName(DTC),
    kinds=frozenset({InstrumentKind.STOCK, InstrumentKind.FUTURE}),
    order_types=frozenset(
        {OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT}
    ),
    times_in_force=frozenset(TimeInForce),
    post_only=False,
    reduce_only=False,
    replaces=True,
    tells_triggers=False,
    unique_for_ever=False,
    needs_network=True,
    vendor_libraries=(),
)
