"""Where coins are set aside for an order that rests: one exit rests, the others wait."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from engine.domain.events import OrderDenied, OrderSubmitted
from engine.domain.money import ZERO, Price
from engine.domain.order import OrderType, Purpose, Side, Twap
from tests.unit.engine.kernel.brackets import STEPS, STOP, WHOLE, entered, is_protected, lived
from tests.unit.engine.kernel.pit import Pit


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_where_coins_are_set_aside_it_is_never_naked_either(steps) -> None:
    pit = Pit(sets_aside=True)
    parent = entered(pit)
    lived(pit, steps)
    pit.settle()

    is_protected(pit, parent)


def test_where_coins_are_set_aside_the_stop_rests_and_a_target_takes_the_market() -> None:
    pit = Pit(sets_aside=True)
    parent = entered(pit)
    pit.settle()
    assert [(o.purpose, o.remaining) for o in pit.children(parent)] == [(Purpose.STOP_LOSS, WHOLE)]

    pit.price(Decimal(111))
    pit.settle()
    pit.price(Decimal(111))
    pit.settle()

    assert pit.held == 5
    assert [(o.purpose, o.remaining) for o in pit.children(parent)] == [(Purpose.STOP_LOSS, 5)]
    assert pit.wanting == 0


def test_where_coins_are_set_aside_a_stop_comes_back_when_the_sale_of_all_is_refused() -> None:
    pit = Pit(sets_aside=True)
    parent = entered(pit)
    pit.settle()
    pit.refuses = lambda order: order.terms.type is OrderType.MARKET

    pit.place(Side.SELL, WHOLE, OrderType.MARKET, reduce_only=True)
    pit.settle()

    assert pit.held == WHOLE
    assert [(o.purpose, o.remaining) for o in pit.children(parent)] == [(Purpose.STOP_LOSS, WHOLE)]


@pytest.mark.parametrize("reduce_only", [True, False])
def test_where_coins_are_set_aside_a_sale_ends_whose_coins_the_stop_has_sold(reduce_only) -> None:
    pit = Pit(sets_aside=True)
    parent = pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(89))

    sale = pit.place(Side.SELL, WHOLE, OrderType.MARKET, reduce_only=reduce_only)
    pit.settle()

    assert pit.held == pit.held_there == 0
    assert pit.children(parent) == pit.open() == []
    assert pit.kernel.orders.get(sale).reason == ("reduce_only" if reduce_only else "not_held")


def test_where_coins_are_set_aside_a_sale_of_more_than_the_stop_has_left_is_not_sent() -> None:
    pit = Pit(sets_aside=True)
    parent = pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(89), Decimal(4))

    sale = pit.place(Side.SELL, WHOLE, OrderType.MARKET)
    pit.settle()

    assert ZERO < pit.held < WHOLE
    assert [child.remaining for child in pit.children(parent)] == [pit.held]
    assert pit.kernel.orders.get(sale).reason == "not_held"


def test_where_coins_are_set_aside_a_sale_leaves_a_stop_by_hand_its_own() -> None:
    pit = Pit(sets_aside=True)
    pit.place(Side.BUY, WHOLE, OrderType.MARKET)
    pit.settle()
    pit.place(Side.SELL, Decimal(6), OrderType.STOP, stop_price=STOP, reduce_only=True)
    pit.settle()

    pit.place(Side.SELL, WHOLE, OrderType.MARKET, reduce_only=True)

    assert pit.count(OrderDenied) == 1
    assert len(pit.open()) == 1


def test_where_coins_are_set_aside_a_stop_asks_for_none_that_rest_to_be_sold_by_hand() -> None:
    pit = Pit(sets_aside=True)
    pit.place(Side.BUY, Decimal(5), OrderType.MARKET)
    pit.settle()
    pit.place(Side.SELL, Decimal(5), OrderType.LIMIT, price=Price(Decimal(130)), reduce_only=True)
    pit.settle()
    pit.price(Decimal(100))
    parent = pit.place(Side.BUY, Decimal(4), OrderType.MARKET, stop_loss=STOP)
    pit.settle()

    pit.price(Decimal(100))
    pit.place(Side.SELL, Decimal(2), OrderType.MARKET, reduce_only=True)
    pit.settle()

    assert pit.held == 7
    assert [child.remaining for child in pit.children(parent)] == [2]
    assert not pit.wanting, "nothing was asked for that could not be had"


def test_where_coins_are_set_aside_a_sale_by_hand_rests_on_what_has_no_stop() -> None:
    pit = Pit(sets_aside=True)
    early = pit.place(Side.BUY, Decimal(4), OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(100))
    late = pit.place(Side.BUY, Decimal(6), OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    pit.cancel(pit.children(late)[0].client_order_id)
    pit.settle()

    pit.place(Side.SELL, Decimal(6), OrderType.LIMIT, price=Price(Decimal(130)), reduce_only=True)
    pit.settle()

    assert [child.remaining for child in pit.children(early)] == [4]
    assert pit.children(late) == []


def test_where_coins_are_set_aside_a_sale_in_slices_never_leaves_whole() -> None:
    pit = Pit(sets_aside=True)
    pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP)
    pit.settle()

    parent = pit.place(Side.SELL, WHOLE, OrderType.MARKET, twap=Twap(5, pit.at, pit.at + 60_000))
    for _ in range(8):
        pit.price(Decimal(100))
        pit.settle()

    left = [each.client_order_id for each in pit.journal if isinstance(each, OrderSubmitted)]
    assert parent not in left
    assert pit.kernel.orders.get(parent).filled == WHOLE
    assert pit.held == pit.held_there == 0


def test_where_coins_are_set_aside_closing_all_does_not_wait_for_what_goes_in_slices() -> None:
    pit = Pit(sets_aside=True)
    pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP)
    pit.settle()

    pit.close_all()
    pit.place(Side.SELL, Decimal(3), OrderType.MARKET, twap=Twap(3, pit.at, pit.at + 600_000))
    pit.price(Decimal(100))
    pit.settle()

    assert pit.held == pit.held_there == 0
    assert not pit.wanting


def test_where_coins_are_set_aside_a_second_halt_closes_what_the_first_had_not() -> None:
    pit = Pit(sets_aside=True)
    parent = entered(pit)
    pit.settle()

    pit.close_all()  # what closes waits for the stop's coins
    pit.resume()
    assert [order.purpose for order in pit.open()] == [Purpose.STOP_LOSS]
    pit.pass_time()
    pit.close_all()
    pit.price(Decimal(100))
    pit.settle()

    assert pit.held == pit.held_there == 0
    assert not pit.children(parent)
    assert pit.wanting == 0
