"""What rests, turns round, is being changed or is one of two counts whole in every limit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from small_desk import ANN, BTC, ETH, MINE, PAPER, SmallDesk

from engine.domain import events as facts
from engine.domain.identifiers import IntentKey
from engine.domain.instrument import InstrumentKind
from engine.domain.margin import Leverage
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.domain.requests import NoteLeverage, PlaceOrder, ReplaceOrder
from tests.standins.market import LISTED

BUY, SELL = Side.BUY, Side.SELL
ON_MARGIN = [
    replace(each, kind=InstrumentKind.PERPETUAL) if each.symbol == BTC else each for each in LISTED
]


def margined(rule: str, limit: str | int) -> SmallDesk:
    """A desk on which BTC is held on five times its margin."""
    desk = SmallDesk({rule: limit}, listed=ON_MARGIN)
    desk.take(NoteLeverage(PAPER, BTC, Leverage(Decimal(5)), ANN, desk.now))
    return desk


@pytest.mark.parametrize(("rule", "limit"), [("max_exposure", 9_000), ("max_leverage", "0.09")])
def test_what_rests_has_closed_a_position_before_another_order_does(
    rule: str, limit: str | int
) -> None:
    desk = margined(rule, limit)
    desk.trade(BUY, BTC, "0.1", 60_000)

    assert [desk.refused(SELL, BTC, "0.1", 60_100 + n) for n in range(3)] == ["", "", rule]
    for order in desk.open():
        desk.fill(order, 60_200)
    assert desk.held(BTC) == Decimal("-0.1")


def test_a_sale_that_closes_what_one_that_rests_would_close_leaves_that_one_to_open() -> None:
    desk = margined("max_exposure", 9_000)
    desk.trade(BUY, BTC, "0.1", 60_000)
    desk.place(SELL, BTC, "0.1", 60_100)
    terms = OrderTerms(BTC, SELL, OrderType.MARKET, Quantity(Decimal("0.1")))

    proposal = desk.kernel.proposal(PAPER, terms, desk.now)
    assert proposal.exposure_after(MINE) == 6_010


def pair(desk: SmallDesk, quantity: str, side: Side = BUY) -> PlaceOrder:
    """One that waits below the market, and one above it."""
    size, closes = Quantity(Decimal(quantity)), side is SELL
    low, high = Price(Decimal(55_000)), Price(Decimal(65_000))
    waits, breaks = (high, low) if closes else (low, high)
    limit = OrderTerms(BTC, side, OrderType.LIMIT, size, price=waits, reduce_only=closes)
    stop = OrderTerms(BTC, side, OrderType.STOP, size, stop_price=breaks, reduce_only=closes)
    return PlaceOrder(
        key=IntentKey("pair"),
        account=PAPER,
        terms=limit,
        by=ANN,
        at=desk.now,
        expires_to_send_at=0,
        oco=stop,
    )


@pytest.mark.parametrize(
    ("rule", "too_little", "enough"),
    [
        ("max_open_orders", 1, 2),
        ("max_orders_per_minute", 1, 2),
        ("max_exposure", 41_999, 42_000),
        ("max_leverage", "0.41", "0.42"),
        ("max_position_value", 45_000, 46_000),
    ],
)
def test_a_pair_is_two_orders(rule: str, too_little: str | int, enough: str | int) -> None:
    for limit, expected in ((too_little, [rule]), (enough, [])):
        desk = SmallDesk({rule: limit})
        events = desk.take(pair(desk, "0.35")).events
        assert [e.rule for e in events if isinstance(e, facts.OrderDenied)] == expected


@pytest.mark.parametrize(("side", "exposure"), [(BUY, 72_000), (SELL, 9_000)])
def test_the_exposure_of_a_pair_is_shown_as_it_will_count(side: Side, exposure: int) -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.5", 60_000)
    wish = pair(desk, "0.35", side)
    assert wish.oco is not None
    for one, other in ((wish.terms, wish.oco), (wish.oco, wish.terms)):
        proposal = desk.kernel.proposal(PAPER, one, desk.now, beside=other)
        assert proposal.exposure_after(MINE) == exposure

    desk.take(wish)
    if side is BUY:
        assert desk.kernel.standing(PAPER, desk.now).exposure(MINE) == exposure


def test_a_pair_closes_a_short_once_and_opens_what_the_other_one_takes() -> None:
    desk = margined("max_exposure", 100_000)
    desk.trade(SELL, BTC, "0.35", 60_000)
    wish = pair(desk, "0.35")

    proposal = desk.kernel.proposal(PAPER, wish.terms, desk.now, beside=wish.oco)
    assert proposal.exposure_after(MINE) == Decimal("0.35") * 65_000


def test_losing_trades_that_turn_round_count_like_those_that_close() -> None:
    desk = margined("max_consecutive_losses", 3)
    desk.trade(BUY, BTC, "0.1", 60_000)
    for side, price in ((SELL, 59_000), (BUY, 60_000)):
        desk.trade(side, BTC, "0.2", price)
        assert desk.refused(BUY, ETH, "0.1") == ""
    desk.trade(SELL, BTC, "0.2", 59_000)
    assert desk.refused(BUY, ETH, "0.2") == "max_consecutive_losses"

    desk = margined("max_consecutive_losses", 1)
    desk.trade(BUY, BTC, "0.1", 60_000)
    desk.trade(SELL, BTC, "0.2", 61_000)
    assert desk.refused(BUY, ETH, "0.1") == ""


def test_a_turn_shares_its_fee_between_the_trade_it_ends_and_the_one_it_begins() -> None:
    desk = margined("max_consecutive_losses", 1)
    desk.trade(BUY, BTC, "0.1", 60_000)
    (event,) = desk.place(SELL, BTC, "0.4").events
    assert isinstance(event, facts.OrderInitialized)
    desk.fill(event.order, 60_100, fee=("20", "USDT"))
    assert desk.refused(BUY, ETH, "0.1") == ""

    (event,) = desk.place(BUY, BTC, "0.3").events
    assert isinstance(event, facts.OrderInitialized)
    desk.fill(event.order, 60_060)
    assert desk.refused(BUY, ETH, "0.2") == "max_consecutive_losses"


def test_a_fill_too_small_to_be_sold_again_ends_no_trade_while_the_position_grows() -> None:
    least = Decimal("0.01")
    listed = [replace(i, minimum_quantity=least) if i.symbol == BTC else i for i in LISTED]
    desk = SmallDesk({"max_consecutive_losses": 1}, listed=listed)
    (event,) = desk.place(BUY, BTC, "0.5", 60_000).events
    assert isinstance(event, facts.OrderInitialized)
    for part in ("0.004", "0.004", "0.492"):
        desk.fill(event.order, 60_000, Decimal(part), ("0.24", "USDT"))
        assert desk.refused(BUY, ETH, "0.01") == ""
        desk.wait(20)

    desk.trade(SELL, BTC, "0.492", 59_000)
    assert desk.refused(BUY, ETH, "0.01") == "max_consecutive_losses"


def changing(desk: SmallDesk, side: Side, price: int, quantity: str) -> Order:
    """An order for 0.1 that its venue has been asked to make larger or smaller."""
    (event,) = desk.place(side, BTC, "0.1", price).events
    assert isinstance(event, facts.OrderInitialized)
    order = event.order
    desk.accept(order.client_order_id)
    size = Quantity(Decimal(quantity))
    wish = ReplaceOrder(IntentKey("c"), PAPER, order.client_order_id, ANN, desk.now, None, size)
    (asked,) = desk.take(wish).events
    assert isinstance(asked, facts.OrderReplaceRequested)
    desk.wait(5)
    return order


def test_a_change_that_is_under_way_counts_as_large_as_it_may_become() -> None:
    desk = SmallDesk({"max_position_value": 70_000}, cash=1_000_000)
    order = changing(desk, BUY, 59_000, "1")
    book = desk.kernel.accounts[PAPER]

    assert book.free_cash(Currency("USDT")) == 1_000_000 - 59_000
    assert desk.refused(BUY, BTC, "1", 59_000) == "max_position_value"
    desk.take(facts.OrderReplaceRejected(order.client_order_id, "no", desk.now))
    assert book.free_cash(Currency("USDT")) == 1_000_000 - 5_900
    assert desk.refused(BUY, BTC, "1", 59_000) == ""


def test_a_change_to_less_sets_nothing_free_before_the_venue_has_made_it() -> None:
    desk = SmallDesk(cash=10_000)
    changing(desk, BUY, 60_000, "0.01")
    assert desk.refused(BUY, BTC, "0.1", 59_000) == "cash"


def test_a_sale_that_is_being_enlarged_has_promised_all_of_it() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.3", 60_000)
    changing(desk, SELL, 61_000, "0.3")
    assert desk.refused(SELL, BTC, "0.1", 62_000) == "holding"
