"""The database: one connection that writes, two that read, each transaction one call."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from connectors.storage.boundaries import Commit
from connectors.storage.driver import Creator, ThreadedConnection, inline, threaded
from connectors.storage.failures import translate
from connectors.storage.schema import migrate
from connectors.storage.statements import Prepared
from engine.errors import StateCorrupt
from engine.ports.boundary import boundary

T = TypeVar("T")
Row = tuple[Any, ...]
_NOTHING: Mapping[str, object] = {}
_TOGETHER = 64
"""So many transactions at most become one."""
_TRANSACTIONS_A_TIDYING = 50
"""How often the log is carried over to the file: a few hundred pages are, in some milliseconds."""
_MOST_LOG_PAGES = 4_000
"""Where the log grows longer than this all the same, the writer carries it over itself."""
_PRAGMAS = ("foreign_keys = ON", "busy_timeout = 2000", "trusted_schema = OFF")


class Session:
    """What may be asked of the database within one transaction or reading."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def rows(self, statement: Prepared, values: Mapping[str, object] = _NOTHING) -> list[Row]:
        """All rows that it gives."""
        return self._raw.execute(statement.sql, {**statement.values, **values}).fetchall()

    def row(self, statement: Prepared, values: Mapping[str, object] = _NOTHING) -> Row | None:
        """Its first row, or None."""
        rows = self.rows(statement, values)
        return rows[0] if rows else None

    def run(self, statement: Prepared, values: Mapping[str, object] = _NOTHING) -> int:
        """Carry it out; gives how many rows it changed."""
        return self._raw.execute(statement.sql, {**statement.values, **values}).rowcount

    def run_each(self, statement: Prepared, values: Iterable[Mapping[str, object]]) -> int:
        """Carry it out for each; gives how many rows all of them changed."""
        return self._raw.executemany(statement.sql, values).rowcount


Work = Callable[[Session], T]


