"""Round trips and their statistics, against the book's own accounting and hand reckoning."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.account import Fill, Position
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol, TradeId
from engine.domain.money import ZERO, Currency, Price, Quantity
from engine.domain.order import Side
from engine.portfolio.positions import booked
from engine.reporting.curve import YEAR_SECONDS, EquityCurve
from engine.reporting.history import History
from engine.reporting.performance import measured
from engine.reporting.trips import RoundTrip, round_trips

BTC, ACCOUNT = Symbol("BTC/USDT"), AccountId("paper")
HOUR = 3_600


def fill(
    side: str,
    quantity: str,
    price: str,
    hour: float = 0,
    fee: str = "0",
    paid_in: str = "USDT",
    *,
    order: str = "",
) -> Fill:
    return Fill(
        account=ACCOUNT,
        client_order_id=ClientOrderId(order or f"{side}{quantity}{price}{hour}"),
        trade_id=TradeId("t"),
        symbol=BTC,
        side=Side(side),
        quantity=Quantity(Decimal(quantity)),
        price=Price(Decimal(price)),
        fee=Decimal(fee),
        fee_currency=Currency(paid_in),
        realized=ZERO,
        at=int(hour * HOUR * 1_000),
    )


def in_quote(one: Fill) -> Decimal:
    return one.fee_in(Currency("USDT"))


def in_base(one: Fill) -> Decimal:
    return one.fee_in(Currency("BTC"))


def test_what_is_bought_and_sold_is_one_trip_net_of_both_fees() -> None:
    (trip,) = round_trips([fill("buy", "2", "100", 0, "1"), fill("sell", "2", "110", 5, "1.1")])
    assert (trip.quantity, trip.entry_price, trip.exit_price) == (2, 100, 110)
    assert (trip.fees, trip.profit, trip.seconds) == (2.1, 17.9, 5 * HOUR)
    assert trip.notional == 420


def test_a_part_leaves_at_the_mean_price_with_its_share_of_the_fees() -> None:
    trips = round_trips(
        [
            fill("buy", "1", "100", 0, "1"),
            fill("buy", "1", "120", 2, "1"),
            fill("sell", "0.5", "130", 4),
            fill("sell", "1.5", "90", 6),
        ]
    )
    assert [trip.entry_price for trip in trips] == [110, 110]
    assert [trip.profit for trip in trips] == [9.5, -31.5]
    assert [trip.seconds for trip in trips] == [3 * HOUR, 5 * HOUR]


def test_a_fill_through_zero_closes_one_way_and_opens_the_other() -> None:
    trips = round_trips(
        [
            fill("buy", "1", "100"),
            fill("sell", "3", "110", 1, "3"),
            fill("buy", "2", "90", 2),
        ]
    )
    assert [trip.quantity for trip in trips] == [1, -2]
    assert [trip.profit for trip in trips] == [9, 38]
    assert [trip.fees for trip in trips] == [1, 2]


def test_a_fee_in_another_currency_is_reckoned_by_the_rule_handed_in() -> None:
    fills = [fill("buy", "1", "100", 0, "0.001"), fill("sell", "1", "100", 1, "0")]
    (trip,) = round_trips(fills, lambda fill: fill.fee * fill.price)
    assert trip.fees == pytest.approx(0.1)


def test_what_a_fee_took_in_coin_is_gone_and_the_rest_has_cost_the_more() -> None:
    fills = [
        fill("buy", "1", "100", 0, "0.01", "BTC"),
        fill("sell", "0.99", "100.5", 1),
        fill("buy", "1", "100", 2, "0.01", "BTC"),
        fill("sell", "0.99", "100.5", 4),
    ]
    trips = round_trips(fills, in_quote, in_base)

    assert [trip.profit for trip in trips] == pytest.approx([-0.505, -0.505])
    assert [trip.fees for trip in trips] == [0, 0]
    assert [trip.seconds for trip in trips] == pytest.approx([HOUR, 2 * HOUR])


def test_what_a_fee_in_coin_leaves_nothing_of_is_lost_to_the_trip() -> None:
    fills = [fill("buy", "1", "100"), fill("sell", "0.99", "100", 1, "0.01", "BTC")]
    (trip,) = round_trips(fills, in_quote, in_base)

    assert (trip.quantity, trip.profit) == (0.99, -1)


def test_an_order_that_is_filled_in_parts_is_one_trip() -> None:
    parts = [fill("sell", "0.25", str(101 + part), 2 + part, "1", order="s") for part in range(4)]
    trips = round_trips([fill("buy", "1", "100"), *parts, fill("buy", "1", "100", 6)])

    (trip,) = trips
    assert (trip.quantity, trip.entry_price, trip.exit_price) == (1, 100, 102.5)
    assert (trip.fees, trip.profit, trip.seconds) == (4, -1.5, 5 * HOUR)


def test_trips_stand_in_the_order_in_which_they_were_closed() -> None:
    trips = round_trips(
        [
            fill("buy", "3", "100"),
            fill("sell", "1", "101", 1, order="slow"),
            fill("sell", "1", "90", 2, order="fast"),
            fill("sell", "1", "103", 3, order="slow"),
        ]
    )
    assert [trip.profit for trip in trips] == [-10, 4]


def test_decimal_dust_leaves_nothing_open() -> None:
    bought = [fill("buy", "0.1", "100"), fill("buy", "0.2", "100")]
    trips = round_trips([*bought, fill("sell", "0.3", "100"), fill("sell", "1", "100")])
    assert len(trips) == 1


STEPS = st.tuples(
    st.sampled_from(["buy", "sell"]),
    st.decimals("0.1", "5", places=1),
    st.decimals("1", "200", places=2),
    st.decimals("0", "2", places=2),
    st.booleans(),
)


@given(st.lists(STEPS, max_size=40))
def test_the_trips_add_up_to_what_the_account_booked(
    steps: list[tuple[str, Decimal, Decimal, Decimal, bool]],
) -> None:
    fills = [
        fill(side, str(quantity), str(price), hour, str(quantity / 100), "BTC")
        if is_in_coin
        else fill(side, str(quantity), str(price), hour, str(fee))
        for hour, (side, quantity, price, fee, is_in_coin) in enumerate(steps)
    ]
    position = Position(ACCOUNT, BTC)
    for one in fills:
        paid, taken = in_quote(one), in_base(one)
        position, _ = booked(position, one.side, one.quantity, one.price, paid, one.at, taken)
    trips = round_trips(fills, in_quote, in_base)
    gross = math.fsum(trip.profit + trip.fees for trip in trips)
    assert gross == pytest.approx(float(position.realized), abs=1e-6)
    assert math.fsum(trip.fees for trip in trips) <= float(position.fees) + 1e-9
    if not position.quantity:
        assert math.fsum(trip.fees for trip in trips) == pytest.approx(float(position.fees))


def trip(profit: float, start: int = 0, hours: int = 1, fees: float = 1.0) -> RoundTrip:
    entry, leave = start * HOUR, (start + hours) * HOUR
    return RoundTrip(BTC, 1.0, entry, 100.0, leave, 100.0 + profit + fees, fees, profit)


def test_six_trades_reckoned_by_hand() -> None:
    profits = [30.0, -10.0, -20.0, 0.0, 50.0, -5.0]
    trips = tuple(trip(profit, 10 * index, 4) for index, profit in enumerate(profits))
    times = np.array([0, 100 * HOUR], np.int64)
    found = measured(History(EquityCurve(times, np.array([1_000.0, 1_045.0])), trips))
    expected = {
        "trades": 6,
        "win_rate": 2 / 6,
        "average_win": 40,
        "average_loss": -35 / 3,
        "payoff": 40 / (35 / 3),
        "profit_factor": 80 / 35,
        "expectancy": 7.5,
        "system_quality": math.sqrt(6) * 7.5 / math.sqrt(3_587.5 / 5),
        "largest_win": 50,
        "largest_loss": -20,
        "longest_losing_run": 2,
        "average_holding_hours": 4,
        "fees": 6,
        "exposure": 0.24,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_turnover_is_what_changed_hands_over_mean_equity_a_year() -> None:
    curve = EquityCurve(np.array([0, 2 * YEAR_SECONDS], np.int64), np.array([100.0, 300.0]))
    found = measured(History(curve, (trip(-1.0),)))
    assert found["turnover"] == pytest.approx(200 / 200 / 2)


def test_trades_that_overlap_are_exposed_once() -> None:
    curve = EquityCurve(np.array([0, 10 * HOUR], np.int64), np.array([1.0, 1.0]))
    trips = (trip(1.0, 0, 4), trip(1.0, 1, 2), trip(1.0, 3, 2), trip(1.0, 8, 50))
    assert measured(History(curve, trips))["exposure"] == pytest.approx(0.7)


def test_without_trades_what_is_a_mean_is_none_and_what_is_a_count_is_zero() -> None:
    curve = EquityCurve(np.array([0, HOUR], np.int64), np.array([1.0, 1.0]))
    found = measured(History(curve))
    assert found["trades"] == found["fees"] == found["exposure"] == 0
    for name in ("win_rate", "payoff", "profit_factor", "expectancy", "longest_losing_run"):
        assert found[name] is None


def test_only_wins_make_no_profit_factor() -> None:
    curve = EquityCurve(np.array([0, HOUR], np.int64), np.array([1.0, 1.0]))
    found = measured(History(curve, (trip(5.0), trip(5.0, 2))))
    assert found["profit_factor"] is None
    assert found["payoff"] is None
    assert found["system_quality"] is None
    assert found["longest_losing_run"] == 0
