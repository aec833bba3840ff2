"""The exchange's private streams, taken up again whenever they fall."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

from connectors.ccxt.access import Access
from connectors.ccxt.stated import Raw
from engine.errors import VenueError

_log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 5.0

Hear = Callable[[Raw], Awaitable[None]]
Watch = Callable[[], Awaitable[Sequence[Raw]]]


class Streams:
    """Orders and trades as they happen. A fall is told, so that what was missed is asked for."""

    def __init__(self, at: Access, fell: Callable[[], None]) -> None:
        """`fell` is called whenever something may have been missed."""
        self._at = at
        self._fell = fell
        self._down: set[str] = set()
        self.connections = 1
        """How often the line was made."""
        self.is_up = False
        """Whether everything that is followed is connected, as far as is known."""

    async def follow(self, on_order: Hear, on_trade: Hear) -> None:
        """Hear of everything until canceled."""
        has = self._at.client.has
        tasks = []
        if has.get("watchOrders") is True:
            tasks.append(self._keep("orders", self._at.client.watch_orders, on_order))
        if has.get("watchMyTrades") is True and self._at.contract.streams_trades:
            tasks.append(self._keep("trades", self._at.client.watch_my_trades, on_trade))
        self.is_up = bool(tasks)
        futures = [asyncio.ensure_future(task) for task in tasks]
        try:
            await asyncio.gather(*futures)
        finally:
            self.is_up = False
            for future in futures:
                future.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*futures, return_exceptions=True)

    async def _keep(self, name: str, watch: Watch, hear: Hear) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                with self._at.failures.asking():
                    raws = await watch()
            except VenueError as error:
                _log.warning(
                    "stream_fell", venue=self._at.contract.exchange, of=name, why=str(error)
                )
                self._set(name, up=False)
                self._fell()
                await self._at.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                continue
            if name in self._down:
                self.connections += 1
                self._fell()
            self._set(name, up=True)
            pause = _FIRST_PAUSE_SECONDS
            for raw in tuple(raws):
                await hear(raw)

    def _set(self, name: str, *, up: bool) -> None:
        (self._down.discard if up else self._down.add)(name)
        self.is_up = not self._down
