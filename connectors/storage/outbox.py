"""What is to be said: rows unique by key and recipient, and how far the journal was followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.message import Delivery, OutgoingMessage
from bot.ports import Outbox
from connectors.storage.boundaries import OUTBOX_FOLLOW, OUTBOX_MARK
from connectors.storage.codec import codec
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import Prepared, insert_once, prepare
from connectors.storage.tables import cursors as _cursors
from connectors.storage.tables import outbox as _t

_ADD = insert_once(_t, without=("id",))
_MARK = prepare(
    update(_t)
    .where(_t.c.id == bindparam("row"))
    .values(state=bindparam("became"), attempts=bindparam("tried"), reason=bindparam("because"))
)
_DEPTH = prepare(
    select(_t.c.platform, func.count())
    .where(_t.c.state == "pending")
    .group_by(_t.c.platform)
    .order_by(_t.c.platform)
)
_CURSOR = prepare(select(_cursors.c.sequence).where(_cursors.c.name == bindparam("wanted")))
_insert = insert(_cursors).values(name=bindparam("name"), sequence=bindparam("sequence"))
_MOVE = prepare(
    _insert.on_conflict_do_update(
        index_elements=[_cursors.c.name],
        set_={"sequence": func.max(_cursors.c.sequence, _insert.excluded.sequence)},
    )
)


class SqlOutbox(Outbox):
    """Outbox on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(self, platforms: Sequence[str], limit: int) -> Sequence[OutgoingMessage]:
        """Rows still to send on these platforms, by priority and age."""
        if not platforms:
            return []
        names = sorted(set(platforms))
        values = {f"p{i}": name for i, name in enumerate(names)} | {"most": limit}
        query = _pending(len(names))
        rows = await self._database.read(lambda session: session.rows(query, values))
        return [_message(row) for row in rows]

    async def mark(self, message: OutgoingMessage, state: Delivery, reason: str = "") -> None:
        """Record what became of a sending; the same attempt marked twice counts once."""
        values = {
            "row": message.id,
            "became": state.value,
            "tried": message.attempts + 1,
            "because": reason,
        }
        await self._database.write(OUTBOX_MARK, lambda session: session.run(_MARK, values))

    async def follow(self, cursor: str, sequence: int, messages: Sequence[OutgoingMessage]) -> None:
        """Add rows, unique by key and recipient, and move the cursor, in one transaction.

        The cursor never moves back.
        """
        rows = [row_of(message) for message in messages]

        def work(session: Session) -> None:
            add(session, rows)
            session.run(_MOVE, {"name": cursor, "sequence": sequence})

        await self._database.write(OUTBOX_FOLLOW, work)

    async def cursor(self, name: str) -> int:
        """How far the journal has been followed; 0 at first."""
        row = await self._database.read(lambda session: session.row(_CURSOR, {"wanted": name}))
        return 0 if row is None else int(row[0])

    async def depth(self) -> Mapping[str, int]:
        """Rows still to send, by platform."""
        return dict(await self._database.read(lambda session: session.rows(_DEPTH)))


def add(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Add rows within a transaction that is open already."""
    session.run_each(_ADD, rows)


def row_of(message: OutgoingMessage) -> Mapping[str, object]:
    """The message as a row."""
    return {
        "platform": message.platform,
        "conversation": message.conversation,
        "person": message.person,
        "priority": int(message.priority),
        "key": message.key,
        "state": message.state.value,
        "attempts": message.attempts,
        "reason": "",
        "body": codec(OutgoingMessage).encode(message),
    }


def _message(row: Row) -> OutgoingMessage:
    identity, state, attempts, body = row
    said = codec(OutgoingMessage).decode(body)
    return replace(said, id=int(identity), state=Delivery(state), attempts=int(attempts))


@cache
def _pending(platforms: int) -> Prepared:
    names: list[Any] = [bindparam(f"p{i}") for i in range(platforms)]
    return prepare(
        select(_t.c.id, _t.c.state, _t.c.attempts, _t.c.body)
        .where(_t.c.state == "pending", _t.c.platform.in_(names))
        .order_by(_t.c.priority, _t.c.id)
        .limit(bindparam("most"))
    )
