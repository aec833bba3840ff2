"""What Interactive Brokers can do through this connector."""

from __future__ import annotations

from connectors.ibkr.gateway import IBKR
from engine.domain.identifiers import VenueName
from engine.domain.instrument import InstrumentKind
from engine.domain.order import OrderType, TimeInForce
from engine.ports.manifest import VenueManifest

MANIFEST = VenueManifest(
    name=VenueName(IBKR),
    kinds=frozenset(
        {
            InstrumentKind.STOCK,
            InstrumentKind.FOREX,
            InstrumentKind.FUTURE,
            InstrumentKind.OPTION,
        }
    ),
    order_types=frozenset(OrderType),
    times_in_force=frozenset(TimeInForce),
    post_only=False,
    reduce_only=False,
    replaces=True,
    tells_triggers=False,
    unique_for_ever=False,
    needs_network=True,
    vendor_libraries=("ib_async",),
)
