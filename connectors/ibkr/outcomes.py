"""What is waited for after an order, a cancel or a change has left: the gateway has no answers,
only news, and errors that bear the order's number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from connectors.ibkr.said import OrderSaid, StatusSaid, Trouble
from engine.errors import OrderStateUnknown, VenueError

News = OrderSaid | StatusSaid
Hears = Callable[[News], bool]
Refuses = Callable[[Trouble], VenueError | None]


@dataclass(frozen=True, slots=True)
class _Wait:
    future: asyncio.Future[None]
    hears: Hears
    refuses: Refuses


class Outcomes:
    """One for each order's number at a time."""

    def __init__(self, patience_seconds: float) -> None:
        self._patience = patience_seconds
        self._waits: dict[int, _Wait] = {}

    async def of(
        self, number: int, send: Callable[[], None], hears: Hears, refuses: Refuses
    ) -> None:
        """Send, and wait until the news says that it was heard.

        Raises what `send` raises, what is made of an error, and OrderStateUnknown.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waits[number] = _Wait(future, hears, refuses)
        try:
            send()
            async with asyncio.timeout(self._patience):
                await future
        except TimeoutError:
            raise OrderStateUnknown("the gateway gave no answer", why="no_answer") from None
        finally:
            self._waits.pop(number, None)

    def hear(self, number: int, said: News) -> None:
        """News of the order with this number."""
        wait = self._waits.get(number)
        if wait is not None and not wait.future.done() and wait.hears(said):
            wait.future.set_result(None)

    def refuse(self, trouble: Trouble) -> bool:
        """An error that bears an order's number; whether somebody waits for what it says."""
        wait = self._waits.get(trouble.number)
        if wait is None or wait.future.done():
            return False
        failure = wait.refuses(trouble)
        if failure is not None:
            wait.future.set_exception(failure)
        return True

    def hang_up(self) -> None:
        """The gate shut: what is waited for does not come any more."""
        for wait in self._waits.values():
            if not wait.future.done():
                unknown = OrderStateUnknown("the line to the gateway fell", why="no_answer")
                wait.future.set_exception(unknown)
