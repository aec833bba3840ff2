"""Brackets, pairs and what follows: whatever arrives when, and whatever dies on the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from engine.domain.commands import CancelOrder, ModifyOrder
from engine.domain.events import ExecutionEnded, OrderCancelRejected, OrderDenied, OrderInitialized
from engine.domain.money import Price, Quantity
from engine.domain.order import Contingent, OrderState, OrderTerms, OrderType, Purpose, Side, Twap
from engine.execution.legs import takes_the_market
from tests.unit.engine.kernel.brackets import (
    STEPS,
    STOP,
    WHOLE,
    entered,
    is_protected,
    lived,
    stops,
)
from tests.unit.engine.kernel.pit import BTC, Pit


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_a_bracket_is_never_naked_and_never_closes_more_than_is_held(steps) -> None:
    pit = Pit()
    parent = entered(pit)
    lived(pit, steps)
    pit.settle()

    is_protected(pit, parent)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_a_resting_entry_is_protected_as_far_as_it_has_filled(steps) -> None:
    pit = Pit()
    parent = entered(pit, OrderType.LIMIT, price=Price(Decimal(99)))
    lived(pit, steps)
    pit.settle()

    is_protected(pit, parent)


def test_what_an_entry_fills_after_its_first_part_was_sold_gets_its_own_stop() -> None:
    pit = Pit()
    far = Price(Decimal(80))
    first = pit.place(
        Side.BUY, Decimal(10), OrderType.LIMIT, price=Price(Decimal(99)), stop_loss=STOP
    )
    pit.settle()
    pit.price(Decimal(99), Decimal(4))
    second = pit.place(Side.BUY, Decimal(5), OrderType.MARKET, stop_loss=far)
    pit.settle()
    pit.price(Decimal(100))
    pit.place(Side.SELL, Decimal(7), OrderType.MARKET)
    pit.settle()
    pit.price(Decimal(100))
    pit.settle()
    assert stops(pit) == {second: (Side.SELL, 2)}

    pit.price(Decimal(99), Decimal(3))
    pit.settle()
    assert stops(pit) == {first: (Side.SELL, 3), second: (Side.SELL, 2)}
    pit.crash()
    pit.settle()
    assert stops(pit) == {first: (Side.SELL, 3), second: (Side.SELL, 2)}


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_a_pair_closes_what_is_held_once(steps) -> None:
    pit = Pit()
    pit.place(Side.BUY, WHOLE, OrderType.MARKET)
    pit.settle()
    other = OrderTerms(
        BTC.symbol, Side.SELL, OrderType.STOP, WHOLE, stop_price=STOP, reduce_only=True
    )
    first = pit.place(
        Side.SELL, WHOLE, OrderType.LIMIT, price=Price(Decimal(110)), reduce_only=True, oco=other
    )
    lived(pit, steps)
    pit.settle()

    pair = [o for o in pit.open() if first in (o.client_order_id, o.linked)]
    assert pit.held == pit.held_there
    assert all(order.remaining <= WHOLE for order in pair)
    if not pit.held:
        assert pair == []
    elif pair and not any(takes_the_market(order) for order in pair):
        assert len({order.remaining for order in pair}) == 1, "the two ask for different amounts"


def test_one_of_a_pair_that_opens_and_cannot_be_made_smaller_is_taken_back() -> None:
    pit = Pit()
    other = OrderTerms(BTC.symbol, Side.BUY, OrderType.STOP, WHOLE, stop_price=Price(Decimal(120)))
    first = pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=Price(Decimal(95)), oco=other)
    pit.price(Decimal(100))
    pit.let_out(2)
    pit.let_in(len(pit.heard))
    pit.price(Decimal(94), Decimal(4))
    pit.let_in(len(pit.heard))
    (asked,) = pit.leaving
    assert isinstance(asked, ModifyOrder)

    pit.leaving.clear()
    pit.hear(OrderCancelRejected(asked.client_order_id, "not changed here", pit.at))
    assert not pit.leaving
    pit.pass_time(6)

    (taken_back,) = pit.leaving
    assert isinstance(taken_back, CancelOrder)
    assert taken_back.client_order_id == asked.client_order_id != first


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_what_follows_is_placed_once_and_for_what_was_filled(steps) -> None:
    pit = Pit()
    second = OrderTerms(
        BTC.symbol, Side.BUY, OrderType.LIMIT, Quantity(Decimal(5)), Price(Decimal(50))
    )
    first = pit.place(
        Side.BUY,
        WHOLE,
        OrderType.LIMIT,
        price=Price(Decimal(99)),
        triggers=Contingent(second),
    )
    lived(pit, [step for step in steps if step[0] != "sell"])
    pit.cancel(first)
    pit.settle()

    filled = pit.kernel.orders.get(first).filled
    followed = [
        event.order
        for event in pit.journal
        if isinstance(event, OrderInitialized | OrderDenied) and event.order.parent == first
    ]
    assert [order.terms.quantity for order in followed] == ([filled / 2] if filled else [])


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_slices_add_up_to_the_order_and_never_to_more(steps) -> None:
    pit = Pit()
    twap = Twap(5, pit.at, pit.at + 60_000)
    parent = pit.place(Side.BUY, WHOLE, OrderType.MARKET, twap=twap, stop_loss=STOP)
    lived(pit, [step for step in steps if step[0] != "sell"])
    pit.settle()

    whole = pit.kernel.orders.get(parent)
    slices = [
        event.order
        for event in pit.journal
        if isinstance(event, OrderInitialized) and event.order.purpose is Purpose.SLICE
    ]
    assert len({order.leg for order in slices}) == len(slices) <= twap.slices
    assert whole.filled <= WHOLE
    assert not whole.is_open
    bought = sum(
        (f.filled for f in map(pit.kernel.orders.get, (s.client_order_id for s in slices)) if f),
        Decimal(0),
    )
    assert bought == whole.filled


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
def test_reduce_only_is_denied_where_there_is_nothing_to_reduce(side: Side) -> None:
    pit = Pit()
    order = pit.place(side, WHOLE, OrderType.MARKET, reduce_only=True)

    denied = pit.kernel.orders.get(order)
    assert (denied.state, denied.reason) == (OrderState.DENIED, "reduce_only")


def test_the_exchange_caps_what_may_only_reduce() -> None:
    pit = Pit()
    pit.place(Side.BUY, WHOLE, OrderType.MARKET)
    pit.settle()
    pit.place(Side.SELL, WHOLE, OrderType.MARKET, reduce_only=True)
    pit.place(Side.SELL, WHOLE, OrderType.MARKET, reduce_only=True)
    pit.let_out(2)  # both leave before the first is heard of

    assert pit.held_there == 0
    pit.settle()
    assert pit.held == 0


def test_the_rest_of_a_pair_is_not_asked_again_at_each_refusal() -> None:
    pit = Pit()
    other = OrderTerms(BTC.symbol, Side.BUY, OrderType.STOP, WHOLE, stop_price=Price(Decimal(120)))
    pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=Price(Decimal(95)), oco=other)
    pit.price(Decimal(100))
    pit.let_out(2)
    pit.let_in(len(pit.heard))
    pit.price(Decimal(94))
    pit.let_in(len(pit.heard))
    (asked,) = pit.leaving
    assert isinstance(asked, CancelOrder)

    pit.leaving.clear()
    pit.hear(OrderCancelRejected(asked.client_order_id, "already filled", pit.at))
    assert not pit.leaving
    pit.pass_time(6)
    assert [type(each) for each in pit.leaving] == [CancelOrder]


def test_both_of_a_pair_that_opens_are_paid_for() -> None:
    pit = Pit(cash=Decimal(1_000))
    six, stop = Quantity(Decimal(6)), Price(Decimal(105))
    other = OrderTerms(BTC.symbol, Side.BUY, OrderType.STOP, six, stop_price=stop)
    pit.place(Side.BUY, six, OrderType.LIMIT, price=Price(Decimal(95)), oco=other)

    (denied,) = [each for each in pit.journal if isinstance(each, OrderDenied)]
    assert denied.rule == "cash"


def test_what_is_bought_after_a_part_was_sold_is_not_the_entry_s_to_sell() -> None:
    pit = Pit()
    parent = pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(100))
    for side in (Side.SELL, Side.BUY):
        pit.place(side, Decimal(9), OrderType.MARKET)
        pit.settle()
        pit.price(Decimal(100))
    pit.settle()
    assert stops(pit) == {parent: (Side.SELL, 1)}

    pit.crash()
    pit.settle()
    pit.price(Decimal(89))
    pit.settle()
    assert pit.held == 9


@pytest.mark.parametrize("has_stop", [True, False], ids=["a stop", "no stop to be had"])
@pytest.mark.parametrize("dies", [True, False])
def test_an_order_in_slices_ends_once_its_stop_has_filled(has_stop: bool, dies: bool) -> None:
    pit = Pit()
    if not has_stop:
        pit.refuses = lambda order: order.purpose is Purpose.STOP_LOSS
    twap = Twap(10, pit.at, pit.at + 200_000)
    parent = pit.place(Side.BUY, WHOLE, OrderType.MARKET, twap=twap, stop_loss=STOP)
    for level in (100, 100, 100, 85, 85, 85, 85, 85, 85):
        for _ in range(4):
            pit.let_out(9)
            pit.let_in(9)
        pit.price(Decimal(level))
        pit.pass_time(5)
        if dies:
            pit.crash()
    pit.settle()

    (end,) = [each for each in pit.journal if isinstance(each, ExecutionEnded)]
    assert end.reason == "stopped_out"
    # One that had not left by then never did.
    assert pit.kernel.orders.get(parent).filled <= end.slices < 3
    assert (pit.held, pit.open()) == (0, [])
