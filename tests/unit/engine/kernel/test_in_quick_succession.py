"""What comes while a stop, a target or one of a pair is under way, with no time to wait for it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.events import (
    OrderCanceled,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderInitialized,
    OrderRejected,
    OrderReplaced,
    OrderReplaceRejected,
    ProtectionDiffers,
)
from engine.domain.identifiers import ClientOrderId
from engine.domain.money import Price, Quantity
from engine.domain.order import (
    Contingent,
    Order,
    OrderTerms,
    OrderType,
    Purpose,
    Side,
    Target,
    Twap,
)
from engine.execution.legs import takes_the_market
from tests.unit.engine.kernel.brackets import STOP, WHOLE
from tests.unit.engine.kernel.pit import BTC, Pit

STOP_LOSS = Purpose.STOP_LOSS
BELOW = STOP - 1


def waiting(pit: Pit, price: int = 95) -> ClientOrderId:
    """An order to buy ten, with a stop."""
    level = Price(Decimal(price))
    entry = pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=level, stop_loss=STOP)
    pit.settle()
    return entry


def refuses_stops(order: Order) -> bool:
    return order.purpose is STOP_LOSS


def sell(pit: Pit, quantity: int) -> None:
    pit.place(Side.SELL, Decimal(quantity), OrderType.MARKET, reduce_only=True)


def test_a_second_stop_that_is_refused_beside_one_that_went_off_is_given_up_in_time() -> None:
    pit = Pit()
    waiting(pit)
    pit.price(Decimal(95), Decimal(6))
    pit.settle()
    pit.refuses = refuses_stops
    for _ in range(2):  # the first fills in parts, the entry once more meanwhile
        pit.price(BELOW, Decimal(1))
    pit.flow()
    assert pit.count(OrderRejected) <= 2  # the next try comes later

    pit.settle()
    stops = [e for e in pit.journal if isinstance(e, OrderInitialized) and refuses_stops(e.order)]
    assert len(stops) <= 1 + 3
    pit.price(BELOW)
    pit.settle()
    assert pit.held == 0


@pytest.mark.parametrize("sets_aside", [True, False])
@pytest.mark.parametrize("amends", [True, False])
def test_what_was_to_grow_and_filled_instead_has_another_beside_it_at_once(
    sets_aside: bool, amends: bool
) -> None:
    pit = Pit(sets_aside=sets_aside, amends=amends)
    waiting(pit)
    pit.price(Decimal(95), Decimal(4))
    pit.settle()
    pit.price(Decimal(95), Decimal(4))
    pit.let_in(9)  # the stop is asked to grow

    pit.price(BELOW, Decimal(4))
    pit.flow()
    stopped = [left for purpose, left in pit.rests() if purpose is STOP_LOSS]
    assert sum(stopped) == pit.held


def test_what_was_to_make_way_and_filled_first_has_another_beside_it_at_once() -> None:
    pit = Pit(sets_aside=True, amends=False)
    waiting(pit)
    for _ in range(2):
        pit.settle()
        pit.price(Decimal(95), Decimal(4))
    pit.let_in(9)
    pit.leaving.clear()  # what has filled by then is not asked back

    pit.price(BELOW, Decimal(4))
    pit.flow()
    assert pit.rests()[-1] == (STOP_LOSS, pit.held)


def test_what_filled_before_it_could_be_made_larger_is_filled() -> None:
    then = OrderTerms(BTC.symbol, Side.SELL, OrderType.LIMIT, WHOLE, Price(Decimal(120)))
    pit = Pit()
    level = Price(Decimal(95))
    first = pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=level, triggers=Contingent(then))
    pit.settle()
    pit.replace(first, quantity=Quantity(Decimal(15)))
    pit.price(level)
    pit.flow()

    assert [(each.parent, each.remaining) for each in pit.open()] == [(first, 10)]


@pytest.mark.parametrize("targets", [0, 5])
def test_a_stop_that_is_made_smaller_again_and_again_has_not_failed(targets: int) -> None:
    pit, whole = Pit(sets_aside=True, amends=False), Quantity(Decimal(20))
    goals = tuple(
        Target(Price(Decimal(101 + n)), Quantity(Decimal(2)), whole) for n in range(targets)
    )
    pit.place(Side.BUY, whole, OrderType.MARKET, stop_loss=STOP, targets=goals)
    pit.settle()
    for n in range(7):
        pit.price(Decimal(101 + n) if targets else Decimal(100))
        if not targets:
            sell(pit, 1)
        pit.flow()
        assert pit.rests() == [(STOP_LOSS, pit.held)]
    assert pit.held == (10 if targets else 13)
    assert pit.count(ProtectionDiffers) == 0
    begun = [e.order.client_order_id for e in pit.journal if isinstance(e, OrderInitialized)]
    went = [each for each in pit.journal if isinstance(each, OrderCancelRequested)]
    assert went
    assert all(each.successor in begun for each in went)


def test_a_larger_stop_under_way_is_made_smaller_not_withdrawn() -> None:
    pit = Pit(amends=False)
    waiting(pit, 97)
    pit.price(Decimal(97), Decimal(1))
    pit.settle()
    pit.price(Decimal(97), Decimal(9))
    sell(pit, 1)
    pit.let_out(1)
    pit.flow()

    assert pit.rests() == [(STOP_LOSS, 9)]
    assert pit.held == 9


@pytest.mark.parametrize("goes", [True, False])
def test_a_stop_that_had_no_room_to_grow_grows_once_another_has_made_some(goes: bool) -> None:
    pit = Pit(sets_aside=True)
    other = pit.place(Side.BUY, Decimal(5), OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(100))
    entry = waiting(pit)
    for _ in range(2):
        pit.settle()
        pit.price(Decimal(95), Decimal(4))
    pit.let_in(9)
    (stop,), (first,) = pit.children(entry), pit.children(other)
    assert [each.client_order_id for each in pit.leaving] == [stop.client_order_id]
    pit.leaving.clear()

    pit.hear(OrderReplaceRejected(stop.client_order_id, "insufficient balance", pit.at))
    assert not pit.leaving
    smaller = replace(first.terms, quantity=Quantity(Decimal(4)))
    gone = OrderCanceled(first.client_order_id, "", pit.at)
    pit.hear(gone if goes else OrderReplaced(first.client_order_id, smaller, pit.at))
    assert stop.client_order_id in [
        each.client_order_id for each in pit.leaving if isinstance(each, ModifyOrder)
    ]


@pytest.mark.parametrize("sets_aside", [True, False])
def test_a_target_leaves_to_the_stop_what_that_is_selling(sets_aside: bool) -> None:
    pit = Pit(sets_aside=sets_aside)
    pit.place(Side.BUY, Decimal(50), OrderType.MARKET)
    pit.settle()
    pit.price(Decimal(100))
    goal = Target(Price(Decimal(105)), WHOLE, WHOLE)
    pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP, targets=(goal,))
    pit.settle()
    pit.price(BELOW, Decimal(4))  # it went off and has sold four
    pit.flow()
    pit.price(Decimal(106), Decimal(5))
    pit.settle()
    pit.price(Decimal(106))
    pit.settle()

    assert pit.held == 50


@pytest.mark.parametrize("opens", [True, False])
def test_of_a_pair_the_other_waits_for_what_one_that_went_off_is_filling(opens: bool) -> None:
    pit = Pit()
    pit.place(Side.BUY, Decimal(50), OrderType.MARKET)
    pit.settle()
    pit.price(Decimal(100))
    side = Side.BUY if opens else Side.SELL
    level, goes_off = (Decimal(95), Decimal(105)) if opens else (Decimal(105), Decimal(95))
    other = OrderTerms(
        BTC.symbol, side, OrderType.STOP, WHOLE, stop_price=Price(goes_off), reduce_only=not opens
    )
    pit.place(side, WHOLE, OrderType.LIMIT, price=Price(level), reduce_only=not opens, oco=other)
    pit.flow()
    pit.price(goes_off, Decimal(4))
    pit.flow()
    pit.price(level)
    pit.settle()
    pit.price(level)
    pit.settle()

    assert pit.held == (60 if opens else 40)


def test_of_a_pair_the_other_waits_for_a_trailing_stop_that_went_off_too() -> None:
    pit = Pit()
    pit.place(Side.BUY, Decimal(50), OrderType.MARKET)
    pit.settle()
    pit.price(Decimal(100))
    level = Price(Decimal(105))
    other = OrderTerms(BTC.symbol, Side.SELL, OrderType.LIMIT, WHOLE, level, reduce_only=True)
    trail = {"trail": Decimal(5), "reduce_only": True}
    pit.place(Side.SELL, WHOLE, OrderType.TRAILING_STOP, oco=other, **trail)
    pit.flow()
    pit.price(Decimal(94), Decimal(4))
    pit.flow()
    for _ in range(2):
        pit.price(level)
        pit.settle()

    assert pit.held == 40


def test_of_what_came_in_one_moment_the_own_stop_closes_its_own_entry() -> None:
    pit = Pit(on_margin=True)
    waiting(pit)
    pit.price(Decimal(94), Decimal(4))
    pit.settle()
    pit.price(Decimal(96))
    turns = Price(Decimal(115))
    pit.place(Side.SELL, Decimal(14), OrderType.STOP, stop_price=STOP, stop_loss=turns)
    pit.settle()
    for _ in range(2):
        pit.price(BELOW)
        pit.settle()

    assert (pit.held, pit.rests()) == (-8, [(STOP_LOSS, 8)])


def test_what_fills_while_the_rest_is_closed_for_want_of_a_stop_has_its_own() -> None:
    pit = Pit()
    pit.place(Side.BUY, Decimal(50), OrderType.MARKET)
    pit.settle()
    pit.price(Decimal(100))
    entry = waiting(pit)
    pit.refuses = refuses_stops
    pit.price(Decimal(95), Decimal(4))
    pit.flow()
    pit.pass_time(3)
    pit.let_out(9)
    pit.let_in(9)  # the third refusal
    pit.refuses = lambda _: False
    pit.price(Decimal(95), Decimal(5))
    pit.let_in(9)

    assert [(e.purpose, e.remaining) for e in pit.children(entry)] == [(Purpose.EXIT, 4)]
    pit.settle()
    assert (STOP_LOSS, pit.held - 50) in pit.rests()


@pytest.mark.parametrize("sets_aside", [True, False])
def test_a_stop_that_may_not_go_where_it_was_moved_goes_back(sets_aside: bool) -> None:
    pit = Pit(sets_aside=sets_aside, amends=False)
    entry = pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    (stop,) = pit.children(entry)
    refused = Price(Decimal(95))
    pit.refuses = lambda order: order.terms.stop_price == refused
    pit.replace(stop.client_order_id, refused)
    pit.settle()

    assert [each.terms.stop_price for each in pit.children(entry)] == [STOP]
    assert pit.held == 10


def in_slices() -> Pit:
    """One slice of ten has filled and has its stop; the second is about to leave."""
    pit = Pit()
    twap = Twap(10, pit.at, pit.at + 100_000)
    pit.place(Side.BUY, WHOLE, OrderType.MARKET, twap=twap, stop_loss=STOP)
    pit.flow()
    pit.price(Decimal(100))
    pit.flow()
    pit.pass_time(10)
    return pit


def test_a_slice_that_has_not_left_never_does_once_its_stop_has_filled() -> None:
    pit = in_slices()
    assert [type(each) for each in pit.leaving] == [SubmitOrder]

    pit.price(BELOW)
    pit.let_in(9)
    assert (pit.held, pit.open()) == (0, [])
    pit.flow()
    assert pit.held_there == 0


def test_a_slice_whose_cancel_is_refused_is_asked_back_once_a_second() -> None:
    pit = in_slices()
    pit.let_out()
    pit.heard.clear()  # nothing is heard of it yet
    (part,) = [each for each in pit.open() if each.purpose is Purpose.SLICE]
    pit.price(BELOW)
    for report in [each for each in pit.heard if each.client_order_id != part.client_order_id]:
        pit.hear(report)

    for _ in range(3):
        (asked,) = pit.leaving
        assert isinstance(asked, CancelOrder)
        pit.leaving.clear()
        pit.hear(OrderCancelRejected(part.client_order_id, "unknown order", pit.at))
        assert not pit.leaving
        pit.pass_time()


def test_targets_that_wait_for_room_are_made_smaller_together() -> None:
    pit = Pit(sets_aside=True)
    goal = Target(Price(Decimal(105)), WHOLE, WHOLE)
    level = Price(Decimal(95))
    pit.place(Side.BUY, WHOLE, OrderType.LIMIT, price=level, stop_loss=STOP, targets=(goal,))
    pit.settle()
    pit.price(Decimal(95), Decimal(4))
    pit.settle()
    pit.price(Decimal(106))  # the target waits until the stop is gone
    for _ in range(2):
        pit.price(Decimal(95), Decimal(3))
        pit.let_in(9)
    sell(pit, 2)
    pit.settle()
    pit.price(Decimal(100))
    pit.settle()

    assert pit.held == 0
    assert pit.open() == []


def test_what_closes_for_want_of_a_stop_is_taken_back_where_one_stands_after_all() -> None:
    pit = Pit(sets_aside=True)
    pit.refuses = lambda order: order.is_protection
    goal = Target(Price(Decimal(105)), Quantity(Decimal(5)), WHOLE)
    entry = pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP, targets=(goal,))
    pit.let_out()
    pit.price(Decimal(106))
    pit.let_in(2)
    pit.pass_time()
    pit.flow()  # two stops beside the target, and two for all, were refused
    pit.refuses = lambda _: False
    pit.pass_time(2)
    pit.let_out()  # another one leaves, and all but it is beyond the tries for less
    pit.let_out(9)
    closing = [each.purpose for each in pit.children(entry) if takes_the_market(each)]
    assert closing == [Purpose.EXIT]

    pit.settle()
    assert (pit.held, pit.rests()) == (5, [(STOP_LOSS, 5)])
    assert len(pit.open()) == 1


@pytest.mark.parametrize("is_moved", [True, False])
@pytest.mark.parametrize("sets_aside", [True, False])
def test_a_stop_that_a_person_takes_away_while_another_takes_its_place_stays_away(
    sets_aside: bool, is_moved: bool
) -> None:
    pit = Pit(sets_aside=sets_aside, amends=False)
    entry = pit.place(Side.BUY, WHOLE, OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    (stop,) = pit.children(entry)
    if is_moved:
        pit.replace(stop.client_order_id, Price(Decimal(95)))
    else:
        sell(pit, 1)
        pit.let_out()
    pit.cancel(stop.client_order_id)
    pit.settle()
    pit.price(Decimal(100))
    pit.settle()

    assert (pit.held, pit.rests()) == (10 if is_moved else 9, [])


def test_stops_by_hand_whose_cancel_is_refused_are_asked_back_once_a_second() -> None:
    pit = Pit()
    pit.place(Side.BUY, WHOLE, OrderType.MARKET)
    pit.settle()
    for level in (89, 88):
        price = Price(Decimal(level))
        pit.place(Side.SELL, WHOLE, OrderType.STOP, stop_price=price, reduce_only=True)
        pit.settle()
    pit.price(Decimal(100))
    sell(pit, 10)
    pit.let_out()
    pit.price(Decimal(100))
    pit.let_in(9)

    for _ in range(3):
        asked = [each for each in pit.leaving if isinstance(each, CancelOrder)]
        assert len(asked) == 2
        pit.leaving.clear()
        for each in asked:
            pit.hear(OrderCancelRejected(each.client_order_id, "unknown order", pit.at))
        assert not pit.leaving
        pit.pass_time()
    pit.settle()
    assert pit.open() == []
