"""What follows another order: for what that one filled, whatever became of it, and no more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from engine.domain.events import OrderCanceled, OrderDenied, OrderFilled, OrderInitialized
from engine.domain.identifiers import ClientOrderId
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Contingent, OrderTerms, OrderType, Purpose, Side, Twap
from tests.unit.engine.kernel.brackets import STEPS, WHOLE, lived
from tests.unit.engine.kernel.pit import BTC, Pit


def leading(pit: Pit) -> tuple[ClientOrderId, Contingent]:
    """An order to buy ten at 90, and the stop of its holding that follows it."""
    stop = Price(Decimal(80))
    follows = Contingent(OrderTerms(BTC.symbol, Side.SELL, OrderType.STOP, WHOLE, stop_price=stop))
    first = pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=Price(Decimal(90)), triggers=follows)
    pit.settle()
    return first, follows


def test_what_follows_is_placed_though_the_fill_is_heard_after_the_end() -> None:
    pit = Pit()
    first, _ = leading(pit)
    pit.cancel(first)
    pit.price(Decimal(90), Decimal(6))
    pit.let_out(9)
    pit.heard.reverse()
    pit.settle()

    assert [(each.terms.type, each.remaining) for each in pit.open()] == [(OrderType.STOP, 6)]


def test_what_closes_follows_however_late_its_first_is_heard_of() -> None:
    pit = Pit()
    leading(pit)
    pit.price(Decimal(90))
    pit.pass_time(600)
    pit.crash()
    pit.settle()

    assert [(each.terms.type, each.remaining) for each in pit.open()] == [(OrderType.STOP, 10)]


def followers(pit: Pit) -> list[Quantity]:
    """How much each order that follows another one was asked for, in their order."""
    return [
        event.order.terms.quantity
        for event in pit.journal
        if isinstance(event, OrderInitialized | OrderDenied)
        and event.order.parent is not None
        and event.order.purpose is Purpose.ENTRY
        and event.order.replaces is None
    ]


def test_what_filled_after_the_end_is_followed_each_time_it_is_heard() -> None:
    pit = Pit()
    first, _ = leading(pit)
    pit.price(Decimal(90), Decimal(4))
    pit.price(Decimal(90), Decimal(4))
    pit.cancel(first)
    pit.let_out(9)
    pit.heard.rotate(1)
    pit.settle()

    assert [(each.terms.type, each.remaining) for each in pit.open()] == [(OrderType.STOP, 4)] * 2


@pytest.mark.parametrize(("changed_to", "follows"), [(4, 4), (20, 10)])
def test_what_follows_a_changed_order_is_its_share_and_no_more_than_was_confirmed(
    changed_to: int, follows: int
) -> None:
    pit = Pit()
    first, _ = leading(pit)
    pit.price(Decimal(100))
    pit.replace(first, quantity=Quantity(Decimal(changed_to)))
    pit.settle()
    pit.price(Decimal(90))
    pit.settle()

    assert (pit.held, followers(pit)) == (changed_to, [follows])


def followed_pair(pit: Pit) -> ClientOrderId:
    """Two orders to buy ten, at 95 or from 105 on, and a sale of five at 130 that follows."""
    sale = OrderTerms(
        BTC.symbol, Side.SELL, OrderType.LIMIT, Quantity(Decimal(5)), Price(Decimal(130))
    )
    stop = OrderTerms(BTC.symbol, Side.BUY, OrderType.STOP, WHOLE, stop_price=Price(Decimal(105)))
    low = Price(Decimal(95))
    then = Contingent(sale)
    return pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=low, oco=stop, triggers=then)


def test_what_follows_a_pair_is_for_what_the_two_filled_together() -> None:
    pit = Pit()
    followed_pair(pit)
    pit.let_out(2)
    pit.let_in(9)
    pit.price(Decimal(94), Decimal(4))
    for _ in range(3):
        pit.let_in(9)
        pit.let_out(9)
    pit.price(Decimal(106))
    pit.settle()

    assert pit.held == 10
    assert sorted(followers(pit)) == [2, 3]


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_what_follows_a_pair_is_never_more_than_one_whole(steps) -> None:
    pit = Pit()
    followed_pair(pit)
    pair = [each.client_order_id for each in pit.open()]
    lived(pit, [step for step in steps if step[0] != "sell"])
    for each in pair:  # of two the desk may have taken one back
        pit.cancel(each)
    pit.settle()

    bought = sum(o.filled for o in map(pit.kernel.orders.get, pair) if o is not None)
    assert sum(followers(pit)) == min(WHOLE, bought) / 2


@pytest.mark.parametrize("sets_aside", [True, False])
def test_what_is_to_follow_stays_with_the_order_that_takes_its_first_one_s_place(
    sets_aside: bool,
) -> None:
    pit = Pit(amends=False, sets_aside=sets_aside)
    pit.place(Side.BUY, WHOLE, OrderType.MARKET)
    pit.settle()
    terms = OrderTerms(BTC.symbol, Side.BUY, OrderType.LIMIT, WHOLE, Price(Decimal(90)))
    sale = pit.place(
        Side.SELL,
        WHOLE,
        OrderType.LIMIT,
        price=Price(Decimal(110)),
        reduce_only=True,
        triggers=Contingent(terms),
    )
    pit.settle()
    pit.price(Decimal(110), Decimal(4))
    pit.settle()
    pit.replace(sale, price=Price(Decimal(112)))
    pit.settle()
    assert followers(pit) == [4]

    pit.price(Decimal(113))
    pit.settle()
    assert followers(pit) == [4, 6]


@pytest.mark.parametrize("kind", [OrderType.STOP, OrderType.MARKET])
@pytest.mark.parametrize("reduce_only", [True, False])
def test_what_closes_follows_for_what_the_fee_has_left(kind: OrderType, reduce_only: bool) -> None:
    pit = Pit()
    stop = Price(Decimal(80)) if kind is OrderType.STOP else None
    then = OrderTerms(BTC.symbol, Side.SELL, kind, WHOLE, stop_price=stop, reduce_only=reduce_only)
    first = pit.place(Side.BUY, WHOLE, OrderType.MARKET, triggers=Contingent(then))
    pit.let_out()
    for report in pit.heard:
        if isinstance(report, OrderFilled):
            pit.hear(replace(report, fee=Decimal("0.01"), fee_currency=Currency("BTC")))
        else:
            pit.hear(report)

    (second,) = pit.children(first)
    assert second.terms.quantity == pit.held == Decimal("9.99")


def in_slices(pit: Pit) -> ClientOrderId:
    """Ten bought in two slices of ten seconds, and a sale of all at 120 that follows."""
    sale = OrderTerms(BTC.symbol, Side.SELL, OrderType.LIMIT, WHOLE, Price(Decimal(120)))
    twap = Twap(2, pit.at, pit.at + 20_000)
    return pit.place(Side.BUY, WHOLE, OrderType.MARKET, twap=twap, triggers=Contingent(sale))


def test_what_follows_an_order_in_slices_is_placed_at_its_end() -> None:
    pit = Pit()
    in_slices(pit)
    for _ in range(3):
        assert followers(pit) == []
        pit.let_out(9)
        pit.let_in(9)
        pit.price(Decimal(100))
        pit.pass_time(5)
    pit.settle()

    assert followers(pit) == [10]


def test_what_follows_an_order_in_slices_that_was_taken_back_is_for_what_it_filled() -> None:
    pit = Pit()
    parent = in_slices(pit)
    for _ in range(2):
        pit.let_out(9)
        pit.let_in(9)
    pit.cancel(parent)

    assert followers(pit) == [5]


def test_what_a_slice_fills_after_the_end_of_the_whole_is_followed() -> None:
    pit = Pit()
    parent = in_slices(pit)
    (part,) = pit.children(parent)
    pit.let_out(9)
    filled = [each for each in pit.heard if isinstance(each, OrderFilled)]
    pit.heard.clear()
    pit.cancel(parent)
    pit.hear(OrderCanceled(part.client_order_id, "", pit.at))
    assert followers(pit) == []

    for each in filled:
        pit.hear(each)
    assert followers(pit) == [5]
