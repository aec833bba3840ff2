"""Strategies let loose on an account, a row a run."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from connectors.storage.boundaries import RUN_SAVE
from connectors.storage.codec import codec
from connectors.storage.database import Database
from connectors.storage.statements import prepare, upsert
from connectors.storage.tables import runs as _t
from engine.domain.identifiers import AccountId
from engine.ports.runs import Run, RunStore

_SAVE = upsert(_t)
_body = select(_t.c.body).order_by(_t.c.started_at, _t.c.id)
_RUNNING = prepare(_body.where(_t.c.stopped_at == 0))
_OF = prepare(_body.where(_t.c.account == bindparam("whose")))


class SqlRuns(RunStore):
    """Runs on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def running(self) -> Sequence[Run]:
        """Those that were not stopped, oldest first."""
        rows = await self._database.read(lambda session: session.rows(_RUNNING))
        return [codec(Run).decode(body) for (body,) in rows]

    async def of(self, account: AccountId) -> Sequence[Run]:
        """All of an account, oldest first."""
        rows = await self._database.read(lambda session: session.rows(_OF, {"whose": account}))
        return [codec(Run).decode(body) for (body,) in rows]

    async def save(self, run: Run) -> None:
        """Keep one as it stands. Raises StoreUnavailable."""
        values = {
            "id": run.id,
            "account": run.account,
            "started_at": run.started_at,
            "stopped_at": run.stopped_at,
            "body": codec(Run).encode(run),
        }
        await self._database.write(RUN_SAVE, lambda session: session.run(_SAVE, values))
