"""The record of what people did: each entry's hash covers the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import bindparam, select

from bot.message import AuditEntry
from bot.ports.records import AuditLog
from connectors.storage.codec import canonical, codec
from connectors.storage.database import Database, Session
from connectors.storage.statements import insert_new, prepare
from connectors.storage.tables import audit as _t

GENESIS = "0" * 64
"""The hash before the first entry."""

_ROWS_A_BATCH = 500
_ADD = insert_new(_t)
_LAST = prepare(select(_t.c.number, _t.c.hash).order_by(_t.c.number.desc()).limit(1))
_ENTRIES = prepare(
    select(_t.c.body)
    .where(_t.c.at >= bindparam("start"), _t.c.at < bindparam("end"))
    .order_by(_t.c.number.desc())
    .limit(bindparam("most"))
)
_BATCH = prepare(
    select(_t.c.number, _t.c.at, _t.c.body, _t.c.hash)
    .where(_t.c.number > bindparam("after"))
    .order_by(_t.c.number)
    .limit(_ROWS_A_BATCH)
)


class SqlAuditLog(AuditLog):
    """AuditLog on the database; entries come with the answers of the inbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, start: int, end: int, limit: int) -> Sequence[AuditEntry]:
        """Entries with `start <= at < end` (UTC ms), newest first."""
        values = {"start": start, "end": end, "most": limit}
        rows = await self._database.read(lambda session: session.rows(_ENTRIES, values))
        return [codec(AuditEntry).decode(body) for (body,) in rows]

    async def verify(self) -> int | None:
        """None when the chain holds, else the number of the first entry that does not.

        Entries taken off its end leave a chain that holds: compare `head` with a copy of it kept
        elsewhere.
        """
        number, chained = 0, GENESIS
        while rows := await self._after(number):
            for found, at, body, digest in rows:
                if found != number + 1 or digest != link(chained, found, at, body):
                    return number + 1
                number, chained = found, digest
        return None

    async def head(self) -> tuple[int, str]:
        """Number and hash of the last entry."""
        return await self._database.read(_last)

    async def _after(self, number: int) -> list[tuple[int, int, str, str]]:
        rows = await self._database.read(lambda session: session.rows(_BATCH, {"after": number}))
        return [(row[0], row[1], row[2], row[3]) for row in rows]


def record(session: Session, entry: AuditEntry) -> None:
    """Add an entry to the chain within a transaction that is open already."""
    last, chained = _last(session)
    body = canonical(
        {
            "person": entry.person,
            "conversation": entry.conversation,
            "action": entry.action,
            "detail": entry.detail,
            "result": entry.result,
            "at": entry.at,
        }
    )
    digest = link(chained, last + 1, entry.at, body)
    session.run(_ADD, {"number": last + 1, "at": entry.at, "body": body, "hash": digest})


def link(chained: str, number: int, at: int, body: str) -> str:
    """The hash of an entry that follows the one whose hash is `chained`."""
    return sha256(f"{chained}\n{number}\n{at}\n{body}".encode()).hexdigest()


def _last(session: Session) -> tuple[int, str]:
    row = session.row(_LAST)
    return (0, GENESIS) if row is None else (int(row[0]), str(row[1]))
