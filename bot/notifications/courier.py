"""Takes the rows of one platform there, at its pace, and records how each one went."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

import structlog

from bot.card import Card
from bot.errors import (
    DeliveryFailed,
    Moved,
    NobodyThere,
    PlatformClosed,
    TryLater,
    Undeliverable,
    Unsure,
)
from bot.message import Delivery, OutgoingMessage, Priority, Sending
from bot.notifications.lanes import Lanes
from bot.notifications.merging import joined
from bot.notifications.pace import EVERYWHERE, Pace
from bot.notifications.steady import SteadyTime
from bot.notifications.wording import Wording
from bot.ports.messages import Outbox, PlatformNotes
from bot.ports.platforms import Adapter, Receipt, Room
from engine.errors import StoreUnavailable
from engine.ports.boundary import boundary
from engine.ports.system import Clock
from engine.ports.waiting import happened_within

_log = structlog.get_logger(__name__)

_LANE_ROWS = 5_000
"""Rows of a lane that are loaded at once; the others wait in the store."""
_MOST_HANDED = 1_000
_STORE_RESTS_SECONDS = 1.0
_LONGEST_REST_MS = 30_000
_CLOSED_RESTS_MS = 60_000
_FAILED_RESTS_MS = 5_000
_WAIT_SECONDS = 0.2
_MOST_WAITS = 50
_TRIES = 5
"""After so many failures that nobody foresaw, a row is given up."""
_EDITED_MS = 30_000
"""A card that has been there longer is not changed any more: nobody looks at it."""
_MINUTE_MS = 60_000
_SECOND_MS = 1_000
_ELSEWHERE_MS = 60_000
"""An urgent row that could not be said for so long is said on another platform too."""


class Relay(Protocol):
    """The other couriers."""

    async def copies(self, row: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """The same words for the same person on their other platforms."""
        ...

    def wake(self) -> None:
        """There are new rows."""
        ...


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
        self._wording = wording
        self._relay = relay
        self._clock = clock
        self._steady = SteadyTime(clock)
        self._group = group
        self._pace = Pace(adapter.pacing)
        self._lanes = Lanes()
        self._after = dict.fromkeys(Priority, 0)
        self._moves: dict[str, str] = {}
        self._promised: dict[str, tuple[str, int]] = {}
        """Rooms of rows, by key, that are committed as leaving and are not here yet; since when."""
        self._handed: dict[int, Priority] = {}
        """Rows that came here without being read, which the next reading passes over."""
        self._left: set[int] = set()
        """Rows that are written down as leaving, and have not left."""
        self._flying: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._loading = asyncio.Lock()
        self._has_news = True
        self._has_recalled = False
        self._failures = 0
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
                    await self._clock.sleep(_STORE_RESTS_SECONDS)
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
        room = self._adapter.room(self._moves.get(conversation, conversation))
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
        pacing, room, now = self._adapter.pacing, self._room(row), self._steady.now_ms()
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
            self._left.add(row.id)
        self._put(replace(row, is_unsure=False))
        self._woken.set()
        return True

    @asynccontextmanager
    async def turn(self, conversation: str) -> AsyncIterator[None]:
        """A conversation for something urgent that is no row: nothing else is said meanwhile.

        Raises TryLater where its turn does not come within seconds.
        """
        room = self._adapter.room(self._moves.get(conversation, conversation))
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
        await self._notes.move(self._adapter.platform, old, new)
        self._moves[old] = new

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
            self._left.add(row.id)
            return replace(row, is_unsure=False)
        now = self._steady.now_ms()  # one that died may have said it only just now
        self._pace.landed(self._room(row), now)
        self._pace.left(now, Priority.URGENT)
        return row

    async def _recall(self) -> None:
        """What the platform wants, and what was said in the last minute, before this process."""
        platform, now = self._adapter.platform, self._clock.now_ms()
        for scope, until in (await self._notes.silences(platform)).items():
            self._pace.silence(scope, until)
        self._moves.update(await self._notes.moves(platform))
        for conversation, spoken in await self._notes.spoken(platform, now - _MINUTE_MS):
            at = min(spoken, now)  # later only where the clock was set back since
            self._pace.landed(self._adapter.room(conversation), at)
            if at > now - _SECOND_MS:
                self._pace.left(at, Priority.URGENT)

    def _put(self, row: OutgoingMessage) -> None:
        room = self._room(row)
        self._lanes.add(row, room, self._pace.room_at(room, self._steady.now_ms()))

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
            row = self._lanes.next(now, least=Priority.BULK if may_bulk else Priority.ANSWER)
            if row is None:
                break
            if not self._adapter.pacing.is_free(row, now):
                self._pace.left(now, row.priority)
            task = self._group.create_task(self._carry(row))
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

    async def _carry(self, row: OutgoingMessage) -> None:
        """Send a row and what goes with it, and see to whatever comes of it."""
        room = self._room(row)
        company = joined(row, self._lanes.company(row, room), self._clock.now_ms())
        self._lanes.withdraw(company, room)
        rows = [row, *company]
        try:
            await self._said(rows, room)
        except StoreUnavailable as error:
            _log.warning("outbox_waits", error=str(error))
            self._again(rows, room, int(_STORE_RESTS_SECONDS * 1000))
        except Exception as error:  # noqa: BLE001 -- one row never stops the others
            _log.exception("sending_failed", message=row.id)
            await self._unforeseen(rows, room, error)
        finally:
            self._lanes.release(room, self._pace.room_at(room, self._steady.now_ms()))

    async def _said(self, rows: Sequence[OutgoingMessage], room: Room) -> None:
        card = await self._wording.said([self._as_seen(row) for row in rows])
        lead = rows[-1] if rows[0].subject and rows[0].subject == rows[-1].subject else rows[0]
        if card is None:
            await self._record(rows, Delivery.DEAD, "nothing to say")
            return
        try:
            receipt, is_edit = await self._shown(lead, card, rows)
        except NobodyThere:
            return  # the rows stay as they are: another process may have whom they are for
        except DeliveryFailed as failure:
            await self._failed(failure, rows, room)
            return
        self._failures = 0
        self._pace.landed(room, self._steady.now_ms())
        if not receipt.is_last:
            further = replace(lead, part=lead.part + 1)
            await self._noted([Sending(further, Delivery.PENDING, self._clock.now_ms())])
            self._put(replace(further, attempts=further.attempts + 1, is_unsure=False))
            return
        others = [row for row in rows if row is not lead]
        at = self._clock.now_ms()
        reference = receipt.reference if lead.subject and not is_edit else ""
        await self._noted(
            [
                Sending(lead, Delivery.SENT, at, reference=reference),
                *(Sending(row, Delivery.MERGED, at, f"in {lead.id}") for row in others),
            ]
        )

    def _as_seen(self, row: OutgoingMessage) -> OutgoingMessage:
        """Where a repeat is not seen, or is found before it is sent, nobody needs a word of it.

        News may have gone in a digest, under another row's name, where it is not found.
        """
        pacing = self._adapter.pacing
        is_told = pacing.shows_repeats and (not pacing.finds_repeats or row.sequence > 0)
        return row if is_told else replace(row, is_unsure=False)

    async def _noted(self, outcomes: Sequence[Sending]) -> None:
        """Write what was said, until the disk takes it: it cannot be unsaid, nor said again."""
        while True:
            try:
                await self._outbox.record(outcomes)
            except StoreUnavailable as error:
                _log.warning("outbox_waits", error=str(error))
                await self._clock.sleep(_STORE_RESTS_SECONDS)
            else:
                return

    async def _shown(
        self, lead: OutgoingMessage, card: Card, rows: Sequence[OutgoingMessage]
    ) -> tuple[Receipt, bool]:
        """Put it in the place of the card that its subject has there, or send it."""
        there = replace(lead, conversation=self._where(lead))
        if lead.subject and not lead.part:
            known = await self._notes.shown(lead.platform, lead.conversation, lead.subject)
            if known is not None and self._clock.now_ms() - known[1] <= _EDITED_MS:
                try:
                    boundary("outbox.editing")
                    return await self._adapter.edit(there, card, known[0]), True
                except Undeliverable as error:
                    _log.info("sent_anew", message=lead.id, error=str(error))
        ids = {row.id for row in rows}
        if self._adapter.pacing.shows_repeats and not ids <= self._left:
            await self._outbox.leaving(rows)
        self._left -= ids
        boundary("outbox.sending")
        receipt = await self._adapter.send(there, card)
        boundary("outbox.sent")
        return receipt, False

    # -- what may come of it ----------------------------------------------------------------

    async def _failed(
        self, failure: DeliveryFailed, rows: Sequence[OutgoingMessage], room: Room
    ) -> None:
        _log.warning("not_delivered", message=rows[0].id, error=str(failure))
        match failure:
            case Undeliverable():
                instead = await self._copies(rows)
                await self._record(rows, Delivery.DEAD, str(failure), instead)
            case Moved(conversation=new):
                await self.moved(self._where(rows[0]), new)
                await self._record(rows, Delivery.PENDING, str(failure))
                self._again(rows, room, 0)
            case Unsure() if rows[0].priority >= Priority.ALERT and self._shows_repeats:
                # Once more would show it twice for certain half the time, and it is not urgent.
                await self._record(rows, Delivery.AMBIGUOUS, str(failure))
                self._leave_alone(failure)
            case _:
                # What may be there since an earlier try still may.
                is_unsure = isinstance(failure, Unsure) or rows[0].is_unsure
                late = self._clock.now_ms() - rows[0].created_at > _ELSEWHERE_MS
                is_closed = isinstance(failure, PlatformClosed)
                instead = await self._copies(rows) if late or is_closed else ()
                await self._record(
                    rows, Delivery.PENDING, str(failure), instead, is_unsure=is_unsure
                )
                await self._note(failure, room)
                self._again(rows, room, 0, is_unsure=is_unsure)

    async def _note(self, failure: DeliveryFailed, room: Room) -> None:
        """Leave alone what the platform wants left alone, also after a restart."""
        now = self._steady.now_ms()
        if not isinstance(failure, TryLater) or not failure.seconds:
            self._leave_alone(failure)
            return
        others = [scope for scope in self._pace.silenced(now) if scope != room.id]
        # It does not say which limit it was: a second room with the same trouble tells.
        scope = EVERYWHERE if failure.everywhere or others else room.id
        rest = int(failure.seconds * 1000) + 1
        self._pace.silence(scope, now + rest)
        until = self._clock.now_ms() + rest
        await self._notes.silence(self._adapter.platform, scope, until)

    def _leave_alone(self, failure: DeliveryFailed) -> None:
        """A platform that does not answer is asked again after a while, by one row at a time."""
        now = self._steady.now_ms()
        if isinstance(failure, PlatformClosed):
            self._pace.silence(EVERYWHERE, now + _CLOSED_RESTS_MS)
            return
        self._failures += 1
        rest = min(_LONGEST_REST_MS, 500 * 2 ** min(self._failures, 10))
        self._pace.silence(EVERYWHERE, now + rest)

    async def _unforeseen(
        self, rows: Sequence[OutgoingMessage], room: Room, error: Exception
    ) -> None:
        """A row that cannot be said does not hold up the others for ever."""
        is_over = rows[0].attempts + 1 >= _TRIES
        state = Delivery.DEAD if is_over else Delivery.PENDING
        try:
            await self._record(rows, state, repr(error), is_unsure=rows[0].is_unsure)
        except StoreUnavailable:
            is_over = False
        if not is_over:
            self._again(rows, room, _FAILED_RESTS_MS, is_unsure=rows[0].is_unsure)

    async def _record(
        self,
        rows: Sequence[OutgoingMessage],
        state: Delivery,
        reason: str = "",
        instead: Sequence[OutgoingMessage] = (),
        *,
        is_unsure: bool = False,
    ) -> None:
        at = self._clock.now_ms()
        outcomes = [Sending(row, state, at, reason, is_unsure=is_unsure) for row in rows]
        await self._outbox.record(outcomes, instead)
        if instead:
            self._relay.wake()

    def _again(
        self,
        rows: Sequence[OutgoingMessage],
        room: Room,
        rest_ms: int,
        *,
        is_unsure: bool = False,
    ) -> None:
        if rest_ms:
            self._pace.silence(room.id, self._steady.now_ms() + rest_ms)
        for row in rows:
            self._put(replace(row, attempts=row.attempts + 1, is_unsure=is_unsure))

    async def _copies(self, rows: Sequence[OutgoingMessage]) -> Sequence[OutgoingMessage]:
        urgent = [row for row in rows if row.priority is Priority.URGENT]
        return [copy for row in urgent for copy in await self._relay.copies(row)]

    @property
    def _shows_repeats(self) -> bool:
        return self._adapter.pacing.shows_repeats and not self._adapter.pacing.finds_repeats

    def _where(self, row: OutgoingMessage) -> str:
        """The conversation by its newest name; a topic moves with its group."""
        return self._moves.get(row.conversation, row.conversation)

    def _room(self, row: OutgoingMessage) -> Room:
        return self._adapter.room(self._where(row))
