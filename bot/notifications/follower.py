"""Follows the journal by a durable cursor and fills the outbox: each entry once, whatever dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.message import OutgoingMessage, Person, Priority, Role
from bot.notifications.notices import Told, is_told
from bot.ports import JournalReader, Outbox, People
from engine.domain import events as facts
from engine.domain.events import Event
from engine.domain.identifiers import PersonId
from engine.domain.order import Order
from engine.errors import StoreUnavailable
from engine.ports.journal import Recorded
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

CURSOR = "notifications"
_RETRY_SECONDS = 1.0

# What concerns the whole desk, whoever did it.
_FOR_ALL = (
    facts.TradingHalted,
    facts.FlattenChecked,
    facts.TradingResumed,
    facts.DifferenceFound,
    facts.DifferenceSettled,
)

FindOrder = Callable[[str], Awaitable[Order | None]]


class Follower:
    """Decides who hears of what; words are found when a row is sent."""

    def __init__(
        self,
        journal: JournalReader,
        outbox: Outbox,
        people: People,
        find_order: FindOrder,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._outbox = outbox
        self._people = people
        self._find_order = find_order
        self._clock = clock

    async def run(self, committed: asyncio.Event, filled: asyncio.Event) -> None:
        """Follow for ever; `committed` wakes it, `filled` tells that there is something to send."""
        while True:
            committed.clear()
            try:
                if await self.catch_up():
                    filled.set()
            except StoreUnavailable as error:
                _log.warning("notifications_wait", error=str(error))
                await self._clock.sleep(_RETRY_SECONDS)
                continue
            await committed.wait()

    async def catch_up(self) -> bool:
        """Bring the cursor to the journal's end; True when rows were added."""
        after = await self._outbox.cursor(CURSOR)
        added = False
        last = after
        async for recorded in self._journal.read(after):
            messages = await self._messages(recorded)
            last = recorded.sequence
            if messages:
                await self._outbox.follow(CURSOR, last, messages)
                after, added = last, True
        if last > after:
            await self._outbox.follow(CURSOR, last, ())
        return added

    async def _messages(self, recorded: Recorded) -> Sequence[OutgoingMessage]:
        event = recorded.event
        if not isinstance(event, Told):
            return ()
        if isinstance(event, facts.AlertFired):
            owner = await self._people.get(event.alert.owner)
            if owner is None or owner.role is Role.NONE:
                return ()
            there = event.alert.conversation
            return [self._message(recorded, owner, there, Priority.ALERT)]
        return [
            self._message(recorded, person, person.home_conversation, _priority(event))
            for person in await self._audience(event)
            if person.home_conversation and person.role is not Role.NONE
        ]

    async def _audience(self, event: Event) -> Sequence[Person]:
        if isinstance(event, _FOR_ALL):
            return await self._people.everyone()
        order = event.order if isinstance(event, facts.OrderDenied) else None
        order = order or await self._find_order(str(getattr(event, "client_order_id", "")))
        if not is_told(event, order):
            return []
        person = await self._people.get(PersonId(order.placed_by)) if order else None
        return [person] if person else []

    def _message(
        self, recorded: Recorded, person: Person, conversation: str, priority: Priority
    ) -> OutgoingMessage:
        return OutgoingMessage(
            platform=conversation.partition(":")[0],
            conversation=conversation,
            person=person.id,
            priority=priority,
            key=f"event:{recorded.sequence}",
            created_at=self._clock.now_ms(),
            sequence=recorded.sequence,
            subject=_subject(recorded.event),
        )


def _subject(event: Event) -> str:
    """What it is about: the news of an order are one card, and so are an alert's in a row."""
    if isinstance(event, facts.AlertFired):
        return f"alert:{event.alert.id}"
    order = getattr(event, "client_order_id", "")
    return f"order:{order}" if order and _priority(event) is not Priority.URGENT else ""


def _priority(event: Event) -> Priority:
    urgent = (
        facts.TradingHalted
        | facts.DifferenceFound
        | facts.FlattenChecked
        | facts.OrderBecameUnknown
        | facts.OrderRejected
        | facts.ProtectionDiffers
    )
    return Priority.URGENT if isinstance(event, urgent) else Priority.ANSWER
