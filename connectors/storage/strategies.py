"""A desk's strategies, a row a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, delete, select, update

from connectors.storage.boundaries import STRATEGY_FORGET, STRATEGY_KEEP, STRATEGY_USE
from connectors.storage.codec import codec
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import prepare, upsert
from connectors.storage.tables import strategies as _t
from engine.ports.strategies import KeptStrategy, StrategyStore

_row = select(_t.c.body, _t.c.used_at)
_ALL = prepare(_row.order_by(_t.c.name, _t.c.version))
_OF = prepare(_row.where(_t.c.name == bindparam("its_name")).order_by(_t.c.version))
_ONE = prepare(
    select(_t.c.used_at).where(
        _t.c.name == bindparam("its_name"), _t.c.version == bindparam("its_version")
    )
)
_KEEP = upsert(_t)
_USE = prepare(
    update(_t)
    .where(
        _t.c.name == bindparam("its_name"),
        _t.c.version == bindparam("its_version"),
        _t.c.used_at == 0,
    )
    .values(used_at=bindparam("moment"))
)

_FORGET = prepare(
    delete(_t).where(
        _t.c.name == bindparam("its_name"),
        _t.c.version == bindparam("its_version"),
        _t.c.used_at == 0,
    )
)


class SqlStrategies(StrategyStore):
    """Strategies on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self) -> Sequence[KeptStrategy]:
        """The newest version of each, by name."""
        rows = await self._database.read(lambda session: session.rows(_ALL))
        newest = {kept.name: kept for kept in map(_kept, rows)}
        return list(newest.values())

    async def versions(self, name: str) -> Sequence[KeptStrategy]:
        """All versions of one, oldest first."""
        rows = await self._database.read(lambda session: session.rows(_OF, {"its_name": name}))
        return [_kept(row) for row in rows]

    async def keep(self, strategy: KeptStrategy) -> bool:
        """Add a version, or replace it where it was never used. Raises StoreUnavailable."""
        key = {"its_name": strategy.name, "its_version": strategy.version}
        values = {
            "name": strategy.name,
            "version": strategy.version,
            "used_at": strategy.used_at,
            "body": codec(KeptStrategy).encode(strategy),
        }

        def work(session: Session) -> bool:
            there = session.row(_ONE, key)
            if there is not None and there[0]:
                return False
            session.run(_KEEP, values)
            return True

        return await self._database.write(STRATEGY_KEEP, work)

    async def use(self, name: str, version: int, at: int) -> None:
        """Note that a version was used. Raises StoreUnavailable."""
        values = {"its_name": name, "its_version": version, "moment": at}
        await self._database.write(STRATEGY_USE, lambda session: session.run(_USE, values))

    async def forget(self, name: str, version: int) -> None:
        """Let go of a version that was never used. Raises StoreUnavailable."""
        values = {"its_name": name, "its_version": version}
        await self._database.write(STRATEGY_FORGET, lambda session: session.run(_FORGET, values))


def _kept(row: Row) -> KeptStrategy:
    body, used_at = row
    return replace(codec(KeptStrategy).decode(body), used_at=int(used_at))
