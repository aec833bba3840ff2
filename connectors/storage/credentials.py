"""Sealed keys of venues, a row an account, and which accounts were turned live."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam, delete, select

from bot.credentials import KeptKeys, KeyStore, LiveDecision
from connectors.storage.boundaries import KEYS_CHANGE, LIVE_DECIDE
from connectors.storage.codec import codec
from connectors.storage.database import Database, Session
from connectors.storage.statements import prepare, upsert
from connectors.storage.tables import live_decisions as _live
from connectors.storage.tables import venue_keys as _t
from engine.domain.identifiers import AccountId

_KEEP = upsert(_t)
_GET = prepare(select(_t.c.body).where(_t.c.account == bindparam("whose")))
_ALL = prepare(select(_t.c.body).order_by(_t.c.account))
_REMOVE = prepare(delete(_t).where(_t.c.account == bindparam("whose")))
_DECIDE = upsert(_live)
_REVOKE = prepare(delete(_live).where(_live.c.account == bindparam("whose")))
_DECISION = prepare(select(_live.c.body).where(_live.c.account == bindparam("whose")))


class SqlKeys(KeyStore):
    """Keys on the database; what is secret in them is sealed before it comes here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, keys: KeptKeys) -> None:
        """Keep them in the place of the account's others. Raises StoreUnavailable."""
        await self._database.write(KEYS_CHANGE, lambda session: _keep(session, keys))

    async def get(self, account: AccountId) -> KeptKeys | None:
        """An account's."""
        row = await self._database.look(lambda session: session.row(_GET, {"whose": account}))
        return None if row is None else codec(KeptKeys).decode(row[0])

    async def reseal(self, renew: Callable[[KeptKeys], KeptKeys]) -> int:
        """Replace all of them at once; gives how many. Raises StoreUnavailable."""

        def work(session: Session) -> int:
            rows = session.rows(_ALL)
            for (body,) in rows:
                _keep(session, renew(codec(KeptKeys).decode(body)))
            return len(rows)

        return await self._database.write(KEYS_CHANGE, work)

    async def remove(self, account: AccountId) -> bool:
        """Forget them, and any decision with them. Raises StoreUnavailable."""

        def work(session: Session) -> bool:
            session.run(_REVOKE, {"whose": account})
            return session.run(_REMOVE, {"whose": account}) == 1

        return await self._database.write(KEYS_CHANGE, work)

    async def decide(self, decision: LiveDecision) -> None:
        """The account is live from the next start on. Raises StoreUnavailable."""
        body = codec(LiveDecision).encode(decision)
        values = {"account": decision.account, "body": body}
        await self._database.write(LIVE_DECIDE, lambda session: session.run(_DECIDE, values))

    async def revoke(self, account: AccountId) -> bool:
        """It is paper from the next start on. Raises StoreUnavailable."""
        values = {"whose": account}
        return await self._database.write(LIVE_DECIDE, lambda s: s.run(_REVOKE, values)) == 1

    async def decision(self, account: AccountId) -> LiveDecision | None:
        """What was decided, if it holds."""
        row = await self._database.look(lambda session: session.row(_DECISION, {"whose": account}))
        return None if row is None else codec(LiveDecision).decode(row[0])


def _keep(session: Session, keys: KeptKeys) -> None:
    session.run(_KEEP, {"account": keys.account, "body": codec(KeptKeys).encode(keys)})
