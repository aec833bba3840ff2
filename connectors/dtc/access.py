"""One line to one server, with what is watched there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.dtc.line import PATIENCE_SECONDS, Line
from connectors.dtc.listing import Listing
from connectors.dtc.server import DTC, Server
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
        """Connect now, with every instrument's definition read, or not at all.

        Raises VenueUnavailable, KeysRefused.
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
    server: Server,
    entries: Sequence[str],
    clock: Clock,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Access:
    """A line to a server on the running loop, for these symbols. Nothing is asked yet."""
    line = Line(server, clock, patience_seconds=patience_seconds)
    venue = venue_of(server)
    listing = Listing(venue, line, entries)
    line.on_back.append(listing.load)
    return Access(venue, line, listing, clock)


def venue_of(server: Server) -> VenueName:
    """An account of play money is a venue of its own: what happens there moves no money."""
    return VenueName(DTC + TEST_NETWORK if server.is_simulated else DTC)
