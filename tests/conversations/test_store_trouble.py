"""A database that cannot be written: refused, nothing lost, the chat goes on."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from connectors.storage.boundaries import INBOX_ANSWER, OUTBOX_FOLLOW, OUTBOX_RECORD
from engine.errors import StoreUnavailable
from engine.ports.boundary import watch_boundaries
from tests.room import Room


@contextmanager
def somebody_holds(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_locked_database_receives_nothing_and_loses_nothing(room: Room, tmp_path: Path) -> None:
    room.say("/buy BTC/USDT 0.1")
    before = len(room.cards())

    with somebody_holds(tmp_path / "home" / "outcry.db"), pytest.raises(StoreUnavailable):
        room.deliver("/yes", "the-yes")

    assert len(room.cards()) == before, room.titles()
    # What was not received is delivered again, under the same name.
    room.deliver("/yes", "the-yes")
    assert room.titles()[-1] == "Bought 0.1 BTC/USDT"
    assert room.titles().count("Bought 0.1 BTC/USDT") == 1


def test_a_fill_that_could_not_be_written_is_booked_once_when_it_can(
    room: Room, tmp_path: Path
) -> None:
    room.say("/buy BTC/USDT 0.1 59000")
    room.say("/yes")

    with somebody_holds(tmp_path / "home" / "outcry.db"):
        room.price("BTC/USDT", 58990)
    assert "Bought 0.1 BTC/USDT" not in room.titles()

    room.price("BTC/USDT", 58980)
    room.wait(2)
    assert room.titles().count("Bought 0.1 BTC/USDT") == 1
    assert room.say("/positions").table.rows[0][1] == "0.1"


def test_what_was_shown_and_could_not_be_noted_is_not_shown_again(
    room: Room, tmp_path: Path
) -> None:
    lock = contextlib.ExitStack()
    noting: list[str] = []

    def lock_the_first_note(name: str) -> None:
        if name == "outbox.sent" or (noting and name == OUTBOX_RECORD.before):
            noting.append(name)
            lock.close()
            if len(noting) == 2:
                lock.enter_context(somebody_holds(tmp_path / "home" / "outcry.db"))

    async def heard_through_the_lock() -> None:
        message = room.message("/price BTC/USDT", "ann", "u1")
        await room.chat.intake.receive(message)
        while len(noting) < 3:
            await room.clock.advance(1)
        await room.chat.settled()

    watch_boundaries(lock_the_first_note)
    try:
        room.run(heard_through_the_lock())
    finally:
        watch_boundaries(None)
        lock.close()

    assert noting == ["outbox.sent", OUTBOX_RECORD.before, OUTBOX_RECORD.before]
    assert room.titles() == ["BTC/USDT 60,000 USDT"]


@pytest.mark.parametrize("locked_at", [INBOX_ANSWER.after, OUTBOX_FOLLOW.after])
def test_a_download_that_ends_while_the_store_is_locked_is_told_when_it_can_be(
    room: Room, tmp_path: Path, locked_at: str
) -> None:
    """Locked before its first word, and between its last one and its end."""
    lock = contextlib.ExitStack()
    noted: list[str] = []

    def lock_it(name: str) -> None:
        noted.append(name)
        is_time = name == INBOX_ANSWER.after or noted.count(name) == 2
        if name == locked_at and is_time:
            lock.enter_context(somebody_holds(tmp_path / "home" / "outcry.db"))

    async def until_it_cannot_be_told() -> None:
        message = room.message("/download demo BTC/USDT 1m 2026-02-20", "ann", "u1")
        await room.chat.intake.receive(message)
        while noted.count(OUTBOX_FOLLOW.before) < 3:  # its first word, its last, that once more
            assert not room._serving.done(), "the desk is down"
            await asyncio.sleep(0.002)
            await room.clock.advance(0.5 if noted.count(OUTBOX_FOLLOW.before) == 2 else 0)
        lock.close()
        while room.chat.jobs._running:
            await room.clock.advance(0.5)

    watch_boundaries(lock_it)
    try:
        room.run(until_it_cannot_be_told())
    finally:
        watch_boundaries(None)
        lock.close()
    room.wait(1)

    assert room.titles().count("BTC/USDT 1m from demo is here") == 1
    assert room.run(room.app.stores.jobs.all()) == []
    assert room.say("/price BTC/USDT").title == "BTC/USDT 60,000 USDT"


def test_an_apology_is_in_the_readers_language(room: Room) -> None:
    room.say("/language fr")
    room.run(room.chat.apologize(room.message("/price btc", "ann", "u1"), RuntimeError("a bug")))

    assert room.titles()[-1] == "Quelque chose a mal tourné, que personne n’avait prévu"
