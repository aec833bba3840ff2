"""The driver's connections: one that works in its own thread, one that works on the loop.

A whole transaction is one call, so that it costs one passage to the thread and none can come
between its statements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")
_ROWS_A_FETCH = 64
_BUSY_SECONDS = 2.0


class ThreadedConnection(aiosqlite.Connection):
    """aiosqlite's connection, which also runs a whole function in its thread."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, _ROWS_A_FETCH)
        # A thread that waits for work must never keep a finished program alive.
        self._thread.daemon = True

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Call `work` with the connection and give what it gives."""
        result: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return result

    def leave(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Have `work` called after what was asked before, unless it is closed; nobody waits.

        So it raises nothing.
        """
        if self._connection is not None:
            self._tx.put_nowait((None, partial(work, self._connection)))


class InlineConnection(ThreadedConnection):
    """The same without a thread: every call runs where it is made, as virtual time needs it."""

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return fn(*args, **kwargs)

    def leave(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Call `work` at once, unless it is closed; it raises nothing."""
        if self._connection is not None:
            work(self._connection)

    async def _connect(self) -> InlineConnection:
        self._connection = self._connector()
        return self

    def __await__(self) -> Generator[Any, None, InlineConnection]:
        return self._connect().__await__()

    async def close(self) -> None:
        """Close at once."""
        self.stop()

    def stop(self) -> None:
        """Close at once."""
        self._running = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        # A simulated crash abandons it: what it had not committed goes with it.
        self.stop()


Creator = Callable[[Path], Awaitable[ThreadedConnection]]


async def threaded(path: Path) -> ThreadedConnection:
    """A connection to the file, in a thread of its own."""
    connection = ThreadedConnection(partial(_open, path))
    await connection
    return connection


async def inline(path: Path) -> ThreadedConnection:
    """A connection to the file that works on the caller's loop."""
    return await InlineConnection(partial(_open, path))


def _open(path: Path) -> sqlite3.Connection:
    # Transactions are begun and ended by us, never by the driver.
    # One caller at a time is the queue's doing, or the loop's; any thread may clear it away.
    return sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