class Database:
    """One SQLite file in WAL mode; what `write` has given back is on disk."""

    def __init__(self, path: Path, away: Creator, near: Creator) -> None:
        """`away` makes connections with a thread of their own, `near` one that has none."""
        self.path = path
        self._creators = away, near
        self._open: list[ThreadedConnection] = []
        self._wishes: list[_Wish] = []
        self._turn = asyncio.Lock()
        self._untidied = 0

    @classmethod
    async def open(
        cls, path: Path, *, creator: Creator | None = None, durable: bool = True
    ) -> Database:
        """Open the file, making or migrating it first.

        `creator` makes all the driver's connections where none is to have a thread; `durable`
        False leaves out the fsync, for simulations. Raises StoreUnavailable and StateCorrupt.
        """
        migrate(path)
        database = cls(path, creator or threaded, creator or inline)
        try:
            await database._connect(durable=durable)
        except BaseException:
            await database.close()
            raise
        return database

    async def write(self, commit: Commit, work: Work[T]) -> T:
        """Run `work` as one transaction: all of it is on disk afterwards, or nothing.

        What is wished for while the disk is busy is written together, for the price of one. A
        caller that is canceled is let go once that has ended, or before it has begun. Raises
        StoreUnavailable when nothing was written, StateCorrupt, and whatever `work` raises.
        """
        boundary(commit.before)
        wish = _Wish(work)
        self._wishes.append(wish)
        canceled: asyncio.CancelledError | None = None
        while not wish.is_over:
            try:
                await self._fulfil(wish)
            except asyncio.CancelledError as error:
                if wish in self._wishes:
                    self._wishes.remove(wish)
                    raise
                # The writer has it: who goes now would not know whether it was written.
                canceled = error
        if canceled is not None:
            raise canceled
        wish.raise_for()
        boundary(commit.after)
        return cast("T", wish.result)

    async def _fulfil(self, wish: _Wish) -> None:
        async with self._turn:
            while not wish.is_over:
                wishes, self._wishes = self._wishes[:_TOGETHER], self._wishes[_TOGETHER:]
                # Where the one before was canceled on its way, ours may be in its hands: its call
                # ends before this one begins.
                await self._writer.run(partial(_transact, wishes))
                self._tidy()

    async def read(self, work: Work[T]) -> T:
        """Run `work` on what has been committed. Raises StoreUnavailable, StateCorrupt."""
        return await self._run(self._reader, partial(_look, work))

    async def look(self, work: Work[T]) -> T:
        """The same where a row or a few are found by their key: it is done where it is asked.

        That takes less than the way to the reader's thread, which is taken where the file is busy
        or there is something wrong with it. Raises StoreUnavailable, StateCorrupt.
        """
        try:
            return await self._near.run(partial(_look, work))
        except sqlite3.Error:
            return await self.read(work)

    async def check(self) -> list[str]:
        """What is wrong with the file, in SQLite's words; empty when it is sound.

        Raises StoreUnavailable.
        """
        try:
            return await self._run(self._reader, _faults)
        except StateCorrupt as error:
            # Some damage keeps even the check from being made.
            return [str(error)]

    async def close(self) -> None:
        """Let the file go."""
        while self._open:
            await self._open.pop().close()

    async def _connect(self, *, durable: bool) -> None:
        mode = f"synchronous = {'FULL' if durable else 'OFF'}"
        log = f"wal_autocheckpoint = {_MOST_LOG_PAGES}"
        looks = (*_PRAGMAS, "query_only = ON")
        away, near = self._creators
        self._writer = await self._connected(away, ("journal_mode = WAL", mode, log, *_PRAGMAS))
        self._reader = await self._connected(away, looks)
        self._near = await self._connected(near, (*looks, "busy_timeout = 0"))

    async def _connected(self, creator: Creator, pragmas: tuple[str, ...]) -> ThreadedConnection:
        try:
            connection = await creator(self.path)
        except sqlite3.Error as error:
            raise translate(error) or error from error
        self._open.append(connection)
        await self._run(connection, partial(_set, pragmas))
        return connection

    def _tidy(self) -> None:
        """Have the log carried over to the file now and then, while the writer goes on.

        That takes many times as long as a commit, and whoever's commit filled the log would wait.
        """
        self._untidied += 1
        if self._untidied >= _TRANSACTIONS_A_TIDYING:
            self._untidied = 0
            self._reader.leave(_carry_over)

    @staticmethod
    async def _run(connection: ThreadedConnection, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await connection.run(work)
        except sqlite3.Error as error:
            raise translate(error) or error from error


@dataclass(slots=True, eq=False)
class _Wish:
    """A transaction that somebody waits for, and what came of it."""

    work: Callable[[Session], object]
    result: object = None
    error: BaseException | None = None
    is_over: bool = False

    def raise_for(self) -> None:
        """Raise what went wrong, in our words where it is the driver's."""
        if self.error is None:
            return
        if isinstance(self.error, sqlite3.Error) and (known := translate(self.error)):
            raise known from self.error
        raise self.error


def _transact(wishes: Sequence[_Wish], raw: sqlite3.Connection) -> None:
    """Fulfil wishes in one transaction; what one of them raises undoes that one alone."""
    if not wishes:
        return
    try:
        raw.execute("BEGIN IMMEDIATE")
        for wish in wishes:
            _attempt(wish, raw, is_alone=len(wishes) == 1)
        if raw.in_transaction:
            raw.execute("COMMIT")
    except BaseException as error:  # noqa: BLE001 -- it is theirs who wait
        for wish in wishes:
            wish.error = wish.error or error
    finally:
        # Some failures, such as a full disk, have rolled it back already.
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        for wish in wishes:
            wish.is_over = True


def _attempt(wish: _Wish, raw: sqlite3.Connection, *, is_alone: bool) -> None:
    """Do one wish's work; raises what takes the others down as well."""
    if is_alone:
        wish.result = wish.work(Session(raw))
        return
    raw.execute("SAVEPOINT wish")
    try:
        wish.result = wish.work(Session(raw))
    except BaseException as error:
        if not raw.in_transaction:
            raise
        raw.execute("ROLLBACK TO wish")
        wish.error = error
    raw.execute("RELEASE wish")


def _look(work: Work[T], raw: sqlite3.Connection) -> T:
    return work(Session(raw))


def _carry_over(raw: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):  # the next one, or the writer, takes what is left
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _set(pragmas: tuple[str, ...], raw: sqlite3.Connection) -> None:
    for pragma in pragmas:
        raw.execute(f"PRAGMA {pragma}").fetchall()


def _faults(raw: sqlite3.Connection) -> list[str]:
    found = [str(row[0]) for row in raw.execute("PRAGMA quick_check").fetchall()]
    orphans = raw.execute("PRAGMA foreign_key_check").fetchall()
    return [line for line in found if line != "ok"] + [f"{row[0]}: no {row[2]}" for row in orphans]
