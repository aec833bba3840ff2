"""A database that cannot be written: refused, nothing lost, the chat goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from engine.errors import StoreUnavailable
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

    assert len(room.cards()) == before
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


def test_an_apology_is_in_the_readers_language(room: Room) -> None:
    room.say("/language fr")
    room.run(room.chat.apologize(room.message("/price btc", "ann", "u1"), RuntimeError("a bug")))

    assert room.titles()[-1] == "Quelque chose a mal tourné, que personne n’avait prévu"
