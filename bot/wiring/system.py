"""What a desk is handed from outside: time, identities, threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.ccxt.client import Line
from connectors.storage.driver import Creator
from engine.domain.identifiers import VenueName
from engine.ports.system import Clock, Identities
from engine.runtime.snapshots import EVERY


@dataclass(frozen=True, slots=True)
class System:
    """Time, identities, and whether threads and processes may be used.

    `connections` makes the database's connections where they are not to be threads; a `durable`
    database waits for the disk at each commit. A snapshot is made each `snapshot_every` entries.
    """

    clock: Clock
    identities: Identities
    workers: bool = True
    connections: Creator | None = None
    durable: bool = True
    snapshot_every: int = EVERY


Lines = Callable[[VenueName], Line]
"""Where exchanges are reached."""
