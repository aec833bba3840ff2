"""What the books say: profit both ways of reckoning, and how old a price is."""

from __future__ import annotations

from tests.room import Room


def done(room: Room, line: str) -> None:
    room.say(line)
    room.say("/yes")


def test_profit_is_told_by_average_cost_and_by_lots(room: Room) -> None:
    done(room, "/buy ETH/USDT 1")
    room.price("ETH/USDT", 3100)
    done(room, "/buy ETH/USDT 1")
    room.price("ETH/USDT", 3200)
    done(room, "/sell ETH/USDT 1")

    pnl = room.say("/pnl")
    row = dict(zip(pnl.table.header, pnl.table.rows[0], strict=True))

    # Bought at 3,000.62 and 3,100.64, sold at 3,199.35: against the mean, and against the first.
    assert row["Realized"] == "+148.72\N{NO-BREAK SPACE}USDT"
    assert dict(pnl.fields)["Realized, first in first out"] == "+198.73\N{NO-BREAK SPACE}USDT"


def test_lots_and_profit_outlive_a_restart(room: Room) -> None:
    done(room, "/buy ETH/USDT 1")
    room.price("ETH/USDT", 3100)
    done(room, "/buy ETH/USDT 1")
    room.restart()
    room.price("ETH/USDT", 3200)
    done(room, "/sell ETH/USDT 1")

    assert "+198.73" in dict(room.say("/pnl").fields)["Realized, first in first out"]


def test_prices_carry_their_age(room: Room) -> None:
    done(room, "/buy BTC/USDT 0.1")
    room.wait(7)

    assert room.say("/positions").table.rows[0][3] == "60,000, 7 s ago"
    assert dict(room.say("/balance").fields)["Oldest price"] == "7 s ago"
    room.say("/language fr")
    assert "il y a" in room.say("/positions").table.rows[0][3]
