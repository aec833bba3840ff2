"""Stops that are refused, late, moved or taken away, and entries whose stop cannot be had."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.events import (
    OrderCancelRejected,
    OrderFilled,
    OrderInitialized,
    OrderReplaced,
    OrderTriggered,
    ProtectionDiffers,
    ProtectionRestored,
    Remedy,
)
from engine.domain.identifiers import ClientOrderId, TradeId
from engine.domain.money import Price
from engine.domain.order import Order, OrderType, Purpose, Side
from tests.unit.engine.kernel.brackets import STEPS, STOP, WHOLE, entered, is_protected, lived
from tests.unit.engine.kernel.pit import BTC, Pit


def test_what_was_closed_by_hand_is_protected_no_more_after_a_restart() -> None:
    pit = Pit()
    parent = entered(pit)
    pit.settle()
    pit.place(Side.SELL, WHOLE, OrderType.MARKET, reduce_only=True)
    pit.settle()
    pit.price(Decimal(100))
    pit.place(Side.BUY, Decimal(4), OrderType.MARKET)
    pit.settle()

    pit.crash()
    pit.settle()

    assert pit.held == 4
    assert pit.children(parent) == []


def test_a_stop_that_the_venue_refuses_is_told_and_placed_again() -> None:
    pit = Pit()
    refusals = iter([True])
    pit.refuses = lambda order: order.purpose is Purpose.STOP_LOSS and next(refusals, False)
    parent = entered(pit)
    pit.settle()

    is_protected(pit, parent)
    told = [event for event in pit.journal if isinstance(event, ProtectionDiffers)]
    assert [event.remedy for event in told] == [Remedy.RETRY]
    assert pit.count(ProtectionRestored) == 1


def test_a_crumb_that_no_stop_can_be_had_for_costs_the_rest_none() -> None:
    pit = Pit()
    pit.refuses = lambda order: order.is_protection and order.terms.quantity < 1
    parent = pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=Price(Decimal(95)), stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(95), Decimal("0.4"))
    pit.settle()
    told = [event.remedy for event in pit.journal if isinstance(event, ProtectionDiffers)]
    assert told[-1] is Remedy.NONE
    assert pit.held == Decimal("0.4")

    pit.price(Decimal(95))
    pit.settle()

    assert pit.held == WHOLE
    assert [child.remaining for child in pit.children(parent)] == [WHOLE]
    assert pit.count(ProtectionRestored) == 1


def test_a_stop_that_fills_before_it_is_heard_to_be_larger_gets_no_second_one() -> None:
    pit = Pit()
    pit.place(Side.BUY, Decimal(10), OrderType.MARKET)
    pit.settle()
    pit.price(Decimal(100))
    pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=Price(Decimal(95)), stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(95), Decimal(4))
    pit.settle()
    pit.price(Decimal(95), Decimal(6))
    pit.let_in(9)
    pit.let_out(9)
    pit.price(Decimal(89), Decimal(4))

    pit.heard = deque(sorted(pit.heard, key=lambda report: isinstance(report, OrderReplaced)))
    for _ in range(4):
        pit.settle()
        pit.price(Decimal(89), Decimal(6))

    assert pit.held == pit.held_there == 10, "what was bought without a stop is left alone"


def test_where_no_stop_can_be_had_the_position_is_closed() -> None:
    pit = Pit()
    pit.refuses = lambda order: order.purpose is Purpose.STOP_LOSS
    entered(pit)
    pit.settle()

    assert pit.held == 0
    told = [event.remedy for event in pit.journal if isinstance(event, ProtectionDiffers)]
    assert told == [Remedy.RETRY, Remedy.CLOSE]
    assert pit.open() == []


def test_where_nothing_helps_it_is_said_and_nothing_is_hidden() -> None:
    pit = Pit()
    pit.refuses = lambda order: order.is_protection
    entered(pit)
    pit.settle()

    assert pit.held == WHOLE
    told = [event.remedy for event in pit.journal if isinstance(event, ProtectionDiffers)]
    assert told == [Remedy.RETRY, Remedy.CLOSE, Remedy.NONE]
    tries = [e for e in pit.journal if isinstance(e, OrderInitialized) and e.order.is_protection]
    assert len(tries) == 4 * 3, "each child is tried three times, and then no more"


def test_a_stop_that_does_not_answer_is_told_and_not_placed_twice() -> None:
    pit = Pit()
    entered(pit)
    pit.let_out(1)
    pit.let_in(2)  # the entry has filled; its children wait on the line
    for _ in range(12):
        pit.pass_time(1)

    told = [event.remedy for event in pit.journal if isinstance(event, ProtectionDiffers)]
    assert told == [Remedy.WAIT]
    pit.settle()
    assert pit.count(ProtectionRestored) == 1
    assert len([o for o in pit.open() if o.purpose is Purpose.STOP_LOSS]) == 1


def test_what_a_person_took_away_stays_away() -> None:
    pit = Pit()
    parent = entered(pit)
    pit.settle()
    (stop,) = [o for o in pit.children(parent) if o.purpose is Purpose.STOP_LOSS]
    pit.cancel(stop.client_order_id)
    pit.settle()

    assert [o.purpose for o in pit.children(parent)] == [Purpose.TAKE_PROFIT] * 2
    assert pit.count(ProtectionDiffers) == 0


def test_a_stop_that_was_moved_is_placed_again_where_it_stood() -> None:
    pit = Pit()
    parent = entered(pit)
    pit.settle()
    (stop,) = [o for o in pit.children(parent) if o.purpose is Purpose.STOP_LOSS]
    pit.replace(stop.client_order_id, Price(Decimal(95)))
    pit.settle()
    pit.lose(stop.client_order_id)
    pit.settle()

    (again,) = [o for o in pit.children(parent) if o.purpose is Purpose.STOP_LOSS]
    assert again.client_order_id != stop.client_order_id
    assert again.terms.stop_price == Decimal(95)


def test_what_filled_last_keeps_its_stop_when_a_part_is_sold_by_hand() -> None:
    pit = Pit()
    early = pit.place(
        Side.BUY, Decimal(4), OrderType.LIMIT, price=Price(Decimal(95)), stop_loss=STOP
    )
    pit.settle()
    pit.price(Decimal(100))
    pit.place(Side.BUY, Decimal(6), OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(94))  # what was placed first fills last
    pit.settle()
    assert pit.held == 10

    pit.price(Decimal(94))
    pit.place(Side.SELL, Decimal(6), OrderType.MARKET, reduce_only=True)
    pit.settle()

    stops = [o for o in pit.kernel.orders.open.values() if o.purpose is Purpose.STOP_LOSS]
    assert [(stop.parent, stop.remaining) for stop in stops] == [(early, 4)]


def test_a_refused_cancel_is_not_asked_again_at_once() -> None:
    pit = Pit()
    pit.place(Side.BUY, Decimal(4), OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    stop = next(o for o in pit.kernel.orders.open.values() if o.purpose is Purpose.STOP_LOSS)
    pit.place(Side.SELL, Decimal(4), OrderType.MARKET, reduce_only=True)
    pit.let_out(len(pit.leaving))
    pit.let_in(len(pit.heard))
    asked = sum(isinstance(each, CancelOrder) for each in pit.leaving)
    pit.leaving.clear()

    pit.hear(OrderCancelRejected(stop.client_order_id, "too busy", pit.at))
    assert [asked, len(pit.leaving)] == [1, 0]
    pit.pass_time(6)
    assert [type(each) for each in pit.leaving] == [CancelOrder]


def growing() -> tuple[Pit, Order]:
    """A stop that is being made larger, and goes off before the exchange has answered."""
    pit = Pit()
    pit.place(Side.BUY, Decimal(10), OrderType.LIMIT, price=Price(Decimal(95)), stop_loss=STOP)
    pit.price(Decimal(94), Decimal(4))
    pit.let_out(len(pit.leaving))
    pit.price(Decimal(94), Decimal(4))
    pit.settle()
    stop = next(o for o in pit.open() if o.purpose is Purpose.STOP_LOSS)
    pit.price(Decimal(94), Decimal(2))
    pit.let_in(len(pit.heard))
    assert [type(each) for each in pit.leaving] == [ModifyOrder]
    pit.hear(OrderTriggered(stop.client_order_id, pit.at))
    return pit, stop


def test_a_stop_that_goes_off_while_it_grows_has_no_second_beside_it() -> None:
    pit, stop = growing()
    assert [type(each) for each in pit.leaving] == [ModifyOrder]

    pit.hear(OrderReplaced(stop.client_order_id, pit.leaving[0].terms, pit.at))

    assert [type(each) for each in pit.leaving] == [ModifyOrder]


def test_where_it_could_not_grow_a_second_stands_for_the_rest() -> None:
    pit, stop = growing()

    pit.hear(OrderCancelRejected(stop.client_order_id, "it went off", pit.at))

    assert [type(each) for each in pit.leaving] == [ModifyOrder, SubmitOrder]
    assert pit.leaving[-1].order.terms.quantity == 2


def test_a_stop_that_made_way_for_a_larger_one_is_followed_by_that_at_once() -> None:
    pit = Pit(sets_aside=True, amends=False)
    pit.place(Side.BUY, Decimal(10), OrderType.LIMIT, price=Price(Decimal(95)), stop_loss=STOP)
    pit.price(Decimal(94), Decimal(4))
    pit.settle()
    pit.price(Decimal(94), Decimal(4))
    pit.flow()

    assert (Purpose.STOP_LOSS, 8) in pit.rests()
    assert pit.held == 8


def over(pit: Pit, *, by_hand: bool) -> ClientOrderId:
    """An entry of which four were filled and closed again; five are held beside it."""
    parent = pit.place(
        Side.BUY, Decimal(10), OrderType.LIMIT, price=Price(Decimal(95)), stop_loss=STOP
    )
    pit.price(Decimal(94), Decimal(4))
    pit.settle()
    pit.cancel(parent)
    pit.settle()
    if by_hand:
        pit.place(Side.SELL, Decimal(4), OrderType.MARKET, reduce_only=True)
    pit.settle()
    pit.price(STOP - 1)
    pit.settle()
    assert not pit.held
    assert not pit.open()
    pit.price(Decimal(96))
    pit.place(Side.BUY, Decimal(5), OrderType.MARKET)
    pit.settle()
    assert pit.held == 5
    return parent


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_late_word_on_an_entry_that_is_over_brings_nothing_back(by_hand: bool) -> None:
    pit = Pit()
    parent = over(pit, by_hand=by_hand)

    pit.hear(OrderCancelRejected(parent, "already canceled", pit.at))
    pit.pass_time(6)

    assert not pit.leaving
    assert not pit.open()


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_an_entry_that_was_over_fills_late_is_stopped_alone(by_hand: bool) -> None:
    pit = Pit()
    parent = over(pit, by_hand=by_hand)
    before = {each.order.client_order_id for each in pit.journal if type(each) is OrderInitialized}

    late = OrderFilled(
        parent, TradeId("late"), Decimal(3), Decimal(95), Decimal(0), BTC.quote, pit.at
    )
    pit.hear(late)

    (asked,) = pit.leaving
    assert isinstance(asked, SubmitOrder)
    assert asked.order.terms.quantity == 3
    assert asked.order.client_order_id not in before


def test_a_stop_that_is_changed_by_canceling_it_has_not_failed() -> None:
    pit = Pit()
    parent = pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    for _ in range(4):
        (stop,) = pit.children(parent)
        pit.pass_time(6)
        pit.lose(stop.client_order_id)
        pit.let_in(len(pit.heard))
        pit.let_out(len(pit.leaving))
        pit.let_in(len(pit.heard))

    assert [child.purpose for child in pit.children(parent)] == [Purpose.STOP_LOSS]
    assert pit.held == WHOLE


@pytest.mark.parametrize("sets_aside", [True, False])
def test_what_is_closed_for_want_of_a_stop_is_not_sold_to_its_target_as_well(
    *, sets_aside: bool
) -> None:
    pit = Pit(sets_aside=sets_aside)
    pit.place(Side.BUY, Decimal(20), OrderType.MARKET)
    pit.settle()
    pit.refuses = lambda order: order.purpose is Purpose.STOP_LOSS
    pit.price(Decimal(100), Decimal(4))
    entry = entered(pit)
    pit.settle()
    assert pit.held == 20
    assert pit.kernel.orders.open[entry].filled == 4

    pit.price(Decimal(111), Decimal(10))
    pit.settle()
    assert pit.count(OrderFilled) > 4
    assert pit.held == 20


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(1, 9), st.booleans())
@example(steps=[("price", 120, 7), ("crash",), ("out", 2), ("crash",)], first=3, sets_aside=False)
def test_an_entry_without_a_stop_is_closed_once_and_takes_from_no_other(
    steps, first, sets_aside
) -> None:
    pit = Pit(sets_aside=sets_aside)
    pit.place(Side.BUY, Decimal(50), OrderType.MARKET)
    pit.settle()
    pit.refuses = lambda order: order.purpose is Purpose.STOP_LOSS
    pit.price(Decimal(100), Decimal(first))
    parent = entered(pit)
    pit.settle()
    lived(pit, [step for step in steps if step[0] != "sell"])
    pit.settle()

    entry = pit.kernel.orders.get(parent)
    assert entry is not None
    assert 50 <= pit.held <= 50 + entry.filled
