"""Locked, full, damaged: refused in clear words, nothing lost, and well again afterwards."""

import asyncio
import sqlite3
import subprocess
from contextlib import closing

import pytest

from connectors.storage.schema import migrate
from connectors.storage.stores import open_stores
from engine.domain.events import TradingHalted
from engine.errors import StateCorrupt, StoreUnavailable
from engine.ports.journal import Entry
from tests.unit.connectors.storage.desk import message, placed, recorded, with_stores

LOCKED = "another process keeps the database locked"
FULL = "the disk is full"


def heavy(number):
    return Entry((TradingHalted("ann", "x" * 20_000, number),), key=f"k{number}")


async def fill_up(stores):
    """Append until there is no room; gives how many were acknowledged."""
    for number in range(10_000):
        try:
            await stores.journal.append(heavy(number))
        except StoreUnavailable as full:
            return number if full.facts == {"detail": FULL} else -1
    raise AssertionError("it never was full")


async def whole(stores, acknowledged):
    """Whether all that was acknowledged is there, and nothing besides."""
    times = [entry.event.at for entry in await recorded(stores)]
    refused = await stores.journal.find(f"k{acknowledged}")
    return times == list(range(acknowledged)) and refused is None


def test_a_locked_database_refuses_work_in_bounded_time_while_others_read(path):
    async def locked(stores):
        await stores.journal.append(placed("o1", key="t1"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            clock = asyncio.get_running_loop().time
            begun = clock()
            appending = asyncio.ensure_future(stores.journal.append(placed("o2", key="t2")))
            read = await recorded(stores)
            read_after = clock() - begun
            with pytest.raises(StoreUnavailable) as refused:
                await appending
            waited = clock() - begun
            other.execute("ROLLBACK")
        assert refused.value.facts == {"detail": LOCKED}
        assert len(read) == 2
        assert read_after < 1 < waited < 4
        assert await stores.journal.find("t2") is None
        assert await stores.journal.append(placed("o2", key="t2")) == 4

    with_stores(path, locked)


def test_a_locked_message_is_received_when_it_is_delivered_again(path):
    async def locked(stores):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                await stores.inbox.receive(message("1"))
        return await stores.inbox.receive(message("1"))

    assert with_stores(path, locked) == message("1", id=1)


def test_a_new_database_that_is_locked_is_refused_and_made_later(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable) as refused:
            migrate(path)
    assert refused.value.facts == {"detail": LOCKED}
    assert migrate(path)


def test_a_database_that_may_not_grow_refuses_and_keeps_what_it_has(path):
    async def full(stores):
        writer = stores.database._writer
        await writer.run(lambda raw: raw.execute("PRAGMA max_page_count = 130").fetchone())
        acknowledged = await fill_up(stores)
        assert acknowledged > 3
        assert await whole(stores, acknowledged)
        with pytest.raises(StoreUnavailable):
            await stores.journal.append(heavy(acknowledged))

        await writer.run(lambda raw: raw.execute("PRAGMA max_page_count = 9000").fetchone())
        await stores.journal.append(heavy(acknowledged))
        return await whole(stores, acknowledged + 1), await stores.database.check()

    assert with_stores(path, full) == (True, [])


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 2 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_refuses_and_is_well_again_once_there_is_room(small_disk):
    path, ballast = small_disk / "desk.sqlite", small_disk / "ballast"
    ballast.write_bytes(b"x" * 700_000)

    async def full(stores):
        acknowledged = await fill_up(stores)
        assert await whole(stores, acknowledged)
        ballast.unlink()
        await stores.journal.append(heavy(acknowledged))
        return acknowledged + 1

    acknowledged = with_stores(path, full)
    assert with_stores(path, lambda stores: whole(stores, acknowledged))
    assert with_stores(path, lambda stores: stores.database.check()) == []


def test_a_disk_too_full_to_begin_on_is_told_and_leaves_nothing_behind(small_disk):
    path, ballast = small_disk / "desk.sqlite", small_disk / "ballast"
    ballast.write_bytes(b"x" * (2 * 1024 * 1024 - 40_960))
    with pytest.raises(StoreUnavailable) as refused:
        migrate(path)
    assert FULL in refused.value.facts["detail"]
    ballast.unlink()
    assert migrate(path)


def test_a_damaged_page_is_found_by_the_check_and_never_read_as_truth(path):
    async def fill(stores):
        for number in range(40):
            await stores.journal.append(heavy(number))

    async def look(stores):
        assert await stores.database.check()
        with pytest.raises(StateCorrupt):
            await recorded(stores)

    with_stores(path, fill)
    content = bytearray(path.read_bytes())
    for page in range(len(content) // 4096 // 2, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    with_stores(path, look)


def test_text_that_is_no_text_is_never_read_as_truth(path):
    with_stores(path, lambda stores: stores.journal.append(placed()))
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE journal SET body = CAST(x'7bff7d' AS TEXT) WHERE sequence = 2")

    async def look(stores):
        with pytest.raises(StateCorrupt, match="damaged"):
            await recorded(stores)

    with_stores(path, look)


def test_a_database_cut_short_is_refused(path):
    async def fill(stores):
        for number in range(40):
            await stores.journal.append(heavy(number))

    with_stores(path, fill)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    async def use():
        stores = await open_stores(path)
        try:
            await recorded(stores)
        finally:
            await stores.close()

    with pytest.raises(StateCorrupt):
        asyncio.run(use())
