"""How much one person may ask: a burst, then one message a second, as chat platforms have it."""

from __future__ import annotations

import math

from engine.ports.system import Clock

_A_SECOND_MS = 1_000
_BURST_MS = 30 * _A_SECOND_MS
_SILENCE_MS = 30_000
"""Whoever asked too much is told so once in this time."""
_KNOWN = 10_000
"""Senders remembered at once; those who have their whole burst again need not be."""

UNBOUNDED = frozenset({"terminal"})
"""Whoever sits at this machine may pipe in as much as they like."""


class Allowance:
    """Burst and rate of each sender, in memory: a restart gives everybody a new burst."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # When the last message asked for would have been due, at one a second.
        self._due: dict[str, int] = {}
        self._told: dict[str, int] = {}

    def wait(self, platform: str, sender: str) -> int:
        """Seconds until this sender may ask again; 0 when it is now."""
        if platform in UNBOUNDED:
            return 0
        now = self._clock.now_ms()
        ahead = self._ahead(f"{platform}:{sender}", now) + _A_SECOND_MS
        return math.ceil((ahead - _BURST_MS) / 1_000) if ahead > _BURST_MS else 0

    def count(self, platform: str, sender: str) -> None:
        """One message was taken; what is only delivered again is not one more."""
        if platform in UNBOUNDED:
            return
        now, who = self._clock.now_ms(), f"{platform}:{sender}"
        if len(self._due) >= _KNOWN:
            self._forget(now)
        self._due[who] = now + self._ahead(who, now) + _A_SECOND_MS

    def may_be_told(self, platform: str, sender: str) -> bool:
        """Whether this sender has not heard lately that it was too much."""
        now, who = self._clock.now_ms(), f"{platform}:{sender}"
        if now < self._told.get(who, 0) <= now + _SILENCE_MS:
            return False
        self._told[who] = now + _SILENCE_MS
        return True

    def _ahead(self, who: str, now: int) -> int:
        """Milliseconds of its burst that are used up; none where the clock was set back since."""
        ahead = self._due.get(who, 0) - now
        return ahead if 0 < ahead <= _BURST_MS else 0

    def _forget(self, now: int) -> None:
        self._due = {who: due for who, due in self._due.items() if due > now}
        self._told = {who: until for who, until in self._told.items() if until > now}
