"""What each exchange can do through this connector, out of its contract row."""

from __future__ import annotations

from connectors.ccxt.contract import Stops, Uniqueness, VenueContract
from connectors.ccxt.rows import VERIFIED
from engine.domain.identifiers import VenueName
from engine.domain.instrument import InstrumentKind
from engine.domain.order import OrderType, TimeInForce
from engine.ports.manifest import VenueManifest

_PLAIN = frozenset({OrderType.MARKET, OrderType.LIMIT})
_STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


def manifest_of(contract: VenueContract) -> VenueManifest:
    """One exchange's manifest."""
    traded = {InstrumentKind.SPOT: contract.spot, InstrumentKind.PERPETUAL: contract.perpetuals}
    return VenueManifest(
        name=VenueName(contract.exchange),
        kinds=frozenset(kind for kind, is_traded in traded.items() if is_traded),
        order_types=_PLAIN if contract.stops is Stops.NONE else _PLAIN | _STOPS,
        times_in_force=frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK}),
        post_only=True,
        reduce_only=contract.perpetuals,
        replaces=contract.amends,
        tells_triggers=False,
        unique_for_ever=contract.uniqueness is Uniqueness.FOR_EVER,
        needs_network=True,
        vendor_libraries=("ccxt",),
        tells_cash=True,
    )


MANIFESTS = tuple(manifest_of(each) for each in VERIFIED.values())
"""Of the exchanges that the conformance suite is run over."""
