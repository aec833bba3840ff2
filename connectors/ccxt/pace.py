"""In which turn requests leave, so that an exchange is not asked too often and no order waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_GOES_FIRST: ContextVar[bool] = ContextVar("goes_first", default=False)


@contextmanager
def first() -> Iterator[None]:
    """What is sent inside waits behind no question."""
    token = _GOES_FIRST.set(True)
    try:
        yield
    finally:
        _GOES_FIRST.reset(token)


def paced(throttler: Any) -> Callable[[float | None], Awaitable[None]]:
    """Ccxt's wait for its turn, of which it has one queue for everything, with orders in front.

    What an order costs counts as before. One that costs nothing, since the exchange counts orders
    by themselves, need not wait until the questions are paid for either.
    """
    going_first = 0

    async def throttle(cost: float | None = None) -> None:
        nonlocal going_first
        if not _GOES_FIRST.get():
            await throttler(cost)
            return
        if cost == 0:
            return
        turn, queue = throttler(cost), throttler.queue
        queue.insert(going_first, queue.pop())
        going_first += 1
        try:
            await turn
        finally:
            going_first -= 1

    return throttle
