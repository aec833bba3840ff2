"""The first answer to an interaction: what it asked for if that is there soon, else a sign."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.adapters.discord.client import AlreadyAnswered


class Opening:
    """An interaction that has no answer yet."""

    def __init__(self, *, is_aside: bool) -> None:
        """`is_aside`: others read where it happened, and its answer is for one person alone."""
        self.is_aside = is_aside
        self._is_offered = False
        self._is_answered = False
        self._moved = asyncio.Event()
        self._taken = asyncio.Event()
        self._over = asyncio.Event()

    async def offered(self, seconds: float) -> bool:
        """Leave the first answer to what was asked for, for so long; whether that was it."""
        self._is_offered = True
        self._moved.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._taken.wait()
        if self._is_offered:
            self._is_offered = False
            self._moved.clear()
            return False
        await self._over.wait()
        return self._is_answered

    async def take(self, say: Callable[[], Awaitable[int]]) -> int | None:
        """Say the first answer, if it is left to be said; else wait until there is one: None.

        Raises what `say` does; then it is left to the sign.
        """
        await self._moved.wait()
        if not self._is_offered:
            return None
        self._is_offered = False
        self._taken.set()
        try:
            number = await say()
            self._is_answered = True
        except AlreadyAnswered:
            self._is_answered = True
            return None
        finally:
            self._over.set()
        return number

    def close(self) -> None:
        """It has its first answer, or never will."""
        self._is_offered = False
        self._moved.set()
