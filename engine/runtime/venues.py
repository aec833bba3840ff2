"""Who executes for which account; venues come and go while the runtime runs."""

from __future__ import annotations

from engine.domain.identifiers import AccountId
from engine.errors import VenueUnavailable
from engine.ports.venue import Venue


class Venues(dict[AccountId, Venue]):
    """Asked for one that is not there, it answers as a venue that cannot be reached."""

    def __missing__(self, account: AccountId) -> Venue:
        """Nothing ever left for it. Raises VenueUnavailable."""
        raise VenueUnavailable(f"{account} has no line to its venue", why="not_connected")
