"""Stored commands that wait for a yes: used once, by their own person, unchanged, in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.message import Ticket, TicketState
from bot.ports.messages import Tickets
from connectors.storage.boundaries import TICKET_REDEEM, TICKET_REFUSE
from connectors.storage.codec import canonical, codec
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import prepare
from connectors.storage.tables import inbox as _inbox
from connectors.storage.tables import tickets as _t
from engine.domain.identifiers import PersonId

_insert = insert(_t).values({column.name: bindparam(column.name) for column in _t.c})
_KEEP = prepare(
    _insert.on_conflict_do_update(
        index_elements=[_t.c.id],
        set_={"state": _insert.excluded.state},
        where=_t.c.state == "pending",
    )
)
_row = select(_t.c.state, _t.c.used_by, _t.c.body)
_PENDING = prepare(
    _row.where(
        _t.c.person == bindparam("who"),
        _t.c.conversation == bindparam("here"),
        _t.c.state == "pending",
        _t.c.expires_at > bindparam("now"),
    ).order_by(_t.c.created_at, _t.c.id)
)
_USED_BY = prepare(_row.where(_t.c.state == "used", _t.c.used_by == bindparam("message")))
_FIND = prepare(_row.where(_t.c.id == bindparam("wanted")))
_ASKED = prepare(select(_inbox.c.answered).where(_inbox.c.id == bindparam("asked_by")))
_UNCHANGED = and_(_t.c.id == bindparam("its_id"), _t.c.body == bindparam("its_body"))
_REDEEM = prepare(
    update(_t)
    .where(
        _UNCHANGED,
        or_(
            and_(_t.c.state == "pending", _t.c.expires_at > bindparam("now")),
            # The message that used it before a crash comes again.
            and_(_t.c.state == "used", _t.c.used_by == bindparam("message")),
        ),
    )
    .values(state="used", used_by=bindparam("message"))
)
_REFUSE = prepare(update(_t).where(_UNCHANGED, _t.c.state == "pending").values(state="refused"))


class SqlTickets(Tickets):
    """Tickets on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(self, person: PersonId, conversation: str, now: int) -> Sequence[Ticket]:
        """Those that this person may confirm here, oldest first."""
        values = {"who": person, "here": conversation, "now": now}
        rows = await self._database.read(lambda session: session.rows(_PENDING, values))
        return [_ticket(row) for row in rows]

    async def find(self, ticket_id: str) -> Ticket | None:
        """One ticket, whatever became of it."""
        row = await self._database.look(lambda session: session.row(_FIND, {"wanted": ticket_id}))
        return None if row is None else _ticket(row)

    async def used_by(self, message_id: int) -> Ticket | None:
        """The ticket that this message used, before a crash, or None."""
        values = {"message": message_id}
        row = await self._database.look(lambda session: session.row(_USED_BY, values))
        return None if row is None else _ticket(row)

    async def stood_before(self, ticket: Ticket, message_id: int) -> bool:
        """Whether it was stored before the message with that id was received.

        It is stored with the answer to the message that asked for it.
        """
        asked = {"asked_by": ticket.asked_by}
        row = await self._database.look(lambda session: session.row(_ASKED, asked))
        return row is None or int(row[0]) < message_id

    async def redeem(self, ticket: Ticket, message_id: int, now: int) -> bool:
        """Use it up for this message if it is still pending, unexpired and unchanged.

        True also when this same message had used it before a crash. Raises StoreUnavailable.
        """
        values = {**_identity(ticket), "message": message_id, "now": now}
        changed = await self._database.write(TICKET_REDEEM, lambda s: s.run(_REDEEM, values))
        return changed == 1

    async def refuse(self, ticket: Ticket) -> bool:
        """Its sender said no; True if it was still pending."""
        values = _identity(ticket)
        changed = await self._database.write(TICKET_REFUSE, lambda s: s.run(_REFUSE, values))
        return changed == 1


def keep(session: Session, ticket: Ticket) -> None:
    """Store it within a transaction that is open already.

    One that is there keeps all but its state, and that too once it is no longer pending.
    """
    row = {
        "id": ticket.id,
        "person": ticket.person,
        "conversation": ticket.conversation,
        "created_at": ticket.created_at,
        "expires_at": ticket.expires_at,
        "state": ticket.state.value,
        "used_by": ticket.used_by,
        "body": _content(ticket),
    }
    session.run(_KEEP, row)


def _content(ticket: Ticket) -> str:
    """All that its person was shown and said yes to; equal tickets have equal text."""
    return canonical(replace(ticket, state=TicketState.PENDING, used_by=0))


def _identity(ticket: Ticket) -> Mapping[str, object]:
    return {"its_id": ticket.id, "its_body": _content(ticket)}


def _ticket(row: Row) -> Ticket:
    state, used_by, body = row
    kept = codec(Ticket).decode(body)
    return replace(kept, state=TicketState(state), used_by=int(used_by))
