"""Takes rows of the outbox to their platforms, urgent ones first, and records how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from bot.card import Card
from bot.errors import DeliveryFailed, NobodyThere
from bot.message import Delivery, OutgoingMessage
from bot.notifications.notices import Subject, notice
from bot.ports import Adapter, JournalReader, Outbox, People
from bot.voice import Voice
from engine.domain.events import Event
from engine.errors import EngineError, StoreUnavailable
from engine.ports.boundary import boundary
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

_BATCH = 50
_RETRY_SECONDS = 1.0

FindSubject = Callable[[Event], Awaitable[Subject | None]]


class OutboxSender:
    """One loop for all platforms of the process."""

    def __init__(
        self,
        outbox: Outbox,
        journal: JournalReader,
        people: People,
        adapters: Mapping[str, Adapter],
        find_subject: FindSubject,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._journal = journal
        self._people = people
        self._adapters = adapters
        self._find_subject = find_subject
        self._clock = clock
        self._sending = asyncio.Lock()
        self._for_later: set[int] = set()

    async def run(self, filled: asyncio.Event) -> None:
        """Send for ever; `filled` wakes it."""
        while True:
            filled.clear()
            try:
                while await self.send_some():
                    pass
            except StoreUnavailable as error:
                _log.warning("outbox_waits", error=str(error))
                await self._clock.sleep(_RETRY_SECONDS)
                continue
            await filled.wait()

    async def send_some(self) -> bool:
        """Send what waits, up to a batch; True when there may be more."""
        async with self._sending:
            limit = _BATCH + len(self._for_later)
            rows = await self._outbox.pending(tuple(self._adapters), limit)
            now = [row for row in rows if row.id not in self._for_later]
            for row in now:
                await self._send(row)
            return len(now) >= _BATCH

    async def _send(self, row: OutgoingMessage) -> None:
        card = row.card or await self._card(row)
        if card is None:
            await self._outbox.mark(row, Delivery.DEAD, "nothing to say")
            return
        boundary("outbox.sending")
        try:
            receipt = await self._adapters[row.platform].send(row, card)
            while not receipt.is_last:
                row = replace(row, part=row.part + 1)
                receipt = await self._adapters[row.platform].send(row, card)
        except NobodyThere:
            self._for_later.add(row.id)  # it waits for them; another process may have them
            return
        except (OSError, EngineError, DeliveryFailed) as error:
            _log.warning("not_delivered", message=row.id, error=str(error))
            await self._outbox.mark(row, Delivery.DEAD, str(error))
            return
        boundary("outbox.sent")
        await self._outbox.mark(row, Delivery.SENT)

    async def _card(self, row: OutgoingMessage) -> Card | None:
        recorded = await self._journal.entry(row.sequence)
        if recorded is None:
            return None
        person = await self._people.get(row.person)
        voice = Voice(person.language, person.timezone) if person else Voice()
        return notice(recorded.event, await self._find_subject(recorded.event), voice)
