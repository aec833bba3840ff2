"""Ten thousand messages from one person: a burst is taken, one more refused in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.config import Config
from bot.homes import DATABASE
from tests.room import CONFIG, Room

BURST = 30
FLOOD = 10_000


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    people = {**CONFIG.people, "telegram:eve": "trader", "telegram:bob": "trader"}
    made = Room(
        tmp_path / "home", Config.model_validate(CONFIG.model_copy(update={"people": people}))
    )
    made.price("BTC/USDT", 60_000)
    yield made
    made.close()


async def flooded(room: Room, text: str) -> None:
    for number in range(FLOOD):
        message = room.message(text, "eve", f"flood:{number}", on="telegram")
        await room.chat.intake.receive(message)
    await room.chat.intake.idle("telegram:eve")
    await room.chat.settled()


def received(home: Path) -> int:
    with closing(sqlite3.connect(home / DATABASE)) as raw:
        return int(raw.execute("SELECT count(*) FROM inbox").fetchone()[0])


def test_ten_thousand_messages_have_as_many_effects_as_a_burst(room: Room, tmp_path: Path) -> None:
    room.run(flooded(room, "/alert BTC/USDT price > 90000"))
    room.wait(1)

    titles = [card.title for card in room.cards("eve", on="telegram")]
    assert sum("watches BTC/USDT" in title for title in titles) == BURST
    assert len(titles) == BURST + 1
    assert titles.count("That was too much at once") == 1
    assert received(tmp_path / "home") == BURST
    alerts = room.say("/alerts", "eve", on="telegram").table
    assert alerts is not None
    assert len(alerts.rows) == BURST


def test_who_asks_too_much_keeps_nobody_else_waiting(room: Room) -> None:
    room.run(flooded(room, "/price BTC/USDT"))

    assert "60,000" in room.say("/price BTC/USDT", "bob", on="telegram").title
    room.wait(5)
    assert "60,000" in room.say("/price BTC/USDT", "eve", on="telegram").title
