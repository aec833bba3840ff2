"""Quotes on their way from a venue's stream to whoever takes them, bounded."""

from __future__ import annotations

import asyncio

import structlog

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.market import Tick

_log = structlog.get_logger(__name__)

BOUND = 50_000
"""Quotes that wait to be taken; beyond it the newest of each symbol stays, and that is said."""


class TickQueue:
    """First in, first out; once it is full the newest of each symbol waits behind it."""

    def __init__(self, venue: VenueName, bound: int = BOUND) -> None:
        self._venue = venue
        self._bound = bound
        self._waiting: asyncio.Queue[Tick] = asyncio.Queue()
        self._newest: dict[Symbol, Tick] = {}
        self.passed_over = 0
        """Quotes that were replaced by newer ones because nobody took them in time."""

    def put(self, tick: Tick) -> None:
        """One more has come."""
        # While some wait behind, a newer one of theirs must not come before them.
        if not self._newest and self._waiting.qsize() < self._bound:
            self._waiting.put_nowait(tick)
            return
        if not self._newest:
            _log.error("quotes_passed_over", venue=self._venue, waiting=self._waiting.qsize())
        self.passed_over += tick.symbol in self._newest
        self._newest[tick.symbol] = tick

    async def take(self) -> Tick:
        """The next one, once there is one."""
        if self._newest and self._waiting.empty():
            for tick in self._newest.values():
                self._waiting.put_nowait(tick)
            _log.warning("quotes_caught_up", venue=self._venue, passed_over=self.passed_over)
            self._newest = {}
        return await self._waiting.get()
