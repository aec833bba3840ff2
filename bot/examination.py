"""A home's stores looked through: whether the file is sound and its parts agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.homes import DATABASE
from connectors.storage.glance import look
from connectors.storage.stores import Stores, open_stores
from engine.domain import events as facts


@dataclass(frozen=True, slots=True)
class Health:
    """What an examination of the stores found; empty is well."""

    faults: Sequence[str]
    first_broken_audit: int | None
    mismatch: str


async def examined(home: Path) -> Health:
    """Check the file, the audit chain, and that the journal gives the fills that are stored."""
    stores = await open_stores(home / DATABASE)
    try:
        faults = await stores.database.check()
        broken = await stores.audit.verify()
        return Health(faults, broken, await _mismatch(stores))
    finally:
        await stores.close()


async def _mismatch(stores: Stores) -> str:
    told = {}
    async for recorded in stores.journal.read():
        if isinstance(recorded.event, facts.OrderFilled):
            told[recorded.event.trade_id] = recorded.event.quantity
    stored = look(stores.database.path).counts["fills"]
    return "" if len(told) == stored else f"{len(told)} fills journaled, {stored} stored"
