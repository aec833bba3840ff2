"""A database that cannot be written: refused, nothing lost, the chat goes on."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from connectors.storage.boundaries import OUTBOX_RECORD
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


def test_an_apology_is_in_the_readers_language(room: Room) -> None:
    room.say("/language fr")
    room.run(room.chat.apologize(room.message("/price btc", "ann", "u1"), RuntimeError("a bug")))

    assert room.titles()[-1] == "Quelque chose a mal tourné, que personne n’avait prévu"
