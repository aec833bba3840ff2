"""A home as a whole: who holds it and what can be seen of it from outside, which costs little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.storage.glance import Seen, look
from connectors.storage.lease import Lease, holder
from connectors.storage.schema import migrate
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
    """What can be seen of a home from outside; no database is there before the first start."""

    holder: str | None
    database: Seen | None


def glance(home: Path) -> Glance:
    """Look at a home without holding it. Raises StoreUnavailable, StateCorrupt."""
    path = home / DATABASE
    return Glance(holder(home), look(path) if path.exists() else None)


def migrated(home: Path) -> bool:
    """Bring a home's database to this version; whether there was anything to do."""
    return migrate(home / DATABASE)
