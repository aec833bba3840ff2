"""How much a database holds, for those who only look."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from connectors.storage.database import Database, Session
from connectors.storage.statements import Prepared, prepare
from connectors.storage.tables import fills, inbox, journal, orders, outbox, people, tickets

_COUNTED: Mapping[str, Prepared] = {
    table.name: prepare(select(func.count()).select_from(table))
    for table in (journal, orders, fills, people, inbox, outbox, tickets)
}


async def counts(database: Database) -> Mapping[str, int]:
    """Rows by table. Raises StoreUnavailable, StateCorrupt."""

    def work(session: Session) -> Mapping[str, int]:
        return {name: (session.row(ask) or (0,))[0] for name, ask in _COUNTED.items()}

    return await database.read(work)
