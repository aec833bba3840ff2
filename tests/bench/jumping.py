"""A loop with real sockets whose time jumps over waiting: seconds pass only when nothing happens.

Both ends of every connection must be on it, for what one end sends on this machine is there for
the other at once. A thread is waited for in real time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from tests.standins.clock import START_MS

T = TypeVar("T")

_TURN_SECONDS = 1e-6
"""What a turn of the loop takes: who waits until more than so much has passed gets there."""


class _Jumping(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Whoever would be waited for longest has waited."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        self.now += _TURN_SECONDS
        found = super().select(0)
        if found or timeout == 0:
            return found
        if timeout is None or self.threads:
            return super().select(timeout)
        self.now += timeout
        return found


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its time is 0 at first."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def run_in_executor(self, *args: Any) -> Any:
        work = super().run_in_executor(*args)
        self._jumping.threads += 1
        work.add_done_callback(self._ended)
        return work

    def _ended(self, _: object) -> None:
        self._jumping.threads -= 1


class LoopClock:
    """The time of the running loop, from a Monday morning on."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def now_ms(self) -> int:
        return START_MS + int(asyncio.get_running_loop().time() * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end on a loop of its own."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)
