"""The desk's database: a real SQLite file on inline connections, at times locked or full."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from connectors.storage.driver import InlineConnection, ThreadedConnection

T = TypeVar("T")
_NO_LIMIT = 2**30


class _Connection(InlineConnection):
    def __init__(self, connect: Callable[[], sqlite3.Connection], alive: Callable[[], None]):
        super().__init__(connect)
        self._alive = alive

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        self._alive()
        return fn(*args, **kwargs)


class Disk:
    """One file, the troubles it has, and a look at it that the desk knows nothing of."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections: list[_Connection] = []
        self._holder: sqlite3.Connection | None = None
        self._is_full = False
        self._looking: sqlite3.Connection | None = None

    async def connect(self, path: Path, *, alive: Callable[[], None]) -> ThreadedConnection:
        """A connection for one life of the desk. Its lock time-out would be real time: none."""
        connect = partial(sqlite3.connect, path, isolation_level=None, check_same_thread=False)
        connection = await _Connection(connect, alive)
        self._connections.append(connection)
        return connection

    def settle(self) -> None:
        """Bring the troubles to new connections, once they are set up."""
        for connection in self._connections:
            self._ask(connection, "PRAGMA busy_timeout = 0")
            limit = f"{self._pages() if self._is_full else _NO_LIMIT}"
            self._ask(connection, f"PRAGMA max_page_count = {limit}")

    def died(self) -> None:
        """The process is gone, and what it had not committed."""
        for connection in self._connections:
            connection.stop()
        self._connections.clear()

    def lock(self) -> None:
        """Another process begins to write and does not end."""
        if self._holder is None:
            self._holder = sqlite3.connect(self.path, isolation_level=None)
            self._holder.execute("BEGIN IMMEDIATE")

    def unlock(self) -> None:
        if self._holder is not None:
            self._holder.execute("ROLLBACK")
            self._holder.close()
            self._holder = None

    def fill(self, *, full: bool) -> None:
        """No page more can be had, or all that are wanted."""
        self._is_full = full
        self.settle()

    def rows(self, sql: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """What is on disk, seen from outside."""
        if self._looking is None:
            self._looking = sqlite3.connect(
                f"file:{self.path}?mode=ro", uri=True, isolation_level=None
            )
        return self._looking.execute(sql, values).fetchall()

    def close(self) -> None:
        self.unlock()
        self.died()
        if self._looking is not None:
            self._looking.close()

    def _pages(self) -> int:
        return int(self.rows("PRAGMA page_count")[0][0])

    @staticmethod
    def _ask(connection: _Connection, pragma: str) -> None:
        if connection._connection is not None:
            connection._connection.execute(pragma).fetchall()
