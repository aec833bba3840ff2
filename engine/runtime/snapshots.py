"""Snapshots: what a long journal comes to, so that a start need not tell all of it again.

One is made of the one before it and the entries since, read from the journal: never of the kernel
that runs, so that it is what telling the journal again would give, by construction. One that is
broken, or that other code made, is passed over; the journal alone is the truth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import structlog

import engine
from engine.errors import StateCorrupt, StoreUnavailable
from engine.kernel import Kernel
from engine.ports.journal import Journal, Snapshot, Snapshots
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

EVERY = 20_000
"""Entries after which the next one is made."""
_LOOK_SECONDS = 30.0
# What decides how entries change state: other code may make something else of them.
_CORE = ("alerts", "domain", "execution", "kernel", "portfolio", "risk")


def fingerprint(limits: Mapping[str, Decimal]) -> str:
    """Of the code that makes state of entries, and of the limits that it begins with."""
    opening = ",".join(f"{name}={value}" for name, value in sorted(limits.items()))
    return hashlib.sha256(f"{_code()};{opening}".encode()).hexdigest()


@cache
def _code() -> str:
    root = Path(engine.__file__).parent
    digest = hashlib.sha256()
    for name in _CORE:
        for file in sorted((root / name).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


class SnapshotKeeper:
    """Makes them as the journal grows, and begins a kernel from the newest."""

    def __init__(
        self,
        journal: Journal,
        store: Snapshots,
        make_kernel: Callable[[], Kernel],
        mark: str,
        every: int = EVERY,
    ) -> None:
        """`mark` is the fingerprint of this code and configuration."""
        self._journal = journal
        self._store = store
        self._make_kernel = make_kernel
        self._mark = mark
        self._every = every
        self._made_at = 0

    async def run(self, clock: Clock, written: Callable[[], int]) -> None:
        """Make the next one whenever enough was written; `written` is the last entry's number.

        Not while the desk starts, which has enough to do: whoever waits for it comes first.
        """
        while True:
            await clock.sleep(_LOOK_SECONDS)
            if written() - self._made_at >= self._every:
                try:
                    await self.catch_up()
                except StoreUnavailable as error:
                    _log.warning("no_snapshot", error=str(error))

    async def recall(self, kernel: Kernel) -> int:
        """Let a fresh kernel be what the newest says; gives the entry that it goes up to, or 0."""
        found = await self._store.newest(self._mark)
        if found is None:
            return 0
        try:
            kernel.recall(found.state)
        except StateCorrupt as error:
            _log.warning("snapshot_passed_over", sequence=found.sequence, error=str(error))
            return 0
        self._made_at = max(self._made_at, found.sequence)
        return found.sequence

    async def catch_up(self) -> None:
        """One of all that is written now. Raises StoreUnavailable, StateCorrupt."""
        kernel = self._make_kernel()
        begun = last = await self.recall(kernel)
        async for recorded in self._journal.read(last):
            kernel.apply(recorded.event)
            last = recorded.sequence
        if last > begun:
            await self._store.keep(Snapshot(last, self._mark, kernel.remembered()))
        self._made_at = last
