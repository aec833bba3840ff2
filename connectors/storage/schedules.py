"""What recurs, as rows; when it is due next is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, delete, func, select, update

from bot.message import Schedule
from bot.ports.work import Schedules
from connectors.storage.boundaries import SCHEDULE_ADD, SCHEDULE_RAN, SCHEDULE_REMOVE
from connectors.storage.codec import codec
from connectors.storage.database import Database, Row
from connectors.storage.statements import insert_once, prepare
from connectors.storage.tables import schedules as _t
from engine.domain.identifiers import PersonId

_ADD = insert_once(_t)
_row = select(_t.c.body, _t.c.next_due, _t.c.last_run)
_OF = prepare(_row.where(_t.c.owner == bindparam("who")).order_by(_t.c.created_at, _t.c.id))
_DUE = prepare(_row.where(_t.c.next_due <= bindparam("now")).order_by(_t.c.next_due, _t.c.id))
_NEXT = prepare(select(func.min(_t.c.next_due)))
_REMOVE = prepare(delete(_t).where(_t.c.id == bindparam("gone"), _t.c.owner == bindparam("who")))
_RAN = prepare(
    update(_t)
    # A run that was recorded already must not move a later one.
    .where(_t.c.id == bindparam("its_id"), _t.c.last_run < bindparam("run"))
    .values(last_run=bindparam("run"), next_due=bindparam("next"))
)


class SqlSchedules(Schedules):
    """Schedules on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, schedule: Schedule) -> None:
        """Keep one; the same id again changes nothing. Raises StoreUnavailable."""
        values = {
            "id": schedule.id,
            "owner": schedule.owner,
            "next_due": schedule.next_due,
            "created_at": schedule.created_at,
            "last_run": schedule.last_run,
            "body": codec(Schedule).encode(schedule),
        }
        await self._database.write(SCHEDULE_ADD, lambda session: session.run(_ADD, values))

    async def of(self, person: PersonId) -> Sequence[Schedule]:
        """A person's own, oldest first."""
        rows = await self._database.read(lambda session: session.rows(_OF, {"who": person}))
        return [_schedule(row) for row in rows]

    async def remove(self, person: PersonId, schedule_id: str) -> bool:
        """Forget one of a person's own; False if there is none. Raises StoreUnavailable."""
        values = {"gone": schedule_id, "who": person}
        gone = await self._database.write(SCHEDULE_REMOVE, lambda s: s.run(_REMOVE, values))
        return gone == 1

    async def due(self, now: int) -> Sequence[Schedule]:
        """Those whose time has come, earliest first."""
        rows = await self._database.read(lambda session: session.rows(_DUE, {"now": now}))
        return [_schedule(row) for row in rows]

    async def ran(self, schedule: Schedule, due: int, next_due: int) -> None:
        """Record a run and when the next one is due; the same run again changes nothing."""
        values = {"its_id": schedule.id, "run": due, "next": next_due}
        await self._database.write(SCHEDULE_RAN, lambda session: session.run(_RAN, values))

    async def next_due(self) -> int | None:
        """The earliest due time of all, or None."""
        row = await self._database.read(lambda session: session.row(_NEXT))
        return None if row is None or row[0] is None else int(row[0])


def _schedule(row: Row) -> Schedule:
    body, next_due, last_run = row
    kept = codec(Schedule).decode(body)
    return replace(kept, next_due=int(next_due), last_run=int(last_run))
