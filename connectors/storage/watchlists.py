"""Instruments that people keep an eye on, in the order they were added."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from bot.ports.people import Watchlists
from connectors.storage.boundaries import WATCHLIST_ADD, WATCHLIST_REMOVE
from connectors.storage.database import Database, Session
from connectors.storage.statements import insert_once, prepare
from connectors.storage.tables import watchlists as _t
from engine.domain.identifiers import PersonId, Symbol

_ADD = insert_once(_t, without=("id",))
_SYMBOLS = prepare(select(_t.c.symbol).where(_t.c.person == bindparam("who")).order_by(_t.c.id))
_REMOVE = prepare(
    delete(_t).where(_t.c.person == bindparam("who"), _t.c.symbol == bindparam("gone"))
)


class SqlWatchlists(Watchlists):
    """Watchlists on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def symbols(self, person: PersonId) -> Sequence[Symbol]:
        """The list."""
        rows = await self._database.read(lambda session: session.rows(_SYMBOLS, {"who": person}))
        return [Symbol(symbol) for (symbol,) in rows]

    async def add(self, person: PersonId, symbols: Sequence[Symbol]) -> None:
        """Add; what is there stays where it is. Raises StoreUnavailable."""
        rows = [{"person": person, "symbol": symbol} for symbol in symbols]
        await self._database.write(WATCHLIST_ADD, lambda session: session.run_each(_ADD, rows))

    async def remove(self, person: PersonId, symbols: Sequence[Symbol]) -> Sequence[Symbol]:
        """Take off; gives those that were on it. Raises StoreUnavailable."""

        def work(session: Session) -> list[Symbol]:
            gone = [{"who": person, "gone": symbol} for symbol in symbols]
            return [s for s, row in zip(symbols, gone, strict=True) if session.run(_REMOVE, row)]

        return await self._database.write(WATCHLIST_REMOVE, work)
