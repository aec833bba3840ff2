"""What can be seen of a database from outside, by plain SQL, so that looking loads little."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from connectors.storage.failures import translate
from connectors.storage.schema import refuse_newer

_COUNTED = ("journal", "orders", "fills", "people", "inbox", "outbox", "tickets")
_BUSY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows by table, of the tables that its version has, and how many messages wait."""

    counts: Mapping[str, int]
    waiting: int


def look(path: Path) -> Seen:
    """Count what a file holds, changing nothing. Raises StoreUnavailable, StateCorrupt."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)) as raw:
            return _seen(raw, path)
    except sqlite3.Error as error:
        raise translate(error) or error from error


def _seen(raw: sqlite3.Connection, path: Path) -> Seen:
    refuse_newer(raw, path)
    raw.execute("BEGIN")
    known = {name for (name,) in raw.execute("SELECT name FROM sqlite_master")}
    tables = [table for table in _COUNTED if table in known]
    counts = {table: _number(raw, f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608 -- names of our own
    waiting = "SELECT count(*) FROM outbox WHERE state = 'pending'"
    return Seen(counts, _number(raw, waiting) if "outbox" in known else 0)


def _number(raw: sqlite3.Connection, question: str) -> int:
    return int(raw.execute(question).fetchone()[0])
