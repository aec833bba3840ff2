"""An instrument that is listed no more: the desk starts, shows what there is, loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.card import Tone
from tests.room import Room


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Room]:
    """With SOL held and protected, and more of it asked for, when it is delisted."""
    room = Room(tmp_path / "home")
    room.price("BTC/USDT", 60_000)
    room.price("SOL/USDT", 100)
    for line in ("/buy SOL/USDT 10 stop_loss=5%", "/buy SOL/USDT 5 90"):
        room.say(line)
        room.say("/yes")
        room.price("SOL/USDT", 100)
    room.delisted = {"SOL/USDT"}
    room.restart()
    room.price("BTC/USDT", 60_000)
    yield room
    room.close()


def test_what_is_held_is_still_shown(desk: Room) -> None:
    card = desk.say("/positions")

    assert card.table is not None
    assert card.table.rows[0][0] == "SOL/USDT"
    assert "SOL/USDT" in desk.say("/balance").text


def test_what_rests_is_still_shown_and_can_be_canceled(desk: Room) -> None:
    table = desk.say("/orders").table
    assert table is not None
    order = next(row[0] for row in table.rows if "90" in row[4])

    desk.say(f"/cancel {order}")

    left = desk.say("/orders").table
    assert left is None or order not in {row[0] for row in left.rows}
    assert "canceled" in str(desk.say(f"/why {order}").table)


def test_nothing_new_of_it_is_traded(desk: Room) -> None:
    card = desk.say("/buy SOL/USDT 1")

    assert card.tone is not Tone.ASK
    assert "SOL/USDT" in card.title


def test_all_that_is_listed_can_still_be_closed(desk: Room) -> None:
    desk.say("/buy BTC/USDT 0.1")
    desk.say("/yes")

    asked = desk.say("/close all")
    assert asked.title == "Really close 1 position?"
    assert asked.table is not None
    assert [row[0] for row in asked.table.rows] == ["BTC/USDT"]
    assert asked.text.startswith("SOL/USDT stays open. No market of the desk lists SOL/USDT now.")

    answered = desk.all_said("/yes")[0]
    assert answered.title == "1 closing order is on its way"
    assert answered.text.splitlines()[1] == asked.text
    held = desk.say("/positions").table
    assert held is not None
    assert [row[0] for row in held.rows] == ["SOL/USDT"]


def test_reports_and_profits_still_count_it(desk: Room) -> None:
    assert "SOL/USDT" in str(desk.say("/pnl all").table)
    assert desk.say("/report performance").attachments
    assert "SOL/USDT" in str(desk.say("/fills all").table)


def test_it_goes_on_where_it_was_once_it_is_listed_again(desk: Room) -> None:
    desk.delisted = set()
    desk.restart()
    desk.price("SOL/USDT", 94)
    desk.price("SOL/USDT", 94)

    assert desk.say("/positions").table is None


def test_a_stock_that_is_held_does_not_keep_the_desk_from_starting(tmp_path: Path) -> None:
    room = Room(tmp_path / "home")
    room.price("NVDA", 200)
    room.say("/buy NVDA 10 stop_loss=5%")
    room.say("/yes")
    room.price("NVDA", 200)

    room.delisted = {"NVDA"}
    room.restart()

    held = room.say("/positions")
    assert held.table is not None
    assert held.table.rows[0][:2] == ("NVDA", "10")
    assert "USD" in str(room.say("/pnl all").table)
    room.close()
