"""Hooks as rows, and what was spent under their mandates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import bindparam, delete, select

from bot.hooks import HookStore, KeptHook
from connectors.storage.boundaries import HOOK_CHANGE, HOOK_SPEND
from connectors.storage.codec import codec
from connectors.storage.database import Database, Session
from connectors.storage.statements import insert_once, prepare, upsert
from connectors.storage.tables import hook_uses as _uses
from connectors.storage.tables import hooks as _t

_KEEP = upsert(_t)
_GET = prepare(select(_t.c.body).where(_t.c.name == bindparam("which")))
_ALL = prepare(select(_t.c.body).order_by(_t.c.name))
_REMOVE = prepare(delete(_t).where(_t.c.name == bindparam("which")))
_USE = insert_once(_uses)
_USED = prepare(
    select(_uses.c.value).where(_uses.c.hook == bindparam("which"), _uses.c.at > bindparam("since"))
)
_SPENT = prepare(
    select(_uses.c.at).where(
        _uses.c.hook == bindparam("which"), _uses.c.signal == bindparam("what")
    )
)
_UNUSE = prepare(
    delete(_uses).where(_uses.c.hook == bindparam("which"), _uses.c.signal == bindparam("what"))
)


class SqlHooks(HookStore):
    """Hooks on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, kept: KeptHook) -> None:
        """Keep it in the place of the one of its name. Raises StoreUnavailable."""
        values = {"name": kept.hook.name, "body": codec(KeptHook).encode(kept)}
        await self._database.write(HOOK_CHANGE, lambda session: session.run(_KEEP, values))

    async def get(self, name: str) -> KeptHook | None:
        """One by its name."""
        row = await self._database.look(lambda session: session.row(_GET, {"which": name}))
        return None if row is None else codec(KeptHook).decode(row[0])

    async def all(self) -> Sequence[KeptHook]:
        """All of them, by name."""
        rows = await self._database.read(lambda session: session.rows(_ALL))
        return [codec(KeptHook).decode(body) for (body,) in rows]

    async def remove(self, name: str) -> bool:
        """Forget it; what was spent stays on record. Raises StoreUnavailable."""
        values = {"which": name}
        return await self._database.write(HOOK_CHANGE, lambda s: s.run(_REMOVE, values)) == 1

    async def spend(self, name: str, key: str, value: Decimal, at: int, since: int) -> Decimal:
        """Put a signal's value on record, once, and give what all come to since then (UTC ms)."""
        use = {"hook": name, "signal": key, "at": at, "value": str(value)}
        window = {"which": name, "since": since}

        def work(session: Session) -> Decimal:
            session.run(_USE, use)
            return sum((Decimal(text) for (text,) in session.rows(_USED, window)), Decimal(0))

        return await self._database.write(HOOK_SPEND, work)

    async def spent(self, name: str, key: str) -> bool:
        """Whether a signal's value is on record."""
        values = {"which": name, "what": key}
        return await self._database.look(lambda s: s.row(_SPENT, values)) is not None

    async def unspend(self, name: str, key: str) -> None:
        """Nothing came of that signal. Raises StoreUnavailable."""
        values = {"which": name, "what": key}
        await self._database.write(HOOK_SPEND, lambda session: session.run(_UNUSE, values))
