"""Follows the journal by a durable cursor and fills the outbox: each entry once, whatever dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.hearing import Severity
from bot.message import OutgoingMessage, Person
from bot.notifications.notices import Told, is_told
from bot.notifications.readers import News, Readers
from bot.notifications.topics import Weight, weighed
from bot.ports.messages import Outbox
from bot.ports.people import People
from bot.ports.records import JournalReader
from engine.domain import events as facts
from engine.domain.events import Event
from engine.domain.identifiers import THE_DESK, ClientOrderId, PersonId
from engine.domain.order import Order, Purpose
from engine.domain.values import changed
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

_CHANGES = facts.OrderReplaceRequested, facts.OrderReplaced, facts.OrderReplaceRejected

FindOrder = Callable[[str], Awaitable[Order | None]]
Story = Callable[[ClientOrderId], Awaitable[Sequence[Recorded]]]


class Follower:
    """Decides who hears of what; words are found when a row is sent."""

    def __init__(
        self,
        journal: JournalReader,
        outbox: Outbox,
        people: People,
        readers: Readers,
        find_order: FindOrder,
        story: Story,
        *,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._outbox = outbox
        self._people = people
        self._readers = readers
        self._find_order = find_order
        self._story = story
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
        order = await self._order(event)
        if not is_told(event, order) or await self._merely_follows(recorded, order):
            return ()
        weight, now = weighed(event, order), self._clock.now_ms()
        news = News(recorded.sequence, weight, _subject(event, weight), now)
        there = event.alert.conversation if isinstance(event, facts.AlertFired) else ""
        return await self._readers.rows(news, await self._audience(event, order), there)

    async def _merely_follows(self, recorded: Recorded, order: Order | None) -> bool:
        """Whether a stop or target only took the size of what it protects, an order went by whose
        place another one takes, or one could not be canceled that the desk alone wanted gone: that
        is no news.
        """
        event = recorded.event
        if order is not None and isinstance(event, facts.OrderCanceled):
            return await self._has_successor(order)
        if order is not None and isinstance(event, facts.OrderCancelRejected):
            return await self._is_the_desks(recorded)
        if order is not None and isinstance(event, facts.OrderReplaceRejected):
            return order.is_protection and not await self._was_asked_for(recorded)
        if order is not None and isinstance(event, facts.OrderAccepted):
            old = await self._find_order(order.replaces or "")
            same_but_size = old and changed(old.terms, quantity=order.terms.quantity)
            return order.is_protection and same_but_size == order.terms
        if order is None or not order.is_protection or not isinstance(event, facts.OrderReplaced):
            return False
        terms = event.terms
        for earlier in await self._before(recorded):
            match earlier:
                case facts.OrderInitialized(order=begun):
                    terms = begun.terms
                case facts.OrderReplaced(terms=later):
                    terms = later
        return changed(terms, quantity=event.terms.quantity) == event.terms

    async def _was_asked_for(self, refused: Recorded) -> bool:
        """Whether a person wanted the change that is refused; the desk's own come without one.

        What refuses at once is written beside the words that asked.
        """
        if refused.correlation:
            return True
        asked = [each for each in await self._before(refused) if isinstance(each, _CHANGES)]
        return bool(asked) and isinstance(asked[-1], facts.OrderReplaceRequested)

    async def _is_the_desks(self, refused: Recorded) -> bool:
        """Whether the desk asked for the cancel that is refused, which it asks for again."""
        before = await self._before(refused)
        asked = [each for each in before if isinstance(each, facts.OrderCancelRequested)]
        return bool(asked) and asked[-1].by == THE_DESK

    async def _before(self, recorded: Recorded) -> list[Event]:
        """What had happened to its order until then."""
        order = getattr(recorded.event, "client_order_id", ClientOrderId(""))
        return [
            each.event for each in await self._story(order) if each.sequence < recorded.sequence
        ]

    async def _has_successor(self, order: Order) -> bool:
        story = [each.event for each in await self._story(order.client_order_id)]
        asked = [event for event in story if isinstance(event, facts.OrderCancelRequested)]
        return bool(asked) and asked[-1].successor is not None

    async def _order(self, event: Event) -> Order | None:
        if isinstance(event, facts.OrderDenied):
            return event.order
        found = str(getattr(event, "client_order_id", ""))
        return await self._find_order(found) if found else None

    async def _audience(self, event: Event, order: Order | None) -> Sequence[Person]:
        if isinstance(event, facts.TradingResumed):
            # Who lifted the halt has that for an answer.
            return [each for each in await self._people.everyone() if each.id != event.by]
        if isinstance(event, _FOR_ALL) or (order is not None and _is_closed_for_all(order)):
            return await self._people.everyone()
        if isinstance(event, facts.AlertFired):
            owner = event.alert.owner
        elif order is not None:
            owner = PersonId(order.placed_by)
        else:
            return ()
        person = await self._people.get(owner)
        return [person] if person else []


def _is_closed_for_all(order: Order) -> bool:
    """Whether the desk or a venue closes by it, and not what an account held when it was opened."""
    return order.placed_by == THE_DESK and order.purpose is not Purpose.ENTRY


def _subject(event: Event, weight: Weight) -> str:
    """What it is about: the news of an order are one card, and so are an alert's in a row."""
    if isinstance(event, facts.AlertFired):
        return f"alert:{event.alert.id}"
    order = getattr(event, "client_order_id", "")
    return f"order:{order}" if order and weight.severity is not Severity.CRITICAL else ""
