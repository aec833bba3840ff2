"""Looking at a database from outside: it is counted, and nothing of it changes."""

import sqlite3
from contextlib import closing

import pytest

from connectors.storage.glance import look
from engine.errors import StateCorrupt, StoreUnavailable
from tests.unit.connectors.storage.desk import outgoing, placed, with_stores


def test_what_is_stored_is_counted_also_while_somebody_writes(path):
    async def write_and_look(stores):
        await stores.journal.append(placed())
        await stores.outbox.follow("fills", 2, [outgoing()])
        return look(path)

    seen = with_stores(path, write_and_look)

    assert seen.waiting == 1
    assert {name: n for name, n in seen.counts.items() if n} == {
        "journal": len(placed().events),
        "orders": 1,
        "outbox": 1,
    }


def test_a_database_of_an_older_version_is_counted_and_not_migrated(path):
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DROP TABLE tickets")
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
    before = path.read_bytes()

    assert "tickets" not in look(path).counts

    assert path.read_bytes() == before


def test_a_newer_version_is_refused(path):
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateCorrupt, match="newer Outcry"):
        look(path)


def test_what_is_no_database_and_what_is_not_there_are_told(fresh):
    with pytest.raises(StoreUnavailable):
        look(fresh)
    assert not fresh.exists()
    fresh.write_bytes(b"these are not the pages you are looking for" * 100)
    with pytest.raises(StateCorrupt, match="not a database"):
        look(fresh)
