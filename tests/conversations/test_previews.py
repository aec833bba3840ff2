"""What a card says an order would do, beside what it does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.exchange_room import ExchangeRoom, configured
from tests.room import Room
from tests.standins.exchange.listed import PERPETUAL


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ExchangeRoom]:
    """A perpetual at five times."""
    made = ExchangeRoom(tmp_path / "home", "bybit", configured("bybit", symbols=[PERPETUAL]))
    made.living()
    levered(made, 5)
    yield made
    made.close()


def levered(desk: ExchangeRoom, times: int) -> None:
    confirmed(desk, f"/leverage btc-perp {times}x")
    desk.until(lambda: desk.kernel.accounts["main"].leverage[PERPETUAL].times == times)


def confirmed(desk: ExchangeRoom, line: str) -> dict[str, str]:
    """What the card said, which is then confirmed."""
    card = desk.say(f"{line} account=main")
    desk.say(card.buttons[0].line)
    return {name: text.replace("\xa0", " ") for name, text in card.fields}


def free_at(desk: ExchangeRoom) -> str:
    return f"{desk.kernel.free_cash('main', 'USDT'):,.2f} USDT"


def asked(room: Room, line: str) -> dict[str, str]:
    return {name: text.replace("\xa0", " ") for name, text in room.say(line).fields}


def placed(room: Room, line: str) -> None:
    room.say(line)
    room.say("/yes")


def free(room: Room) -> Decimal:
    return room.app.runtime.kernel.free_cash(next(iter(room.app.runtime.kernel.accounts)), "USDT")


def test_a_limit_that_takes_at_once_has_its_stop_measured_from_the_market(room: Room) -> None:
    refused = room.say("/buy BTC/USDT 0.1 61000 stop_loss=60500")
    assert refused.text.startswith("The stop loss 60500.00 is on the wrong side of the price 60000")

    shown = asked(room, "/buy BTC/USDT 0.1 61000 stop_loss=59500 take_profit=60500")
    assert shown["Stop loss"] == "59,500.00, would lose 50.00 USDT"
    room.say("/no")
    assert asked(room, "/buy BTC/USDT 0.1 61000 stop_loss=1%")["Stop loss"].startswith("59,400")


def test_a_stop_loss_that_the_price_passes_before_the_yes_is_refused(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1 59000 stop_loss=58000")
    room.price("BTC/USDT", 57000)

    assert "it would fire at once" in room.say("/yes").text


def test_a_stop_covers_what_a_sale_through_zero_opens(desk: ExchangeRoom) -> None:
    confirmed(desk, "/buy BTC/USDT:USDT 2")
    desk.until(lambda: desk.kernel.accounts["main"].held(PERPETUAL) == 2)

    shown = confirmed(desk, "/sell BTC/USDT:USDT 5 stop_loss=105")

    assert shown["Stop loss"] == "105.00, would lose 15.00 USDT"
    stop = desk.until(lambda: desk.resting and desk.resting[0])
    assert stop.terms.quantity == 3


def test_the_use_of_a_position_limit_before_an_order_is_of_its_own_instrument(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    for line, before in (("/buy NVDA 10", "0\xa0USD"), ("/buy BTC/USDT 0.1", "6,000\xa0USDT")):
        table = room.say(line).table
        assert table is not None
        (row,) = (row for row in table.rows if row[0] == "max_position_value")
        assert row[1] == before
        room.say("/no")


def test_what_may_only_reduce_is_no_open_order_more_on_its_card(room: Room) -> None:
    room.say("/risk max_open_orders 10", who="olga")
    room.say("/yes", who="olga")
    placed(room, "/buy BTC/USDT 0.1 stop_loss=58000")
    placed(room, "/buy ETH/USDT 1 2900")
    stop = next(row[0] for row in room.say("/orders").table.rows if "stop" in row[4])

    def open_orders(line: str) -> tuple[str, ...]:
        (row,) = (row for row in room.say(line).table.rows if row[0] == "max_open_orders")
        room.say("/no")
        return row[1:3]

    assert open_orders(f"/replace {stop} 57000") == ("1", "1")
    assert open_orders("/sell BTC/USDT 0.1 66000 reduce_only=true") == ("1", "1")
    assert open_orders("/sell BTC/USDT 0.1 66000 oco=57500") == ("1", "1")
    assert open_orders("/buy BTC/USDT 0.1 50000") == ("1", "2")


@pytest.mark.parametrize("price", ["", "price=60500 "])
def test_an_order_in_slices_protects_nothing(room: Room, price: str) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    placed(room, f"/sell BTC/USDT 0.1 {price}twap=2h reduce_only=true")

    assert room.say("/positions").table.rows[0][-1] == "none"


def free_cash(room: Room, line: str) -> list[str]:
    """Before and after, as the card says it, which is then confirmed."""
    said = asked(room, line)["Free cash"].split(" → ")
    room.say("/yes")
    return said


def test_free_cash_leaves_out_what_an_order_without_a_price_will_take(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.4 twap=2h slices=10")
    before = free(room)

    said, after = free_cash(room, "/buy ETH/USDT 7 2900")
    assert said == f"{before:,.2f} USDT"
    assert after == f"{before - 7 * 2900:,.2f} USDT"


@pytest.mark.parametrize("terms", ["50000", "stop_price=61000", "trail=5%"])
def test_free_cash_after_a_buy_that_waits_is_what_the_next_order_has(
    room: Room, terms: str
) -> None:
    _, after = free_cash(room, f"/buy BTC/USDT 0.4 {terms}")

    assert after == f"{free(room):,.2f} USDT"


def test_free_cash_after_a_change_of_what_waits_is_what_the_next_order_has(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.4 50000")
    order = room.say("/orders").table.rows[0][0]

    before, after = free_cash(room, f"/replace {order} 49999")
    assert (before, after) == ("30,000.00 USDT", "30,000.40 USDT")
    assert after == f"{free(room):,.2f} USDT"


def test_free_cash_after_a_pair_of_two_buys_is_without_both(room: Room) -> None:
    _, after = free_cash(room, "/buy BTC/USDT 0.3 59000 oco=62000")

    assert after == f"{free(room):,.2f} USDT" == "13,700.00 USDT"


def test_a_pair_that_sells_sets_no_cash_aside(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    before, after = free_cash(room, "/sell BTC/USDT 0.1 66000 oco=58000")
    assert before == after


def test_free_cash_and_exposure_before_a_change_are_with_the_order(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1 59000")
    order = room.say("/orders").table.rows[0][0]

    shown = asked(room, f"/replace {order} price=58000")
    assert shown["Free cash"] == "44,100.00 USDT → 44,200.00 USDT"
    assert shown["Exposure"].startswith("5,900.00 USDT → 5,800.00 USDT")


def test_free_cash_after_a_sale_through_zero_that_waits_is_as_it_will_be(
    desk: ExchangeRoom,
) -> None:
    confirmed(desk, "/buy BTC/USDT:USDT 2")
    desk.until(lambda: desk.kernel.accounts["main"].held(PERPETUAL) == 2)
    before = free_at(desk)

    shown = confirmed(desk, "/sell BTC/USDT:USDT 5 price=110")
    desk.until(lambda: desk.resting)
    assert shown["Free cash"] == f"{before} → {free_at(desk)}"


@pytest.mark.parametrize("terms", ["price=90", "stop_price=110"])
def test_free_cash_after_a_leverage_counts_whatever_waits(desk: ExchangeRoom, terms: str) -> None:
    confirmed(desk, f"/buy BTC/USDT:USDT 100 {terms}")
    desk.until(lambda: desk.kernel.accounts["main"].orders)
    before = free_at(desk)

    shown = confirmed(desk, "/leverage btc-perp 1x")
    desk.until(lambda: desk.kernel.accounts["main"].leverage[PERPETUAL].times == 1)
    assert shown["Free cash"] == f"{before} → {free_at(desk)}"


@pytest.mark.parametrize(
    ("line", "market"),
    [
        ("/buy BTC/USDT 0.1 50000", "60,000.01"),
        ("/buy BTC/USDT 0.1 stop_price=70000", "60,000.01"),
        ("/buy BTC/USDT 0.1", "60,000.01"),
        ("/sell BTC/USDT 0.1 70000", "59,999.99"),
    ],
)
def test_the_price_with_an_age_is_the_markets(tmp_path: Path, line: str, market: str) -> None:
    room = Room(tmp_path / "home")
    room.price("BTC/USDT", 60_000)
    placed(room, "/buy BTC/USDT 0.2")
    room.price("BTC/USDT", 60_000)

    assert asked(room, line)["Price"] == f"{market}, 0 s ago"
    room.close()
