"""Which row of one platform goes next, at the pace that it allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from bot.errors import (
    TryLater,
)
from bot.message import OutgoingMessage, Priority
from bot.notifications.carrier import STORE_RESTS_SECONDS, Carrier, Relay
from bot.notifications.lanes import Lanes
from bot.notifications.merging import joined
from bot.notifications.pace import Pace
from bot.notifications.steady import SteadyTime
from bot.notifications.wording import Wording
from bot.ports.messages import Outbox, PlatformNotes
from bot.ports.platforms import Adapter, Room
from engine.errors import StoreUnavailable
from engine.ports.system import Clock
from engine.ports.waiting import happened_within

_log = structlog.get_logger(__name__)

_LANE_ROWS = 5_000
"""Rows of a lane that are loaded at once; the others wait in the store."""
_MOST_HANDED = 1_000
_WAIT_SECONDS = 0.2
_MOST_WAITS = 50
_MINUTE_MS = 60_000
_SECOND_MS = 1_000


class Courier:
    """One platform's sender. What it holds in memory are rows of the store and nothing else."""

    def __init__(
        self,
        adapter: Adapter,
        outbox: Outbox,
        notes: PlatformNotes,
        wording: Wording,
        relay: Relay,
        *,
        clock: Clock,
        group: asyncio.TaskGroup,
    ) -> None:
        """`group` holds the sendings on their way."""
        self._adapter = adapter
        self._outbox = outbox
        self._notes = notes
        self._clock = clock
        self._steady = SteadyTime(clock)
        self._group = group
        self._pace = Pace(adapter.pacing)
        self._lanes = Lanes()
        self._carrier = Carrier(
            adapter,
            outbox,
            notes,
            wording,
            relay,
            clock=clock,
            steady=self._steady,
            pace=self._pace,
            give_back=self._put,
            renamed=self._rehouse,
        )
        self._after = dict.fromkeys(Priority, 0)
        self._promised: dict[str, tuple[str, int]] = {}
        """Rooms of rows, by key, that are committed as leaving and are not here yet; since when."""
        self._handed: dict[int, Priority] = {}
        """Rows that came here without being read, which the next reading passes over."""
        self._flying: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._loading = asyncio.Lock()
        self._has_news = True
        self._has_recalled = False
        self._tidied = 0

    @property
    def is_local(self) -> bool:
        """Whether it goes to a screen of this machine, which never makes anybody wait."""
        return not self._adapter.pacing.per_second

    def wake(self) -> None:
        """There are new rows."""
        self._has_news = True
        self._woken.set()

    async def run(self) -> None:
        """Send for ever."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self._refill()
                except StoreUnavailable as error:
                    _log.warning("outbox_waits", error=str(error))
                    await self._clock.sleep(STORE_RESTS_SECONDS)
                    continue
                await self._rest(self._dispatch())
        finally:
            for task in self._flying:
                task.cancel()

    async def drain(self) -> None:
        """Send all that can leave now, and wait until it is there."""
        while True:
            self._has_news = True
            await self._refill()
            self._dispatch()
            if not self._flying:
                return
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)

    def may_say(self, conversation: str) -> bool:
        """Whether something that is no row may be said there now; it is counted as if it were.

        Not where it would use up what a group may hear in a minute, nor ahead of what waits.
        """
        now = self._steady.now_ms()
        room = self._carrier.room(conversation)
        if room.is_group and self._adapter.pacing.group_per_minute:
            return False
        if max(self._pace.room_at(room, now), self._pace.next_at(Priority.BULK, now)) > now:
            return False
        self._pace.left(now, Priority.BULK)
        self._pace.landed(room, now)
        return True

    def promise(self, row: OutgoingMessage) -> OutgoingMessage | None:
        """A row that is not committed yet, as it is to be where it leaves at once; else None.

        Where a repeat is seen it is committed as one that may be there, so that it need not be
        written once more before it leaves.
        """
        pacing, room, now = (
            self._adapter.pacing,
            self._carrier.room(row.conversation),
            self._steady.now_ms(),
        )
        at = max(self._pace.room_at(room, now), self._pace.next_at(row.priority, now))
        awaited = {name for name, _ in self._promised.values()}
        is_next = self._lanes.is_idle(room) and room.id not in awaited
        is_free = at <= now and len(self._flying) + len(self._promised) < pacing.at_once
        if row.subject or not (is_next and is_free):
            return None
        self._promised[row.key] = room.id, now
        return replace(row, is_unsure=True) if pacing.shows_repeats else row

    def leave(self, row: OutgoingMessage) -> bool:
        """Send a promised row that is committed now; False where it is to be read, or was.

        It is as it was promised, so that nobody need read it back.
        """
        if self._promised.pop(row.key, None) is None:
            return False
        self._handed[row.id] = row.priority
        self._has_news |= len(self._handed) >= _MOST_HANDED
        if row.is_unsure:
            self._carrier.left.add(row.id)
        self._put(replace(row, is_unsure=False))
        self._woken.set()
        return True

    @asynccontextmanager
    async def turn(self, conversation: str) -> AsyncIterator[None]:
        """A conversation for something urgent that is no row: nothing else is said meanwhile.

        Raises TryLater where its turn does not come within seconds.
        """
        room = self._carrier.room(conversation)
        for _ in range(_MOST_WAITS):
            now = self._steady.now_ms()
            at = max(self._pace.room_at(room, now), self._pace.next_at(Priority.URGENT, now))
            if at <= now and self._lanes.hold(room):
                break
            await self._clock.sleep(_WAIT_SECONDS)
        else:
            raise TryLater("the chat is busy")
        self._pace.left(now, Priority.URGENT)
        try:
            yield
        finally:
            now = self._steady.now_ms()
            self._pace.landed(room, now)
            self._lanes.release(room, self._pace.room_at(room, now))
            self._woken.set()

    async def moved(self, old: str, new: str) -> None:
        """A conversation has another name from now on."""
        await self._carrier.moved(old, new)

    # -- what goes next ---------------------------------------------------------------------

    async def _refill(self) -> None:
        async with self._loading:
            if not self._has_recalled:
                await self._recall()
                self._has_recalled = True
            short = {
                lane: after
                for lane, after in self._after.items()
                if self._lanes.count(lane) < _LANE_ROWS
            }
            if not self._has_news or not short:
                return
            self._has_news = False
            handed = list(self._handed.items())
            try:
                rows = await self._outbox.pending(self._adapter.platform, short, _LANE_ROWS)
            except StoreUnavailable:
                self._has_news = True
                raise
            self._has_news |= len(rows) >= _LANE_ROWS
            for row in rows:
                self._after[row.priority] = row.id
                if row.id not in self._handed:
                    self._put(self._known(row))
            if not self._has_news:  # all up to these was read: they cannot come again
                for number, lane in handed:
                    if lane in short:
                        self._after[lane] = max(self._after[lane], number)
                        del self._handed[number]

    def _known(self, row: OutgoingMessage) -> OutgoingMessage:
        """A row that was read, as this process knows it."""
        is_promised = self._promised.pop(row.key, None) is not None
        if not row.is_unsure:
            return row
        if is_promised:
            self._carrier.left.add(row.id)
            return replace(row, is_unsure=False)
        now = self._steady.now_ms()  # one that died may have said it only just now
        self._pace.landed(self._carrier.room(row.conversation), now)
        self._pace.left(now, Priority.URGENT)
        return row

    async def _recall(self) -> None:
        """What the platform wants, and what was said in the last minute, before this process."""
        platform, now = self._adapter.platform, self._clock.now_ms()
        for scope, until in (await self._notes.silences(platform)).items():
            self._pace.silence(scope, until)
        self._carrier.moves.update(await self._notes.moves(platform))
        for conversation, spoken in await self._notes.spoken(platform, now - _MINUTE_MS):
            at = min(spoken, now)  # later only where the clock was set back since
            self._pace.landed(self._adapter.room(conversation), at)
            if at > now - _SECOND_MS:
                self._pace.left(at, Priority.URGENT)

    def _put(self, row: OutgoingMessage) -> None:
        room = self._carrier.room(row.conversation)
        self._lanes.add(row, room, self._pace.room_at(room, self._steady.now_ms()))

    def _rehouse(self, old: str) -> None:
        """What waits under a conversation's old name waits under its new one, in order."""
        for row in self._lanes.emptied(self._adapter.room(old)):
            self._put(row)

    def _dispatch(self) -> float | None:
        """Let go what may; gives the seconds until something more may, None for no such time."""
        now = self._steady.now_ms()
        if now > self._tidied + _MINUTE_MS:
            self._tidied = now
            self._pace.forget(now)
            # A row that was answered before is not written again, and never comes.
            young = {k: held for k, held in self._promised.items() if held[1] > now - _MINUTE_MS}
            self._promised = young
        while len(self._flying) < self._adapter.pacing.at_once:
            if self._pace.next_at(Priority.URGENT, now) > now:
                break
            may_bulk = self._pace.next_at(Priority.BULK, now) <= now
            found = self._lanes.next(now, least=Priority.BULK if may_bulk else Priority.ANSWER)
            if found is None:
                break
            row, room = found
            if not self._adapter.pacing.is_free(row, now):
                self._pace.left(now, row.priority)
            task = self._group.create_task(self._carry(row, room))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        else:
            return None  # one that comes back wakes the loop
        times = [at] if (at := self._lanes.wakes_at()) is not None else []
        foremost = self._lanes.foremost(now)
        if foremost is not None:
            times.append(self._pace.next_at(foremost, now))
        return max(0.001, (min(times) - now) / 1000) if times else None

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._woken.set()

    async def _rest(self, seconds: float | None) -> None:
        """Until there is news, or the time has come."""
        if seconds is None:
            await self._woken.wait()
            return
        await happened_within(self._woken, seconds, self._clock)

    # -- one sending ------------------------------------------------------------------------

    async def _carry(self, row: OutgoingMessage, room: Room) -> None:
        """Send a row and what goes with it, and see to whatever comes of it."""
        company = joined(row, self._lanes.company(row, room), self._clock.now_ms())
        self._lanes.withdraw(company, room)
        rows = [row, *company]
        try:
            await self._carrier.carry(rows, room)
        finally:
            self._lanes.release(room, self._pace.room_at(room, self._steady.now_ms()))
