"""Guesses at codes: so many in a while, then none."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from bot.access import Tries
from connectors.storage.boundaries import TRIES_CLEAR, TRIES_SPEND
from connectors.storage.database import Database, Session
from connectors.storage.statements import insert_new, prepare
from connectors.storage.tables import tries as _t

MOST = 5
WINDOW_MS = 15 * 60_000

_ADD = insert_new(_t, without=("id",))
_OLD = prepare(delete(_t).where(_t.c.at <= bindparam("oldest")))
_SPENT = prepare(select(_t.c.at).where(_t.c.subject == bindparam("what")).order_by(_t.c.at))
_CLEAR = prepare(delete(_t).where(_t.c.subject == bindparam("what")))


class SqlTries(Tries):
    """Guesses on the database, counted before they are looked at."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spend(self, subject: str, now: int) -> int:
        """Count one more guess; 0, or for how many ms none is taken because there were too many.

        Raises StoreUnavailable.
        """

        def work(session: Session) -> int:
            session.run(_OLD, {"oldest": now - WINDOW_MS})
            spent = [int(at) for (at,) in session.rows(_SPENT, {"what": subject})]
            if len(spent) >= MOST:
                return spent[-1] + WINDOW_MS - now
            session.run(_ADD, {"subject": subject, "at": now})
            return 0

        return await self._database.write(TRIES_SPEND, work)

    async def clear(self, subject: str) -> None:
        """It was right: forget the wrong ones. Raises StoreUnavailable."""
        values = {"what": subject}
        await self._database.write(TRIES_CLEAR, lambda session: session.run(_CLEAR, values))
