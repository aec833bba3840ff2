"""An order that goes in slices, over time."""

from __future__ import annotations

from tests.room import Room


def started(room: Room, line: str = "/buy BTC/USDT 0.1 twap=40m slices=4") -> None:
    room.say(line)
    room.say("/yes")


def passed(room: Room, minutes: int, price: int = 60000) -> None:
    """Time goes by, with a price now and then."""
    for _ in range(minutes):
        room.wait(60)
        room.price("BTC/USDT", price)
    for _ in range(5):  # whoever keeps house may be at the disk when the clock moves
        room.wait(1)


def held(room: Room) -> str:
    card = room.say("/positions")
    return card.table.rows[0][1] if card.table else "0"


def progress(room: Room) -> tuple[str, ...]:
    return room.say("/orders").table.rows[0]


def test_slices_are_paced_and_one_card_sums_them_up(room: Room) -> None:
    question = dict(room.say("/buy BTC/USDT 0.1 twap=40m slices=4").fields)
    assert question["TWAP"].startswith("4 slices of about 0.025, one every 10")
    room.say("/yes")
    assert held(room) == "0.025"
    assert progress(room)[2] == "0.025 / 0.1"
    assert progress(room)[5].startswith("in slices until")

    passed(room, 11)
    assert held(room) == "0.05"
    passed(room, 20)
    assert held(room) == "0.1"

    done = [card for card in room.cards() if card.title.startswith("TWAP done")]
    assert [card.title for card in done] == ["TWAP done: bought 0.1 BTC/USDT"]
    assert dict(done[0].fields)["Slices"] == "4"
    assert not any(title.startswith("Bought") for title in room.titles())
    assert room.say("/orders").title == "No orders, open"


def test_a_restart_neither_doubles_nor_makes_up_at_once(room: Room) -> None:
    started(room)
    room.restart()
    room.price("BTC/USDT", 60000)
    passed(room, 0)
    assert held(room) == "0.025"

    room.restart(after_seconds=25 * 60)  # nobody is there for one of the turns
    room.price("BTC/USDT", 60000)
    passed(room, 0)

    assert held(room) == "0.0625"  # half of what was left, with two turns to go
    passed(room, 10)
    assert held(room) == "0.1"


def test_all_of_it_is_canceled_at_once_and_summed_up(room: Room) -> None:
    started(room)
    order = progress(room)[0]
    room.say(f"/cancel {order}")
    passed(room, 30)

    assert held(room) == "0.025"
    done = [card for card in room.cards() if card.title.startswith("TWAP done")]
    assert [card.title for card in done] == ["TWAP done: bought 0.025 BTC/USDT"]
    assert dict(done[0].fields)["Not traded"] == "0.075"
    assert dict(done[0].fields)["Because"] == "at your request"


def test_a_halt_stops_it(room: Room) -> None:
    started(room)
    room.say("/halt")
    passed(room, 30)

    assert held(room) == "0.025"
    done = [card for card in room.cards() if card.title.startswith("TWAP done")]
    assert len(done) == 1


def test_with_a_price_slices_take_no_worse_and_the_rest_is_told(room: Room) -> None:
    started(room, "/buy BTC/USDT 0.1 60500 twap=40m slices=4")
    passed(room, 35, price=61000)
    assert held(room) == "0.025"
    passed(room, 6, price=61000)

    done = room.cards()[-1] if room.titles()[-1].startswith("TWAP") else None
    done = done or next(c for c in room.cards() if c.title.startswith("TWAP done"))
    assert dict(done.fields)["Because"] == "the time was over"


def test_its_stop_follows_each_slice(room: Room) -> None:
    started(room, "/buy BTC/USDT 0.1 twap=40m slices=4 stop_loss=58000")

    def stop() -> str:
        return next(row[2] for row in room.say("/orders").table.rows if "stop" in row[4])

    assert stop() == "0.025"
    passed(room, 11)
    assert stop() == "0.05"


def test_it_is_shown_in_french(room: Room) -> None:
    room.say("/language fr")
    started(room)
    assert progress(room)[5].startswith("par tranches jusqu’au")
    passed(room, 31)

    assert any(
        " ".join(title.split()) == "TWAP terminé : acheté 0,1 BTC/USDT" for title in room.titles()
    )
