"""SQLite's failures as the engine's: what was not written, and what can no longer be trusted."""

from __future__ import annotations

import sqlite3

from engine.errors import EngineError, StateCorrupt, StoreUnavailable

_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY: "another process keeps the database locked",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the database may not be written",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened",
    sqlite3.SQLITE_PERM: "the database may not be accessed",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
}
_CORRUPT = {
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
    # After a failed write or fsync nobody knows which pages are on disk: asking again would lie.
    sqlite3.SQLITE_IOERR: "the disk failed to read or write",
    sqlite3.SQLITE_CONSTRAINT: "the stored rows contradict what was to be written",
}
# The shared memory beside the log could not be made or grown: no page of data was touched.
_SHARED_MEMORY = {
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
}


def translate(error: sqlite3.Error) -> EngineError | None:
    """The engine's failure for SQLite's, or None where it is a mistake in our own code."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code in _SHARED_MEMORY:
        return StoreUnavailable(detail=f"{_UNAVAILABLE[sqlite3.SQLITE_FULL]} ({error})")
    if "Could not decode to UTF-8" in str(error):
        return StateCorrupt(f"{_CORRUPT[sqlite3.SQLITE_CORRUPT]}: {error}")
    primary = code & 0xFF
    if primary in _UNAVAILABLE:
        return StoreUnavailable(detail=_UNAVAILABLE[primary])
    if primary in _CORRUPT:
        return StateCorrupt(f"{_CORRUPT[primary]}: {error}", detail=_CORRUPT[primary])
    return None
