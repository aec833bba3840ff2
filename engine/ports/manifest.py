"""What a venue's connector says of itself: what the desk may ask of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.identifiers import VenueName
from engine.domain.instrument import InstrumentKind
from engine.domain.order import OrderType, TimeInForce


@dataclass(frozen=True, slots=True)
class VenueManifest:
    """A venue's name and capabilities.

    `replaces` is whether a resting order changes in place, `tells_triggers` whether a stop that
    was reached is told before it fills. `unique_for_ever` is what allows an order that never
    arrived to be sent again under the same id. `vendor_libraries` are the packages imported in
    its folder and nowhere else. `tells_cash` is whether deposits and withdrawals there are told.
    """

    name: VenueName
    kinds: frozenset[InstrumentKind]
    order_types: frozenset[OrderType]
    times_in_force: frozenset[TimeInForce]
    post_only: bool
    reduce_only: bool
    replaces: bool
    tells_triggers: bool
    unique_for_ever: bool
    needs_network: bool
    vendor_libraries: tuple[str, ...]
    tells_cash: bool = False

    @property
    def capabilities(self) -> frozenset[str]:
        """All that it can do, by name."""
        flags = (
            "post_only",
            "reduce_only",
            "replaces",
            "tells_cash",
            "tells_triggers",
            "unique_for_ever",
        )
        named = {name for name in flags if getattr(self, name)}
        if self.needs_network:
            named.add("networked")
        return frozenset({*self.kinds, *self.order_types, *self.times_in_force, *named})
