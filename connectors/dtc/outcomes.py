"""What is waited for after an order, a cancel or a change has left: there are no answers, only
news of the order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from connectors.dtc.said import OrderSaid
from engine.errors import OrderStateUnknown, VenueError

Judge = Callable[[OrderSaid], bool | VenueError]
"""Whether news is what was waited for, or what went wrong."""


@dataclass(frozen=True, slots=True)
class _Wait:
    future: asyncio.Future[None]
    judge: Judge


class Outcomes:
    """One for each order's name at a time."""

    def __init__(self, patience_seconds: float) -> None:
        self._patience = patience_seconds
        self._waits: dict[str, _Wait] = {}

    async def of(self, name: str, send: Callable[[], None], judge: Judge) -> None:
        """Send, and wait until the news says that it was heard.

        Raises what `send` raises, what `judge` gives, and OrderStateUnknown.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waits[name] = _Wait(future, judge)
        try:
            send()
            async with asyncio.timeout(self._patience):
                await future
        except TimeoutError:
            raise OrderStateUnknown("the server gave no answer", why="no_answer") from None
        finally:
            self._waits.pop(name, None)

    def hear(self, said: OrderSaid) -> bool:
        """News of an order; whether somebody waited for just that failure."""
        wait = self._waits.get(said.key)
        if wait is None or wait.future.done():
            return False
        verdict = wait.judge(said)
        if isinstance(verdict, VenueError):
            wait.future.set_exception(verdict)
            return True
        if verdict:
            wait.future.set_result(None)
        return False

    def hang_up(self) -> None:
        """The gate shut: what is waited for does not come any more."""
        for wait in self._waits.values():
            if not wait.future.done():
                unknown = OrderStateUnknown("the line to the server fell", why="no_answer")
                wait.future.set_exception(unknown)
