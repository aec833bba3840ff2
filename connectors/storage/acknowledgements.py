"""Who has seen which piece of news."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from bot.ports.people import Acknowledgements
from connectors.storage.boundaries import NEWS_SEEN
from connectors.storage.database import Database
from connectors.storage.statements import insert_once, prepare
from connectors.storage.tables import seen as _t
from engine.domain.identifiers import PersonId

_SEE = insert_once(_t)
_BY = prepare(
    select(_t.c.person, _t.c.at)
    .where(_t.c.sequence == bindparam("which"))
    .order_by(_t.c.at, _t.c.person)
)


class SqlAcknowledgements(Acknowledgements):
    """Acknowledgements on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def see(self, sequence: int, person: PersonId, at: int) -> bool:
        """They have seen it; False where that was known. Raises StoreUnavailable."""
        values = {"sequence": sequence, "person": person, "at": at}
        return await self._database.write(NEWS_SEEN, lambda s: s.run(_SEE, values) > 0)

    async def seen_by(self, sequence: int) -> Sequence[tuple[PersonId, int]]:
        """Who has, and when (UTC ms), the first one first. Raises StoreUnavailable."""
        values = {"which": sequence}
        rows = await self._database.read(lambda session: session.rows(_BY, values))
        return [(PersonId(person), int(at)) for person, at in rows]
