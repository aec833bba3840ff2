"""One line to one gateway, with what is watched there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.ibkr.gateway import IBKR, Gateway
from connectors.ibkr.line import READ_PATIENCE_SECONDS, Line
from connectors.ibkr.listing import Listing
from engine.domain.account import TEST_NETWORK
from engine.domain.identifiers import VenueName
from engine.ports.system import Clock


@dataclass(frozen=True, slots=True)
class Access:
    """What a venue or a market works with. Close it when done."""

    venue: VenueName
    line: Line
    listing: Listing
    clock: Clock

    async def open(self) -> None:
        """Connect now, with every instrument made sure of, or not at all.

        Raises VenueUnavailable, RateLimited, KeysRefused.
        """
        await self.line.open()

    async def reached(self) -> None:
        """Wait until it is there, connecting whenever that can be done."""
        self.line.begin()
        await self.line.opened()

    def check_reached(self) -> None:
        """Raises VenueUnavailable with the reason while it is not there."""
        self.line.check_open()

    async def close(self) -> None:
        """Let go, for good."""
        await self.line.close()


def open_access(
    gateway: Gateway,
    entries: Sequence[str],
    clock: Clock,
    *,
    patience_seconds: float = READ_PATIENCE_SECONDS,
) -> Access:
    """A line to a gateway on the running loop, for these symbols. Nothing is asked yet."""
    line = Line(gateway, clock, patience_seconds=patience_seconds)
    venue = venue_of(gateway)
    listing = Listing(venue, line, entries)
    # With every connection, so also each night: contracts, and the coming days' hours.
    line.on_back.append(listing.refresh)
    return Access(venue, line, listing, clock)


def venue_of(gateway: Gateway) -> VenueName:
    """A gateway with a paper login is a venue of its own: what happens there moves no money."""
    return VenueName(IBKR + TEST_NETWORK if gateway.is_paper else IBKR)
