"""A clock that moves only when it is told to."""

from __future__ import annotations

import asyncio
import heapq
import time
from datetime import UTC, datetime
from itertools import count

START_MS = int(datetime(2026, 3, 2, 9, 0, tzinfo=UTC).timestamp() * 1000)
"""A Monday morning."""


class ManualClock:
    """Time by hand; sleepers wake in the order of their times."""

    def __init__(self, start_ms: int = START_MS) -> None:
        self._now_ms = start_ms
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._now_ms / 1000, UTC)

    def now_ms(self) -> int:
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        wakes_at = self._now_ms + max(1, int(seconds * 1000))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (wakes_at, next(self._numbers), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking each sleeper at its own moment, those of one moment together."""
        end = self._now_ms + int(seconds * 1000)
        while self._sleepers and self._sleepers[0][0] <= end:
            moment = self._sleepers[0][0]
            self._now_ms = max(self._now_ms, moment)
            while self._sleepers and self._sleepers[0][0] == moment:
                _, _, future = heapq.heappop(self._sleepers)
                if not future.done():
                    future.set_result(None)
            for _ in range(5):
                await asyncio.sleep(0)
        self._now_ms = end
        await asyncio.sleep(0)


class CountedIdentities:
    """Identifiers in counting order, so that a test can name them beforehand."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self, length: int = 12) -> str:
        return f"{next(self._numbers):0{length}d}"


class HurriedClock:
    """Real waiting, many times faster; stand-ins that enforce limits go by the same clock."""

    def __init__(self, speed: float = 25) -> None:
        self.speed = speed
        self._began = time.monotonic()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def now_ms(self) -> int:
        return START_MS + int((time.monotonic() - self._began) * self.speed * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)

    def skip(self, seconds: float) -> None:
        """So much time has passed at once; who sleeps goes on sleeping."""
        self._began -= seconds / self.speed
