"""One line to one gateway, with what is watched there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.ibkr.gateway import Gateway
from connectors.ibkr.line import READ_PATIENCE_SECONDS, Line
from connectors.ibkr.listing import Listing
from engine.ports.system import Clock


@dataclass(frozen=True, slots=True)
class Access:
    """What a venue or a market works with. Open it before, and close it when done."""

    line: Line
    listing: Listing

    async def open(self) -> None:
        """Connect, and make sure of every instrument.

        Raises VenueUnavailable, RateLimited, KeysRefused.
        """
        await self.line.open()
        try:
            await self.listing.load()
        except BaseException:
            await self.line.close()
            raise
        # The nightly restart is when contracts and the coming days' hours are learnt anew.
        self.line.on_back.append(self.listing.load)

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
    return Access(line, Listing(line, entries))
