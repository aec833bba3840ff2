"""Discord's limits as it enforces them: a bucket for each channel, and one for the whole bot."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass

from engine.ports.system import Clock

_GLOBAL, _GLOBAL_MS = 50, 1_000
_CHANNEL, _CHANNEL_MS = 5, 5_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a message may come in now, and what the headers say; times in seconds."""

    retry_after: float
    is_global: bool
    remaining: int
    reset_after: float


class Limits:
    """50 requests a second in all, 5 messages in 5 seconds in a channel; sliding windows.

    `speed` is how much faster than the library's own clock this one goes.
    """

    def __init__(self, clock: Clock, speed: float = 1) -> None:
        self._clock, self._speed = clock, speed
        self._all: deque[int] = deque()
        self._channels: defaultdict[int, deque[int]] = defaultdict(deque)
        self.refused = 0

    def take(self, channel: int) -> Verdict:
        """One message into a channel."""
        now = self._clock.now_ms()
        overall = _over(self._all, _GLOBAL, _GLOBAL_MS, now)
        here = self._channels[channel]
        local = _over(here, _CHANNEL, _CHANNEL_MS, now)
        if wait := max(overall, local):
            self.refused += 1
            return Verdict(self._real(wait), overall > 0, 0, self._real(wait))
        self._all.append(now)
        here.append(now)
        reset = here[0] + _CHANNEL_MS - now
        return Verdict(0, False, _CHANNEL - len(here), self._real(reset))

    def _real(self, milliseconds: int) -> float:
        return milliseconds / 1_000 / self._speed


def _over(times: deque[int], limit: int, window: int, now: int) -> int:
    while times and times[0] <= now - window:
        times.popleft()
    return times[0] + window - now if len(times) >= limit else 0
