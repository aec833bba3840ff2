"""A question that many ask at once, asked once for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Shared(Generic[Answer]):
    """Who asked before it was sent shares its answer.

    A venue takes but so many questions a second, and lists the whole day for each.
    """

    def __init__(self, ask: Callable[[], Awaitable[list[Answer]]]) -> None:
        self._ask = ask
        self._one_at_a_time = asyncio.Lock()
        self._asked = self._answered = 0
        self._answer: list[Answer] = []

    async def __call__(self) -> list[Answer]:
        """The answer to a question that was sent after this was called."""
        self._asked += 1
        mine = self._asked
        async with self._one_at_a_time:
            if mine > self._answered:
                answers = self._asked
                self._answer = await self._ask()
                self._answered = answers
            return self._answer
