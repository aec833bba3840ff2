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


def test_a_period_that_is_over_has_nothing_of_what_is_open_now(room: Room) -> None:
    room.wait(3600 * 16)
    room.price("BTC/USDT", 60_000)
    done(room, "/buy BTC/USDT 0.1")
    room.price("BTC/USDT", 65_000)

    assert room.say("/pnl yesterday").title == "Nothing traded and nothing held, yesterday"
    assert "Open" in room.say("/pnl today").table.header

    room.wait(3600 * 24)
    room.price("BTC/USDT", 65_000)
    card = room.say("/pnl yesterday")

    assert card.title == "−6.00\N{NO-BREAK SPACE}USDT, yesterday"
    assert card.table.header == ("Instrument", "Realized", "Fees", "Net", "Fills")
    assert "/report performance yesterday" in card.hint
