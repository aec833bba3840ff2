"""Waiting: for what happens, with an end to the patience, and for one's turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from engine.ports.system import Clock


async def happened_within(event: asyncio.Event, seconds: float, clock: Clock) -> bool:
    """Wait until it happens, for so many seconds of that clock at most; whether it has."""
    patience = asyncio.ensure_future(clock.sleep(seconds))
    happens = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((patience, happens), return_when=asyncio.FIRST_COMPLETED)
    finally:
        patience.cancel()
        happens.cancel()
        await asyncio.gather(patience, happens, return_exceptions=True)
    return event.is_set()


class Lapse:
    """A time that passes while other things are done; it is let go of with the `with`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._passing: asyncio.Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._passing is not None:
            self._passing.cancel()

    def begin(self, seconds: float) -> None:
        """Count so many seconds of the clock from now on, whatever was counted before."""
        if self._passing is not None:
            self._passing.cancel()
        self._passing = asyncio.ensure_future(self._clock.sleep(seconds)) if seconds > 0 else None

    @property
    def is_over(self) -> bool:
        """Whether they have passed. Waiting counts them, so that a clock that is set does not."""
        return self._passing is None or self._passing.done()


class OneAtATime:
    """Whoever has the same name waits for each other, in the order in which they came."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Have it to oneself; it is forgotten once nobody has it or waits for it."""
        place = self._places.setdefault(name, _Place())
        place.wanted_by += 1
        try:
            async with place.lock:
                yield
        finally:
            place.wanted_by -= 1
            if not place.wanted_by:
                del self._places[name]


@dataclass(slots=True)
class _Place:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted_by: int = 0
