"""What was said and what is to be said: committed before it is acted on or sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.message import (
    AuditEntry,
    InboundMessage,
    OutgoingMessage,
    Priority,
    Queue,
    Sending,
    Ticket,
)
from engine.domain.identifiers import PersonId


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a handled message leaves behind, committed in one transaction."""

    message: InboundMessage
    outgoing: tuple[OutgoingMessage, ...]
    tickets: tuple[Ticket, ...] = ()
    audit: tuple[AuditEntry, ...] = ()


class Inbox(Protocol):
    """Updates by `(platform, update id)`; a row is committed before anything is acknowledged."""

    async def receive(self, message: InboundMessage) -> InboundMessage | None:
        """Commit it and give it back with its id, or None when it was received before.

        Raises StoreUnavailable.
        """
        ...

    async def answer(self, answer: Answer) -> Sequence[int]:
        """Mark it handled and store what is to be said, its tickets and audit entries, at once.

        Gives the ids of the rows that were added, in their order; none where it was handled before.
        """
        ...

    async def unanswered(self) -> Sequence[InboundMessage]:
        """Rows that a crash left half done, oldest first."""
        ...

    async def earlier(
        self, conversation: str, sender: str, limit: int, before: int
    ) -> Sequence[str]:
        """The person's own last texts here before the message with that id, oldest first."""
        ...


class Tickets(Protocol):
    """Stored commands that wait for a yes."""

    async def pending(self, person: PersonId, conversation: str, now: int) -> Sequence[Ticket]:
        """Those that this person may confirm here, oldest first."""
        ...

    async def find(self, ticket_id: str) -> Ticket | None:
        """One ticket, whatever became of it."""
        ...

    async def used_by(self, message_id: int) -> Ticket | None:
        """The ticket that this message used, before a crash, or None."""
        ...

    async def stood_before(self, ticket: Ticket, message_id: int) -> bool:
        """Whether it was stored before the message with that id was received."""
        ...

    async def redeem(self, ticket: Ticket, message_id: int, now: int) -> bool:
        """Use it up for this message if it is still pending, unexpired and unchanged.

        True also when this same message had used it before a crash.
        """
        ...

    async def refuse(self, ticket: Ticket) -> bool:
        """Its sender said no; True if it was still pending."""
        ...


class Outbox(Protocol):
    """What is to be said; nothing is sent that is not a row here."""

    async def pending(
        self, platform: str, after: Mapping[Priority, int], limit: int
    ) -> Sequence[OutgoingMessage]:
        """Rows still to send, at most so many of each lane, with ids above the lane's `after`."""
        ...

    async def leaving(self, messages: Sequence[OutgoingMessage]) -> None:
        """They are about to be sent: until it is recorded otherwise, they may be there."""
        ...

    async def record(
        self, outcomes: Sequence[Sending], instead: Sequence[OutgoingMessage] = ()
    ) -> None:
        """What became of sendings, and rows that are said elsewhere, in one transaction."""
        ...

    async def follow(self, cursor: str, sequence: int, messages: Sequence[OutgoingMessage]) -> None:
        """Add rows, unique by key and recipient, and move the cursor, in one transaction."""
        ...

    async def cursor(self, name: str) -> int:
        """How far the journal has been followed."""
        ...

    async def queues(self) -> Sequence[Queue]:
        """How it stands with each platform that has or had something to send, by name."""
        ...

    async def held(self, now: int, limit: int) -> Sequence[OutgoingMessage]:
        """Held rows that are due (UTC ms), by reader and age."""
        ...

    async def told(self, rows: Sequence[int]) -> Sequence[OutgoingMessage]:
        """Rows by id, oldest first, whatever became of them."""
        ...

    async def release(self, rows: Sequence[OutgoingMessage], card: OutgoingMessage) -> bool:
        """Have one row tell these held ones, in one transaction; False where it does already."""
        ...

    async def next_due(self) -> int | None:
        """When the next held row is due (UTC ms), or None."""
        ...

    async def heard(self, person: PersonId, sequence: int | None) -> OutgoingMessage | None:
        """The row that tells a person of a journal entry; None asks for the last urgent one."""
        ...

    async def unheeded(self, platform: str, since: int, until: int) -> Sequence[OutgoingMessage]:
        """Urgent news that people were told there between two moments (UTC ms), the last excluded.

        Without what they have acknowledged.
        """
        ...

    async def waiting_for(self, person: PersonId, conversation: str) -> int:
        """How many rows are held for a reader: everything of a person's, or a channel's."""
        ...

    async def hasten(self, person: PersonId, conversation: str, now: int) -> int:
        """Have what is held for a reader told now; gives how much that is."""
        ...


class PlatformNotes(Protocol):
    """What is known of how a platform wants to be spoken to; kept over restarts."""

    async def spoken(self, platform: str, since: int) -> Sequence[tuple[str, int]]:
        """Conversations that heard something since then (UTC ms), and when."""
        ...

    async def silences(self, platform: str) -> Mapping[str, int]:
        """Scopes that asked to be left alone, and until when (UTC ms)."""
        ...

    async def silence(self, platform: str, scope: str, until: int) -> None:
        """Leave a scope alone until then (UTC ms)."""
        ...

    async def moves(self, platform: str) -> Mapping[str, str]:
        """New names of conversations by their old ones."""
        ...

    async def move(self, platform: str, old: str, new: str) -> None:
        """A conversation has another name from now on."""
        ...

    async def shown(self, platform: str, conversation: str, subject: str) -> tuple[str, int] | None:
        """The card of a subject that is there: by what it may be edited, and since when."""
        ...
