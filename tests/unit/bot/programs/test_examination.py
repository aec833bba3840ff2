"""What `outcry doctor` finds when the journal and what is stored beside it no longer agree."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.examination import examined
from bot.homes import DATABASE
from tests.room import CONFIG, Room

Tamper = Callable[[str], str]


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which was bought, protected, sold, canceled and refused."""
    home = tmp_path_factory.mktemp("traded") / "home"
    room = Room(home)
    room.price("BTC/USDT", 60_000)
    for line in (
        "/buy BTC/USDT 0.1 stop_loss=5%",
        "/yes",
        "/sell BTC/USDT 0.05",
        "/yes",
        "/buy BTC/USDT 0.1 limit_price=50000",
        "/yes",
        "/cancel all",
        "/yes",
        "/alert BTC/USDT price > 1000",
        "/buy BTC/USDT 0.2",
        "/no",
    ):
        room.say(line)
    room.close()
    return home


@pytest.fixture
def home(traded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(traded, tmp_path / "home"))


def mismatch(home: Path, *statements: str) -> str:
    """What is found once somebody has written into the database by hand."""
    with closing(sqlite3.connect(home / DATABASE)) as raw, raw:
        for statement in statements:
            assert raw.execute(statement).rowcount > 0
    return asyncio.run(examined(home, CONFIG)).mismatch


def test_a_sound_home_tells_again_what_is_stored(home: Path) -> None:
    assert mismatch(home) == ""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE cash SET amount = '1' WHERE currency = 'USDT'", "cash USDT of paper: "),
        ("DELETE FROM fills WHERE rowid = 1", "fill "),
        ("UPDATE positions SET body = replace(body, '0.05', '5')", "position BTC/USDT of paper: "),
        ("UPDATE orders SET body = replace(body, '\"0.1\"', '\"0.7\"')", "order "),
        ("DELETE FROM accounts", "account paper: "),
        ("UPDATE tickets SET state = 'pending' WHERE state = 'used'", "ticket "),
        ("UPDATE cursors SET sequence = 100000", "followed the journal to entry 100000"),
    ],
)
def test_the_first_row_that_differs_is_named(home: Path, statement: str, said: str) -> None:
    assert said in mismatch(home, statement)


def test_both_sides_of_the_difference_are_told(home: Path) -> None:
    found = mismatch(home, "UPDATE cash SET amount = '1' WHERE currency = 'USDT'")

    assert "the journal gives 4" in found
    assert found.endswith("1 stored")


def test_a_journal_that_does_not_follow_from_itself_is_told_by_its_entry(home: Path) -> None:
    found = mismatch(
        home,
        """UPDATE journal SET body = replace(body, '"paper"', '"nobody"')
        WHERE sequence =
        (SELECT min(sequence) FROM journal WHERE body LIKE '%OrderInitialized%')""",
    )

    assert "OrderInitialized" in found
    assert "nobody" in found
