"""What the venue has to say, waiting to be heard: bounded, in order, nothing dropped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from engine.domain.events import VenueReport
from engine.errors import RateLimited

RETRY_AFTER_SECONDS = 1.0


class ReportQueue:
    """Prices wait when half the bound is taken; the other half is kept for answers to requests.

    Requests are turned away, not made to wait, once the whole is taken: whoever asks may be the
    one who listens. A single step may overshoot the bound by its own reports.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._waiting: asyncio.Queue[VenueReport] = asyncio.Queue()
        self._room = asyncio.Event()
        self._room.set()

    def offer(self, reports: Iterable[VenueReport]) -> None:
        """Add reports at the end."""
        for report in reports:
            self._waiting.put_nowait(report)
        if self._waiting.qsize() * 2 >= self._bound:
            self._room.clear()

    async def room(self) -> None:
        """Wait until less than half the bound is taken."""
        await self._room.wait()

    def admit(self) -> None:
        """Let a request in. Raises RateLimited when the bound is reached."""
        if self._waiting.qsize() >= self._bound:
            raise RateLimited(RETRY_AFTER_SECONDS)

    async def heard(self) -> AsyncIterator[VenueReport]:
        """The reports as they come, each once, without end."""
        while True:
            report = await self._waiting.get()
            if self._waiting.qsize() * 2 < self._bound:
                self._room.set()
            yield report
