"""How fast a platform may be spoken to: overall, in one room, and after it asked for silence."""

from __future__ import annotations

from collections import defaultdict, deque

from bot.message import Priority
from bot.ports.platforms import Pacing, Room

EVERYWHERE = "*"
"""The scope of a silence that holds for all rooms."""

_SECOND_MS = 1_000
_MINUTE_MS = 60_000
_MARGIN_MS = 50
"""Requests may arrive closer together than they left."""
_KEPT = 0.2
"""The share of the overall rate that only urgent rows and answers may use."""
_CATCH_UP = 2
"""Bulk rows that may leave at once when the loop was late for them."""


class Pace:
    """One platform's limits, on times in UTC ms that the caller hands in."""

    def __init__(self, pacing: Pacing) -> None:
        self._pacing = pacing
        self._all: deque[int] = deque()
        self._groups: defaultdict[str, deque[int]] = defaultdict(deque)
        self._spoken: dict[str, int] = {}
        self._silences: dict[str, int] = {}
        self._bulk_at = 0.0

    def silence(self, scope: str, until: int) -> None:
        """Nothing in this scope before then."""
        self._silences[scope] = max(until, self._silences.get(scope, 0))

    def silenced(self, now: int) -> list[str]:
        """The scopes that the platform wants left alone now."""
        return [scope for scope, until in self._silences.items() if until > now]

    def left(self, now: int, priority: Priority) -> None:
        """A request leaves now."""
        self._all.append(now)
        if priority >= Priority.ALERT and self._pacing.per_second:
            spacing = _SECOND_MS / (self._pacing.per_second * (1 - _KEPT))
            self._bulk_at = max(self._bulk_at, now - _CATCH_UP * spacing) + spacing

    def landed(self, room: Room, now: int) -> None:
        """A message is in the room since now, at the latest."""
        self._spoken[room.id] = now
        if room.is_group and self._pacing.group_per_minute:
            self._groups[room.id].append(now)

    def next_at(self, priority: Priority, now: int) -> int:
        """When something of this lane may leave, whatever the room."""
        at = max(now, self._silences.get(EVERYWHERE, 0))
        limit = int(self._pacing.per_second)
        if not limit:
            return at
        while self._all and self._all[0] <= now - _SECOND_MS - _MARGIN_MS:
            self._all.popleft()
        if len(self._all) >= limit:
            at = max(at, self._all[-limit] + _SECOND_MS + _MARGIN_MS)
        return max(at, int(self._bulk_at)) if priority >= Priority.ALERT else at

    def room_at(self, room: Room, now: int) -> int:
        """When a room may be spoken to."""
        at = self._silences.get(room.id, 0)
        gap = int(self._pacing.gap_seconds * _SECOND_MS)
        if gap and room.id in self._spoken:
            at = max(at, self._spoken[room.id] + gap)
        limit = self._pacing.group_per_minute
        if room.is_group and limit:
            times = self._groups[room.id]
            while times and times[0] <= now - _MINUTE_MS:
                times.popleft()
            if len(times) >= limit:
                at = max(at, times[-limit] + _MINUTE_MS)
        return at

    def forget(self, now: int) -> None:
        """Let go of what binds no more."""
        gap = int(self._pacing.gap_seconds * _SECOND_MS)
        self._spoken = {room: at for room, at in self._spoken.items() if at + gap > now}
        self._silences = {scope: until for scope, until in self._silences.items() if until > now}
        old = now - _MINUTE_MS
        self._groups = defaultdict(
            deque,
            {room: times for room, times in self._groups.items() if times and times[-1] > old},
        )
