"""One sending: rows said together, and whatever comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from bot.notifications.pace import EVERYWHERE, Pace
from bot.notifications.steady import SteadyTime
from bot.notifications.wording import Wording
from bot.ports.messages import Outbox, PlatformNotes
from bot.ports.platforms import Adapter, Receipt, Room
from engine.errors import StoreUnavailable
from engine.ports.boundary import boundary
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

STORE_RESTS_SECONDS = 1.0
_LONGEST_REST_MS = 30_000
_CLOSED_RESTS_MS = 60_000
_FAILED_RESTS_MS = 5_000
_TRIES = 5
"""After so many failures that nobody foresaw, a row is given up."""
_EDITED_MS = 30_000
"""A card that has been there longer is not changed any more: nobody looks at it."""
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


class Carrier:
    """Says rows on one platform, writes down how it went, and gives back what is to go again."""

    def __init__(
        self,
        adapter: Adapter,
        outbox: Outbox,
        notes: PlatformNotes,
        wording: Wording,
        relay: Relay,
        *,
        clock: Clock,
        steady: SteadyTime,
        pace: Pace,
        give_back: Callable[[OutgoingMessage], None],
        renamed: Callable[[str], None],
    ) -> None:
        """`give_back` takes a row that is to be said again, or has a further part.

        `renamed` takes the old name of a conversation that has another one now.
        """
        self._adapter = adapter
        self._outbox = outbox
        self._notes = notes
        self._wording = wording
        self._relay = relay
        self._clock = clock
        self._steady = steady
        self._pace = pace
        self._give_back = give_back
        self._renamed = renamed
        self._failures = 0
        self.moves: dict[str, str] = {}
        """The newest names of conversations that have another one by now."""
        self.left: set[int] = set()
        """Rows that are written down as leaving, and have not left."""

    async def carry(self, rows: Sequence[OutgoingMessage], room: Room) -> None:
        """Say these together, and see to whatever comes of it."""
        try:
            try:
                await self._said(rows, room)
            except DeliveryFailed as failure:
                # What may be there since an earlier try still may.
                if isinstance(failure, Unsure):
                    rows = [replace(row, is_unsure=True) for row in rows]
                await self._failed(failure, rows, room)
        except StoreUnavailable as error:
            _log.warning("outbox_waits", error=str(error))
            self._again(rows, room, int(STORE_RESTS_SECONDS * 1000))
        except Exception as error:  # noqa: BLE001 -- one row never stops the others
            _log.exception("sending_failed", message=rows[0].id)
            await self._unforeseen(rows, room, error)

    async def moved(self, old: str, new: str) -> None:
        """A conversation has another name from now on."""
        await self._notes.move(self._adapter.platform, old, new)
        self.moves[old] = new
        self._renamed(old)

    def where(self, conversation: str) -> str:
        """By its newest name; a topic moves with its group."""
        return self.moves.get(conversation, conversation)

    def room(self, conversation: str) -> Room:
        """Where that is."""
        return self._adapter.room(self.where(conversation))

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
        self._failures = 0
        self._pace.landed(room, self._steady.now_ms())
        if not receipt.is_last:
            further = replace(lead, part=lead.part + 1)
            await self._noted([Sending(further, Delivery.PENDING, self._clock.now_ms())])
            self._give_back(replace(further, attempts=further.attempts + 1, is_unsure=False))
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
                await self._clock.sleep(STORE_RESTS_SECONDS)
            else:
                return

    async def _shown(
        self, lead: OutgoingMessage, card: Card, rows: Sequence[OutgoingMessage]
    ) -> tuple[Receipt, bool]:
        """Put it in the place of the card that its subject has there, or send it."""
        there = replace(lead, conversation=self.where(lead.conversation))
        if lead.subject and not lead.part:
            known = await self._notes.shown(lead.platform, lead.conversation, lead.subject)
            if known is not None and self._clock.now_ms() - known[1] <= _EDITED_MS:
                try:
                    boundary("outbox.editing")
                    return await self._adapter.edit(there, card, known[0]), True
                except Undeliverable as error:
                    _log.info("sent_anew", message=lead.id, error=str(error))
        ids = {row.id for row in rows}
        if self._adapter.pacing.shows_repeats and not ids <= self.left:
            await self._outbox.leaving(rows)
        self.left -= ids
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
                await self._record(rows, Delivery.PENDING, str(failure))
                await self.moved(self.where(rows[0].conversation), new)
                self._again(rows, room, 0)
            case Unsure() if rows[0].priority >= Priority.ALERT and self._shows_repeats:
                # Once more would show it twice for certain half the time, and it is not urgent.
                await self._record(rows, Delivery.AMBIGUOUS, str(failure))
                self._leave_alone(failure)
            case _:
                late = self._clock.now_ms() - rows[0].created_at > _ELSEWHERE_MS
                is_closed = isinstance(failure, PlatformClosed)
                instead = await self._copies(rows) if late or is_closed else ()
                await self._record(rows, Delivery.PENDING, str(failure), instead)
                await self._note(failure, room)
                self._again(rows, room, 0)

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
            await self._record(rows, state, repr(error))
        except StoreUnavailable:
            is_over = False
        if not is_over:
            self._again(rows, room, _FAILED_RESTS_MS)

    async def _record(
        self,
        rows: Sequence[OutgoingMessage],
        state: Delivery,
        reason: str = "",
        instead: Sequence[OutgoingMessage] = (),
    ) -> None:
        at = self._clock.now_ms()
        outcomes = [Sending(row, state, at, reason, is_unsure=row.is_unsure) for row in rows]
        await self._outbox.record(outcomes, instead)
        if instead:
            self._relay.wake()

    def _again(self, rows: Sequence[OutgoingMessage], room: Room, rest_ms: int) -> None:
        if rest_ms:
            self._pace.silence(room.id, self._steady.now_ms() + rest_ms)
        for row in rows:
            self._give_back(replace(row, attempts=row.attempts + 1))

    async def _copies(self, rows: Sequence[OutgoingMessage]) -> Sequence[OutgoingMessage]:
        urgent = [row for row in rows if row.priority is Priority.URGENT]
        return [copy for row in urgent for copy in await self._relay.copies(row)]

    @property
    def _shows_repeats(self) -> bool:
        return self._adapter.pacing.shows_repeats and not self._adapter.pacing.finds_repeats
