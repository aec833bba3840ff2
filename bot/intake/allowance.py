"""How much one person may ask: a burst, then one message a second, as chat platforms have it."""

from __future__ import annotations

import math

from engine.ports.system import Clock

_BURST = 30
_A_SECOND_MS = 1_000
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
        """Seconds until this sender may ask again; 0 when it is now, and then it is counted."""
        if platform in UNBOUNDED:
            return 0
        now, who = self._clock.now_ms(), f"{platform}:{sender}"
        if len(self._due) >= _KNOWN:
            self._forget(now)
        due = max(now, self._due.get(who, 0))
        if due > now + (_BURST + 1) * _A_SECOND_MS:
            due = now  # the clock was set back
        ahead = due + _A_SECOND_MS - now
        if ahead > _BURST * _A_SECOND_MS:
            return math.ceil((ahead - _BURST * _A_SECOND_MS) / 1_000)
        self._due[who] = due + _A_SECOND_MS
        return 0

    def may_be_told(self, platform: str, sender: str) -> bool:
        """Whether this sender has not heard lately that it was too much."""
        now, who = self._clock.now_ms(), f"{platform}:{sender}"
        if self._told.get(who, 0) > now:
            return False
        self._told[who] = now + _SILENCE_MS
        return True

    def _forget(self, now: int) -> None:
        self._due = {who: due for who, due in self._due.items() if due > now}
        self._told = {who: until for who, until in self._told.items() if until > now}
