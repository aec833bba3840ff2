"""A home's stores looked through: whether the file is sound and its parts agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config import Config
from bot.homes import DATABASE
from bot.wiring import System, instruments
from connectors.storage.projections import contradiction, projections
from connectors.storage.stores import Stores, open_stores
from engine.errors import StateCorrupt
from engine.runtime.retelling import first_difference, retold
from engine.runtime.snapshots import fingerprint
from engine.runtime.system import SystemClock, SystemIdentities


@dataclass(frozen=True, slots=True)
class Health:
    """What an examination of the stores found; empty is well."""

    faults: Sequence[str]
    first_broken_audit: int | None
    mismatch: str


async def examined(home: Path, config: Config) -> Health:
    """Check the file and the audit chain, and hold what is stored beside the journal told again.

    Raises StoreUnavailable, StateCorrupt.
    """
    stores = await open_stores(home / DATABASE)
    try:
        faults = await stores.database.check()
        broken = await stores.audit.verify()
        return Health(faults, broken, await _mismatch(stores, config))
    finally:
        await stores.close()


async def _mismatch(stores: Stores, config: Config) -> str:
    known = instruments(config, System(SystemClock(), SystemIdentities()))
    try:
        limits = config.risk.limits()
        snapshot = await stores.snapshots.newest(fingerprint(limits))
        told = await retold(stores.journal, known, limits, snapshot)
    except StateCorrupt as error:
        return str(error)
    stored = await projections(stores.database)
    return first_difference(told, stored) or await contradiction(stores.database) or ""
