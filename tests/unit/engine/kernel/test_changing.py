"""A change of an order where it rests: written before it leaves, and held to until it is made."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

import pytest

from engine.domain.commands import ModifyOrder
from engine.domain.events import OrderReplaced, OrderReplaceRejected, OrderReplaceRequested
from engine.domain.money import Price, Quantity
from engine.domain.order import Contingent, Order, OrderState, OrderTerms, OrderType, Side
from engine.domain.values import changed
from tests.unit.engine.kernel.pit import BTC, Pit

TEN = Quantity(Decimal(10))
STOP, HIGHER = Price(Decimal(90)), Price(Decimal(95))


def resting(pit: Pit, side: Side = Side.BUY) -> Order:
    """Ten at a limit, of which four have been filled."""
    if side is Side.SELL:
        pit.place(Side.BUY, TEN, OrderType.MARKET)
        pit.settle()
    level = Decimal(98) if side is Side.BUY else Decimal(102)
    pit.place(side, TEN, OrderType.LIMIT, price=Price(level))
    pit.settle()
    pit.price(level, Decimal(4))
    pit.settle()
    pit.price(Decimal(100))
    (order,) = pit.open()
    assert order.filled == 4
    return order


def test_what_is_asked_for_is_written_and_stays_asked_until_it_is_made() -> None:
    pit = Pit()
    order = resting(pit)

    pit.replace(order.client_order_id, Price(Decimal(97)))
    (asked,) = pit.open()
    assert asked.terms.price == 98
    assert asked.aimed.price == 97
    assert pit.count(OrderReplaceRequested) == 1

    pit.settle()
    (made,) = pit.open()
    assert (made.terms.price, made.asked) == (97, None)


def test_a_refusal_leaves_it_as_it_was() -> None:
    pit = Pit()
    order = resting(pit)
    pit.replace(order.client_order_id, Price(Decimal(97)))
    pit.leaving.clear()

    pit.hear(OrderReplaceRejected(order.client_order_id, "too busy", pit.at))

    (as_before,) = pit.open()
    assert (as_before.terms, as_before.asked) == (order.terms, None)


def test_one_change_at_a_time() -> None:
    """Or the first, late on its way, would come after the second."""
    pit = Pit()
    order = resting(pit)

    pit.replace(order.client_order_id, Price(Decimal(97)))
    pit.replace(order.client_order_id, quantity=Quantity(Decimal(8)))
    assert [command.terms.price for command in pit.leaving] == [97]
    assert [each.aimed.price for each in pit.open()] == [97], "the first is still asked for"
    pit.settle()
    pit.price(Decimal(100))
    pit.replace(order.client_order_id, quantity=Quantity(Decimal(8)))
    pit.settle()

    (made,) = pit.open()
    assert (made.terms.price, made.terms.quantity, made.asked) == (97, 8, None)


@pytest.mark.parametrize("side", Side)
def test_what_has_filled_in_part_is_judged_by_what_is_left(side: Side) -> None:
    pit = Pit(cash=Decimal(1_100))
    order = resting(pit, side)
    level = Decimal(99) if side is Side.BUY else Decimal(101)

    pit.replace(order.client_order_id, Price(level))
    pit.settle()

    assert [each.terms.price for each in pit.open()] == [level]


def test_no_whole_quantity_that_has_been_filled_already() -> None:
    pit = Pit()
    order = resting(pit)

    pit.replace(order.client_order_id, quantity=Quantity(Decimal(4)))

    assert pit.count(OrderReplaceRequested) == 0
    assert pit.count(OrderReplaceRejected) == 1


def test_a_stop_that_is_being_moved_takes_another_size_there() -> None:
    pit = Pit()
    entry = pit.place(Side.BUY, TEN, OrderType.LIMIT, price=Price(Decimal(98)), stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(98), Decimal(4))
    pit.settle()
    (stop,) = pit.children(entry)
    pit.replace(stop.client_order_id, HIGHER)
    moves = list(pit.leaving)
    pit.leaving.clear()  # the request is slow

    pit.price(Decimal(98), Decimal(6))
    pit.let_in(len(pit.heard))
    (resize,) = pit.leaving
    assert isinstance(resize, ModifyOrder)
    assert (resize.terms.stop_price, resize.terms.quantity) == (HIGHER, TEN)

    pit.leaving.extend(moves)  # and comes after the other one
    pit.settle()
    assert [(o.terms.stop_price, o.remaining) for o in pit.open()] == [(HIGHER, TEN)]


def test_an_answer_to_something_else_is_no_answer_to_it() -> None:
    pit = Pit()
    order = resting(pit)
    pit.replace(order.client_order_id, Price(Decimal(97)))
    pit.leaving.clear()

    other = changed(order.terms, price=Price(Decimal(96)))
    pit.hear(OrderReplaced(order.client_order_id, other, pit.at))

    (asked,) = pit.open()
    assert asked.terms.price == 96
    assert asked.aimed.price == 97


def test_what_filled_before_its_change_was_heard_is_over() -> None:
    pit = Pit()
    then = OrderTerms(BTC.symbol, Side.BUY, OrderType.LIMIT, TEN, Price(Decimal(50)))
    order = pit.place(
        Side.BUY, TEN, OrderType.LIMIT, price=Price(Decimal(99)), triggers=Contingent(then)
    )
    pit.settle()
    pit.price(Decimal(100))
    pit.replace(order, quantity=Quantity(Decimal(7)))
    pit.let_out()
    pit.price(Decimal(99))
    pit.heard.reverse()
    pit.settle()

    assert pit.kernel.orders.get(order).state is OrderState.FILLED
    assert [each.terms.quantity for each in pit.open()] == [7]


def test_an_order_that_fills_before_it_is_heard_to_be_larger_is_open_for_the_rest() -> None:
    pit = Pit()
    name = pit.place(Side.BUY, Decimal(10), OrderType.LIMIT, price=Price(Decimal(95)))
    pit.settle()
    pit.price(Decimal(100))
    pit.replace(name, quantity=Quantity(Decimal(15)))
    pit.let_out(9)
    pit.price(Decimal(95), Decimal(10))

    pit.heard = deque(sorted(pit.heard, key=lambda report: isinstance(report, OrderReplaced)))
    pit.let_in(1)
    assert pit.kernel.orders.open[name].filled == 10
    pit.let_in(9)

    assert pit.kernel.orders.open[name].remaining == 5
