"""Time, identities and chance, handed in so that a whole run can be repeated from a seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

T = TypeVar("T")


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


class Worker(Protocol):
    """Where heavy work is done, away from the loop that serves everybody."""

    async def run(self, work: Callable[..., T], *values: object) -> T:
        """Call a module-level function on picklable values; it has no other effects.

        Raises OSError when the worker died of it, and what the function raises.
        """
        ...


class Identities(Protocol):
    """The one source of new identifiers."""

    def new(self, length: int = 12) -> str:
        """An identifier never given before: `length` characters of `[a-z0-9]`."""
        ...
