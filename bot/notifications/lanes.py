"""What waits to be said, by room: urgent rows first, then by age, and nothing for ever."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.message import OutgoingMessage, Priority
from bot.ports.platforms import Room

_AGED_MS = 600_000
_AGED_TURN = 20
"""Each so many sendings, a row of the last lane goes first if it has waited that long."""

Order = tuple[int, int]


@dataclass(slots=True)
class _Waiting:
    room: Room
    rows: list[tuple[Order, OutgoingMessage]] = field(default_factory=list)
    is_busy: bool = False
    ready_at: int = 0


class Lanes:
    """Rows of one platform, in memory; each is a committed row that stays so until it is sent.

    A room is spoken to by one sending at a time, so that its rows keep their order.
    """

    def __init__(self) -> None:
        self._rooms: dict[str, _Waiting] = {}
        self._ready: list[tuple[Order, str]] = []
        self._later: list[tuple[int, str]] = []
        self._counts = dict.fromkeys(Priority, 0)
        self._turn = 0

    def count(self, priority: Priority) -> int:
        """How many rows wait in a lane."""
        return self._counts[priority]

    def add(self, row: OutgoingMessage, room: Room, ready_at: int) -> None:
        """One more row; `ready_at` is when its room may be spoken to, in UTC ms."""
        waiting = self._rooms.setdefault(room.id, _Waiting(room))
        heapq.heappush(waiting.rows, (_order(row), row))
        self._counts[row.priority] += 1
        self._show(waiting, max(ready_at, waiting.ready_at))

    def next(self, now: int, *, least: Priority) -> tuple[OutgoingMessage, Room] | None:
        """Take the row that goes now, of this lane or a more urgent one; its room is busy then.

        The room is the one that it waited for: its conversation may have another name by now.
        """
        self._turn += 1
        if self._turn % _AGED_TURN == 0 and least is Priority.BULK and self._head(now):
            aged = self._aged(now)
            if aged is not None:
                return self._take(aged)
        waiting = self._head(now)
        if waiting is None or waiting.rows[0][1].priority > least:
            return None
        return self._take(waiting)

    def wakes_at(self) -> int | None:
        """When the next room may be spoken to again, in UTC ms."""
        return self._later[0][0] if self._later else None

    def foremost(self, now: int) -> Priority | None:
        """The most urgent lane among rooms that may be spoken to."""
        waiting = self._head(now)
        return None if waiting is None else waiting.rows[0][1].priority

    def company(self, row: OutgoingMessage, room: Room) -> Sequence[OutgoingMessage]:
        """Others that wait in the same conversation and lane for the same person, oldest first."""
        waiting = self._rooms[room.id]
        return sorted(
            (
                other
                for _, other in waiting.rows
                if other.conversation == row.conversation
                and other.person == row.person
                and other.priority == row.priority
            ),
            key=lambda other: other.id,
        )

    def withdraw(self, rows: Sequence[OutgoingMessage], room: Room) -> None:
        """They are said together with another one."""
        waiting = self._rooms.get(room.id, _Waiting(room))
        gone = {row.id for row in rows}
        waiting.rows = [entry for entry in waiting.rows if entry[1].id not in gone]
        heapq.heapify(waiting.rows)
        for row in rows:
            self._counts[row.priority] -= 1

    def emptied(self, room: Room) -> Sequence[OutgoingMessage]:
        """Take all that waits for a room; what is on its way there still is."""
        waiting = self._rooms.get(room.id, _Waiting(room))
        rows = [row for _, row in waiting.rows]
        self.withdraw(rows, room)
        if not waiting.is_busy:
            self._rooms.pop(room.id, None)
        return rows

    def is_idle(self, room: Room) -> bool:
        """Whether nothing is on its way to a room, nor waits for it."""
        return room.id not in self._rooms

    def hold(self, room: Room) -> bool:
        """Take a room for something that is no row; False where something is on its way there."""
        waiting = self._rooms.setdefault(room.id, _Waiting(room))
        is_free = not waiting.is_busy
        waiting.is_busy = True
        return is_free

    def release(self, room: Room, ready_at: int) -> None:
        """The sending in a room is over; it may be spoken to again at this moment."""
        waiting = self._rooms.get(room.id)
        if waiting is None:
            return
        waiting.is_busy = False
        waiting.ready_at = ready_at
        if waiting.rows:
            self._show(waiting, ready_at)
        else:
            del self._rooms[room.id]

    def _head(self, now: int) -> _Waiting | None:
        """The room whose next row comes first of all that may be spoken to."""
        while self._later and self._later[0][0] <= now:
            _, room = heapq.heappop(self._later)
            if (waiting := self._rooms.get(room)) and not waiting.is_busy and waiting.rows:
                heapq.heappush(self._ready, (waiting.rows[0][0], room))
        while self._ready:
            order, room = self._ready[0]
            waiting = self._rooms.get(room)
            if waiting is not None and self._is_ready(waiting, order, now):
                return waiting
            heapq.heappop(self._ready)
        return None

    def _take(self, waiting: _Waiting) -> tuple[OutgoingMessage, Room]:
        _, row = heapq.heappop(waiting.rows)
        waiting.is_busy = True
        self._counts[row.priority] -= 1
        return row, waiting.room

    def _show(self, waiting: _Waiting, ready_at: int) -> None:
        waiting.ready_at = ready_at
        if not waiting.is_busy:
            heapq.heappush(self._later, (ready_at, waiting.room.id))

    def _is_ready(self, waiting: _Waiting, order: Order, now: int) -> bool:
        head = waiting.rows[0][0] if waiting.rows else None
        return head == order and not waiting.is_busy and waiting.ready_at <= now

    def _aged(self, now: int) -> _Waiting | None:
        """The room whose next row is bulk and has waited too long, oldest first."""
        found = [
            waiting
            for _, room in self._ready
            if (waiting := self._rooms.get(room)) is not None
            and waiting.rows
            and self._is_ready(waiting, waiting.rows[0][0], now)
            and waiting.rows[0][1].priority is Priority.BULK
            and waiting.rows[0][1].created_at <= now - _AGED_MS
        ]
        return min(found, key=lambda waiting: waiting.rows[0][0], default=None)


def _order(row: OutgoingMessage) -> Order:
    return int(row.priority), row.id
