"""A home as a whole: who holds it, what can be seen of it from outside, whether it is sound.

It knows the stores and nothing else, so that looking costs little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.storage.lease import Lease, holder
from connectors.storage.schema import migrate
from connectors.storage.stores import Stores, open_stores
from connectors.storage.summary import counts
from engine.domain import events as facts
from engine.ports.system import Clock

DATABASE = "outcry.db"


@contextmanager
def held(home: Path, who: str, clock: Clock) -> Iterator[None]:
    """Trade on a home as its only process. Raises DeskHeld with the name of the one that does."""
    lease = Lease.acquire(home, who, clock.now_ms())
    try:
        yield
    finally:
        lease.release()


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be seen of a home from outside; no counts where there is no database yet."""

    holder: str | None
    counts: Mapping[str, int] | None
    waiting: Mapping[str, int]


async def glance(home: Path) -> Glance:
    """Look at a home without holding it. Raises StoreUnavailable, StateCorrupt."""
    who = holder(home)
    if not (home / DATABASE).exists():
        return Glance(who, None, {})
    stores = await open_stores(home / DATABASE)
    try:
        return Glance(who, await counts(stores.database), await stores.outbox.depth())
    finally:
        await stores.close()


def migrated(home: Path) -> bool:
    """Bring a home's database to this version; whether there was anything to do."""
    return migrate(home / DATABASE)


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
    stored = (await counts(stores.database))["fills"]
    return "" if len(told) == stored else f"{len(told)} fills journaled, {stored} stored"
