"""Time, identities and chance, handed in so that a whole run can be repeated from a seed."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def now_ms(self) -> int:
        """The moment in UTC epoch milliseconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Identities(Protocol):
    """The one source of new identifiers."""

    def new(self, length: int = 12) -> str:
        """An identifier never given before: `length` characters of `[a-z0-9]`."""
        ...
