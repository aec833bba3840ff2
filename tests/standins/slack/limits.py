"""Slack's limits as it enforces them: 429 with the seconds to wait."""

from __future__ import annotations

import math
from collections import defaultdict

from engine.ports.system import Clock


class Limits:
    """One message a second in a channel."""

    def __init__(self, clock: Clock, gap_ms: int = 1_000) -> None:
        self._clock = clock
        self._gap = gap_ms
        self._said: defaultdict[str, int] = defaultdict(int)
        self.refused = 0

    def wait(self, channel: str) -> int:
        """Seconds to wait before a message may come into this channel; 0 counts it."""
        now = self._clock.now_ms()
        left = self._said[channel] + self._gap - now
        if left > 0:
            self.refused += 1
            return max(1, math.ceil(left / 1_000))
        self._said[channel] = now
        return 0
