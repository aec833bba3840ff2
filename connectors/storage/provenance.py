"""Where a wish came from: the message that was said, the ticket that was shown."""

from __future__ import annotations

from bot.message import InboundMessage, Ticket
from bot.ports.records import Provenance
from connectors.storage.database import Database
from connectors.storage.inbox import SqlInbox
from connectors.storage.tickets import SqlTickets


class SqlProvenance(Provenance):
    """Provenance on the database."""

    def __init__(self, database: Database) -> None:
        self._inbox = SqlInbox(database)
        self._tickets = SqlTickets(database)

    async def message(self, message_id: int) -> InboundMessage | None:
        """What somebody said, by the id it was committed under."""
        return await self._inbox.said(message_id)

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket, whatever became of it."""
        return await self._tickets.find(ticket_id)
