"""What is looked up of what happened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from bot.message import AuditEntry, InboundMessage, Ticket
from engine.ports.journal import Recorded


class AuditLog(Protocol):
    """The hash-chained record of what people did."""

    async def entries(self, start: int, end: int, limit: int) -> Sequence[AuditEntry]:
        """Entries with `start <= at < end` (UTC ms), newest first."""
        ...

    async def verify(self) -> int | None:
        """None when the chain holds, else the number of the first entry that does not."""
        ...


class JournalReader(Protocol):
    """The journal as the notifications follow it."""

    def read(self, after: int = 0) -> AsyncIterator[Recorded]:
        """Entries in order, from the one that follows `after`."""
        ...

    async def entry(self, sequence: int) -> Recorded | None:
        """One entry."""
        ...


class Provenance(Protocol):
    """Where a wish came from, long after it was answered."""

    async def message(self, message_id: int) -> InboundMessage | None:
        """What somebody said, by the id it was committed under."""
        ...

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket, whatever became of it."""
        ...
