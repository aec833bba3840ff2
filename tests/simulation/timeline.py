"""Virtual time: what happens in the world, in order, and an event loop that never waits."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from math import inf
from typing import Any

EPOCH_MS = int(datetime(2026, 3, 2, 9, 0, tzinfo=UTC).timestamp() * 1000)
"""A Monday morning."""

# So many turns of the loop in which no time passes are a loop without end.
_MOST_TURNS_AT_ONCE = 100_000

Happening = Callable[[], None]


class Deadlock(Exception):
    """Every task waits, no timer is set and nothing more will happen in the world."""


class Livelock(Exception):
    """The tasks go on for ever while no time passes."""


class Killed(KeyboardInterrupt):
    """The process dies here and now: like a signal, it passes through every handler."""


class Timeline:
    """What will happen in the world outside the process, which goes on when the process dies."""

    def __init__(self) -> None:
        self.now = 0.0
        self.serials = count()
        self._heap: list[tuple[float, int, Happening]] = []

    def at(self, moment: float, happening: Happening) -> None:
        heapq.heappush(self._heap, (max(moment, self.now), next(self.serials), happening))

    def after(self, seconds: float, happening: Happening) -> None:
        self.at(self.now + seconds, happening)

    def ms(self) -> int:
        """The true time in UTC ms."""
        return EPOCH_MS + round(self.now * 1000)

    def next(self) -> float:
        return self._heap[0][0] if self._heap else inf

    def happen(self) -> None:
        """Let the next thing happen, at its time."""
        moment, _, happening = heapq.heappop(self._heap)
        self.now = moment
        happening()

    def pass_until(self, moment: float) -> None:
        """Time passes while no process runs."""
        while self.next() <= moment:
            self.happen()
        self.now = max(self.now, moment)


class OrderedTask(asyncio.Task[Any]):
    """A task that hashes by creation order, so a set of tasks iterates alike in every run."""

    def __init__(self, serial: int, coro: Coroutine[Any, Any, Any], **options: Any) -> None:
        self.serial = serial
        super().__init__(coro, **options)

    def __hash__(self) -> int:
        return self.serial

    __eq__ = object.__eq__


class VirtualTimeLoop(asyncio.BaseEventLoop):
    """An event loop without sockets or threads whose time jumps to whatever comes next."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        self._selector = self
        self._turns_at_once = 0
        self.set_task_factory(
            lambda loop, coro, **options: OrderedTask(
                next(timeline.serials), coro, loop=loop, **options
            )
        )

    def time(self) -> float:
        return self._timeline.now

    def select(self, timeout: float | None) -> list[Any]:
        """Called when nothing is ready, or on the way to what is."""
        if timeout is not None and timeout <= 0:
            self._turns_at_once += 1
            if self._turns_at_once > _MOST_TURNS_AT_ONCE:
                raise Livelock
            return []
        self._turns_at_once = 0
        timer = self._scheduled[0].when() if self._scheduled else inf
        outside = self._timeline.next()
        if outside <= timer:
            if outside == inf:
                raise Deadlock
            self._timeline.happen()
        else:
            self._timeline.now = timer
        return []

    def abandon(self) -> None:
        """The process is dead: none of its code goes on."""
        tasks = [t for t in asyncio.all_tasks(self) if isinstance(t, OrderedTask)]
        for task in sorted(tasks, key=lambda each: each.serial):
            task._log_destroy_pending = False
            # What it does in dying reaches nobody.
            with suppress(BaseException):
                task.get_coro().close()
        self._ready.clear()
        self._scheduled.clear()
        self.close()

    def run_in_executor(self, *args: Any) -> Any:
        raise RuntimeError("a thread escapes the simulation")

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


class WallClock:
    """The desk's own clock, which may jump, while waiting is true."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self.error_ms = 0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def now_ms(self) -> int:
        return self._timeline.ms() + self.error_ms

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class CountedNames:
    """Identifiers in counting order that go on over restarts, as chance would not repeat one."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self, length: int = 12) -> str:
        return f"{next(self._numbers):0{length}d}"
