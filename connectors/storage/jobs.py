"""Jobs that are not done."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from bot.message import Job
from bot.ports.work import JobStore
from connectors.storage.boundaries import JOB_ADD, JOB_REMOVE
from connectors.storage.codec import codec
from connectors.storage.database import Database
from connectors.storage.statements import insert_once, prepare
from connectors.storage.tables import jobs as _t

_ADD = insert_once(_t)
_REMOVE = prepare(delete(_t).where(_t.c.id == bindparam("gone")))
_ALL = prepare(select(_t.c.body).order_by(_t.c.started_at, _t.c.id))


class SqlJobs(JobStore):
    """Jobs on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, job: Job) -> None:
        """Keep one; the same id again changes nothing. Raises StoreUnavailable."""
        values = {"id": job.id, "started_at": job.started_at, "body": codec(Job).encode(job)}
        await self._database.write(JOB_ADD, lambda session: session.run(_ADD, values))

    async def remove(self, job_id: str) -> None:
        """It is done, or was stopped. Raises StoreUnavailable."""
        values = {"gone": job_id}
        await self._database.write(JOB_REMOVE, lambda session: session.run(_REMOVE, values))

    async def all(self) -> Sequence[Job]:
        """Those that are not done, oldest first."""
        rows = await self._database.read(lambda session: session.rows(_ALL))
        return [codec(Job).decode(body) for (body,) in rows]
