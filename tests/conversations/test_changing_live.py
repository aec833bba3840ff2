"""Changing what rests at an exchange that changes no order in place."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.exchange_room import ExchangeRoom, configured
from tests.standins.exchange.listed import PERPETUAL
from tests.standins.exchange.server import Fault

_SPOT = "BTC/USDT"


@pytest.fixture(params=["binance", "kraken", "coinbase", "bybit", "okx"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ExchangeRoom]:
    made = ExchangeRoom(tmp_path / "home", request.param)
    made.living()
    yield made
    made.close()


@pytest.fixture
def margined(tmp_path: Path) -> Iterator[ExchangeRoom]:
    row = "binanceusdm"
    made = ExchangeRoom(tmp_path / "home", row, configured(row, symbols=[PERPETUAL]))
    made.living()
    made.say("/leverage btc-perp 5x account=main")
    made.say("/yes")
    made.until(lambda: made.kernel.accounts["main"].leverage)
    yield made
    made.close()


def stops(room: ExchangeRoom) -> list[Decimal | None]:
    return [order.terms.stop_price for order in room.resting if order.terms.stop_price]


def moved(room: ExchangeRoom, price: int) -> str:
    """Confirm that the stop that rests goes to another price; what was said of how."""
    (stop,) = room.kernel.orders.open.values()
    asked = room.say(f"/replace {stop.client_order_id[:6]} price={price} account=main")
    room.say("/yes")
    room.until(lambda: stops(room) == [price])
    room.until(lambda: [o.terms.stop_price for o in room.kernel.orders.open.values()] == [price])
    room.run(room.app.runtime.reconciler.compare("main"))
    assert not room.kernel.differences
    assert any(
        card.title == f"Order {stop.client_order_id[:6]} is changed" for card in room.cards()
    )
    assert not any(card.title.endswith("is canceled") for card in room.cards())
    return asked.text


def test_the_stop_of_an_entry_goes_where_it_was_confirmed(room: ExchangeRoom) -> None:
    room.say("/buy BTC/USDT 1.5 stop_loss=90 account=main")
    room.say("/yes")
    room.until(lambda: stops(room) == [90])

    moved(room, 92)
    moved(room, 94)

    (stop,) = room.kernel.orders.open.values()
    why = room.say(f"/why {stop.client_order_id[:6]}")
    assert "stop 94.00" in why.title + why.text
    assert "price=94" in repr(why.table), "the words that moved it are there"
    if stop.replaces:
        assert f"It takes the place of order {stop.replaces[:6]}." in why.text
        told = repr(room.say(f"/why {stop.replaces[:6]}").table)
        assert f"for order {stop.client_order_id[:6]} takes its place" in told

    room.say("/close BTC/USDT account=main")
    room.say("/yes")
    room.until(lambda: not room.resting)
    room.until(lambda: room.core.balances["BTC"] < Decimal("0.01"))


def test_a_stop_by_hand_goes_where_it_was_confirmed(room: ExchangeRoom) -> None:
    room.say("/buy BTC/USDT 1.5 account=main")
    room.say("/yes")
    room.until(lambda: room.kernel.accounts["main"].held(_SPOT) > 1)
    room.say("/sell BTC/USDT 1 stop_price=90 account=main")
    room.say("/yes")
    room.until(lambda: stops(room) == [90])

    moved(room, 92)


def test_a_perpetual_is_never_bare_while_its_stop_is_moved(margined: ExchangeRoom) -> None:
    room = margined
    room.say("/sell BTC/USDT:USDT 2 stop_loss=110 account=main")
    room.say("/yes")
    room.until(lambda: stops(room) == [110])

    said = moved(room, 108)

    assert "once it rests the old one is canceled" in said
    old, new = (order for order in room.core.orders.values() if order.terms.stop_price)
    assert (old.terms.stop_price, new.terms.stop_price) == (110, 108)
    assert old.updated >= new.at


def test_what_opens_is_told_that_it_cannot_be_changed(tmp_path: Path) -> None:
    room = ExchangeRoom(tmp_path / "home", "binance")
    room.living()
    room.say("/buy BTC/USDT 0.5 90 account=main")
    room.say("/yes")
    entry = room.until(lambda: next(iter(room.kernel.orders.open.values()), None))

    card = room.say(f"/replace {entry.client_order_id[:6]} price=91 account=main")

    assert "no order can be changed" in card.text
    assert card.hint == "Cancel it and place another."
    room.close()


def test_one_of_a_pair_is_moved_and_still_goes_with_the_other(margined: ExchangeRoom) -> None:
    room = margined
    room.say("/sell BTC/USDT:USDT 2 account=main")
    room.say("/yes")
    room.until(lambda: room.kernel.accounts["main"].held(PERPETUAL) == -2)
    room.say("/buy BTC/USDT:USDT 1 90 oco=110 reduce_only=true account=main")
    room.say("/yes")
    room.until(lambda: len(room.resting) == 2)
    stop = next(o for o in room.kernel.orders.open.values() if o.terms.stop_price)

    room.say(f"/replace {stop.client_order_id[:6]} price=108 account=main")
    room.say("/yes")
    room.until(lambda: stops(room) == [108])
    assert len(room.resting) == 2

    limit = next(o for o in room.kernel.orders.open.values() if o.terms.price)
    room.say(f"/cancel {limit.client_order_id[:6]} account=main")
    room.say("/yes")
    room.until(lambda: not room.resting)


@pytest.mark.parametrize("at_first", [True, False])
def test_a_yes_that_comes_twice_over_a_restart_moves_it_once(
    tmp_path: Path, at_first: bool
) -> None:
    room = ExchangeRoom(tmp_path / "home", "binance")
    room.living()
    room.say("/buy BTC/USDT 1.5 stop_loss=90 account=main")
    room.say("/yes")
    room.until(lambda: stops(room) == [90])
    (stop,) = room.kernel.orders.open.values()
    room.say(f"/replace {stop.client_order_id[:6]} price=92 account=main")

    room.deliver("/yes", "the yes")
    if not at_first:
        room.until(lambda: stops(room) == [92])
    room.restart()
    room.deliver("/yes", "the yes")

    room.priced()
    room.until(lambda: stops(room) == [92])
    assert [o.terms.stop_price for o in room.core.orders.values() if o.terms.stop_price] == [90, 92]
    room.close()


@pytest.mark.parametrize(
    ("row", "path"), [("bybit", "/v5/order/amend"), ("okx", "/api/v5/trade/amend-order")]
)
@pytest.mark.parametrize("ends", [True, False], ids=["the desk ends", "the desk goes on"])
def test_a_change_whose_answer_is_lost_is_told_as_it_was_made(
    tmp_path: Path, row: str, path: str, ends: bool
) -> None:
    room = ExchangeRoom(tmp_path / "home", row)
    room.living()
    room.say("/buy BTC/USDT 0.5 90 account=main")
    room.say("/yes")
    room.until(lambda: len(room.resting) == 1)
    (entry,) = room.kernel.orders.open.values()
    short = entry.client_order_id[:6]
    room.wire.struck[path] = Fault.CUT

    room.say(f"/replace {short} price=91 account=main")
    room.say("/yes")
    if ends:
        room.until(lambda: room.resting[0].order.terms.price == 91)
        room.restart()
        room.priced()

    room.until(lambda: [o.terms.price for o in room.kernel.orders.open.values()] == [91])
    (entry,) = room.kernel.orders.open.values()
    assert entry.asked is None
    assert "changed: buy 0.5 BTC/USDT, limit 91" in repr(room.say(f"/why {short}").table)
    assert [asked.path for asked in room.wire.asked].count(path) == 1, "never asked for twice"
    assert not any("is not changed" in card.title for card in room.cards())
    room.close()
