"""Telegram's limits as it enforces them: 429 with the seconds to wait."""

from __future__ import annotations

import math
from collections import defaultdict, deque

from engine.ports.system import Clock

_SECOND_MS = 1_000
_MINUTE_MS = 60_000


class Limits:
    """30 a second in all, 1 a second in a chat, 20 a minute in a group; sliding windows."""

    def __init__(self, clock: Clock, overall: int = 30, group: int = 20) -> None:
        self._clock = clock
        self._overall, self._group = overall, group
        self._all: deque[int] = deque()
        self._chats: defaultdict[int, deque[int]] = defaultdict(deque)
        self.refused = 0

    def wait(self, chat: int) -> int:
        """Seconds to wait before a message may come into this chat; 0 counts it."""
        now = self._clock.now_ms()
        waits = [_over(self._all, self._overall, _SECOND_MS, now)]
        if chat < 0:
            waits.append(_over(self._chats[chat], self._group, _MINUTE_MS, now))
        else:
            waits.append(_over(self._chats[chat], 1, _SECOND_MS, now))
        if wait := max(waits):
            self.refused += 1
            return max(1, math.ceil(wait / 1_000))
        self._all.append(now)
        self._chats[chat].append(now)
        return 0


def _over(times: deque[int], limit: int, window: int, now: int) -> int:
    while times and times[0] <= now - window:
        times.popleft()
    return times[0] + window - now if len(times) >= limit else 0
