"""What was listed when it was last seen: an instrument outlives its listing in the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.domain.instrument import Instrument


class Listings(Protocol):
    """Every instrument that a feed has named, as it was named last."""

    async def known(self) -> Sequence[Instrument]:
        """All of them."""
        ...

    async def keep(self, instruments: Sequence[Instrument]) -> None:
        """Remember these. Raises StoreUnavailable."""
        ...
