"""A desk whose prices are not of this moment goes by its market's time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from engine.ports.system import Clock


class MarketClock:
    """Time as a replayed or sped-up feed tells it; waiting is still real."""

    def __init__(self, market_now_ms: Callable[[], int], clock: Clock) -> None:
        self._market_now_ms = market_now_ms
        self._clock = clock

    def now(self) -> datetime:
        """The market's moment, in UTC."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def now_ms(self) -> int:
        """The market's moment in UTC epoch milliseconds."""
        return self._market_now_ms()

    async def sleep(self, seconds: float) -> None:
        """Wait real seconds."""
        await self._clock.sleep(seconds)
