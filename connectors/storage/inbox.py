"""What people said: a row is committed before a platform hears that it arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.message import InboundMessage
from bot.ports.messages import Answer, Inbox
from connectors.storage import audit, outbox, tickets
from connectors.storage.boundaries import INBOX_ANSWER, INBOX_RECEIVE
from connectors.storage.codec import codec
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import prepare
from connectors.storage.tables import inbox as _t
from engine.errors import StateCorrupt

_last = _t.alias()
_RECEIVE = prepare(
    insert(_t)
    .values({column.name: bindparam(column.name) for column in _t.c if column.name != "id"})
    .on_conflict_do_nothing()
    .returning(_t.c.id)
)
_ANSWERED = prepare(
    update(_t)
    .where(_t.c.id == bindparam("wanted"), _t.c.answered == 0)
    .values(answered=select(func.max(_last.c.id)).scalar_subquery())
)
_EXISTS = prepare(select(_t.c.id).where(_t.c.id == bindparam("wanted")))
_SAID = prepare(select(_t.c.id, _t.c.body).where(_t.c.id == bindparam("wanted")))
_UNANSWERED = prepare(select(_t.c.id, _t.c.body).where(_t.c.answered == 0).order_by(_t.c.id))
_EARLIER = prepare(
    select(_t.c.text)
    .where(
        _t.c.conversation == bindparam("here"),
        _t.c.sender == bindparam("who"),
        _t.c.id < bindparam("later"),
    )
    .order_by(_t.c.id.desc())
    .limit(bindparam("most"))
)


class SqlInbox(Inbox):
    """Inbox on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(self, message: InboundMessage) -> InboundMessage | None:
        """Commit it and give it back with its id, or None when it was received before.

        Characters that no text can hold (lone surrogates) become question marks. Raises
        StoreUnavailable.
        """
        message = replace(message, text=_text(message.text), sender_name=_text(message.sender_name))
        values = _values(message)
        row = await self._database.write(INBOX_RECEIVE, lambda s: s.row(_RECEIVE, values))
        return None if row is None else replace(message, id=row[0])

    async def answer(self, answer: Answer) -> Sequence[int]:
        """Mark it handled and store what is to be said, its tickets and audit entries, at once.

        Gives the ids of the rows that were added, in their order. A message that was answered
        before is left as it is; one with id 0 never was in the inbox and leaves the rest. Raises
        StoreUnavailable, and StateCorrupt when there is no such row.
        """
        rows = [outbox.row_of(message) for message in answer.outgoing]

        def work(session: Session) -> list[int]:
            if not _claim(session, answer.message.id):
                return []
            ids = outbox.added(session, rows)
            for ticket in answer.tickets:
                tickets.keep(session, ticket)
            for entry in answer.audit:
                audit.record(session, entry)
            return ids

        return await self._database.write(INBOX_ANSWER, work)

    async def said(self, message_id: int) -> InboundMessage | None:
        """One message, answered or not."""
        row = await self._database.look(lambda session: session.row(_SAID, {"wanted": message_id}))
        return None if row is None else _message(row)

    async def unanswered(self) -> Sequence[InboundMessage]:
        """Rows that a crash left half done, oldest first."""
        rows = await self._database.read(lambda session: session.rows(_UNANSWERED))
        return [_message(row) for row in rows]

    async def earlier(
        self, conversation: str, sender: str, limit: int, before: int
    ) -> Sequence[str]:
        """The person's own last texts here before the message with that id, oldest first."""
        values = {"here": conversation, "who": sender, "most": limit, "later": before}
        rows = await self._database.read(lambda session: session.rows(_EARLIER, values))
        return [text for (text,) in reversed(rows)]


def _claim(session: Session, message_id: int) -> bool:
    if not message_id or session.run(_ANSWERED, {"wanted": message_id}):
        return True
    if session.row(_EXISTS, {"wanted": message_id}) is None:
        raise StateCorrupt(f"message {message_id} was answered and is not in the inbox")
    return False


def _text(words: str) -> str:
    return words.encode("utf-8", "replace").decode()


def _values(message: InboundMessage) -> dict[str, object]:
    return {
        "platform": message.platform,
        "update_id": message.update_id,
        "conversation": message.conversation,
        "sender": message.sender,
        "text": message.text,
        "answered": 0,
        "body": codec(InboundMessage).encode(message),
    }


def _message(row: Row) -> InboundMessage:
    identity, body = row
    return replace(codec(InboundMessage).decode(body), id=int(identity))
