from __future__ import annotations

from datetime import UTC, datetime

import pytest


class VirtualClock:
    """Time that passes only by sleeping."""

    def __init__(self, now: datetime) -> None:
        self.ms = round(now.timestamp() * 1000)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.ms / 1000, UTC)

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2025, 11, 25, 10, 7, 30, tzinfo=UTC))
