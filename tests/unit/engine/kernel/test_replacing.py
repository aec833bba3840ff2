"""Where nothing changes in place, another order takes an order's place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.events import OrderDenied, OrderInitialized, OrderReplaceRejected
from engine.domain.identifiers import ClientOrderId
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Side
from tests.unit.engine.kernel.brackets import steps_of
from tests.unit.engine.kernel.pit import ANN, BTC, Pit

TEN = Decimal(10)
STOP, HIGHER = Price(Decimal(90)), Price(Decimal(95))
both = pytest.mark.parametrize("sets_aside", [True, False])


def bought(pit: Pit) -> ClientOrderId:
    """Ten, with a stop that rests."""
    entry = pit.place(Side.BUY, TEN, OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    return entry


def by_hand(pit: Pit) -> Order:
    """Ten, and a stop that a person put on them."""
    pit.place(Side.BUY, TEN, OrderType.MARKET)
    pit.settle()
    pit.place(Side.SELL, TEN, OrderType.STOP, stop_price=STOP, reduce_only=True)
    pit.settle()
    (stop,) = pit.open()
    return stop


def rests(pit: Pit) -> list[tuple[Decimal | None, Decimal]]:
    """Stop price and size of the stops that the exchange holds."""
    resting = [held.order for held in pit.venue.open_orders(ANN)]
    stops = (order for order in resting if order.terms.type is OrderType.STOP)
    return [(order.terms.stop_price, order.remaining) for order in stops]


@both
def test_a_stop_of_an_entry_that_is_moved_rests_at_its_new_price(sets_aside: bool) -> None:
    pit = Pit(sets_aside=sets_aside, amends=False)
    (stop,) = pit.children(bought(pit))

    pit.replace(stop.client_order_id, HIGHER)
    pit.settle()

    assert rests(pit) == [(HIGHER, TEN)]
    assert [order.terms.stop_price for order in pit.open()] == [HIGHER]
    pit.price(Decimal(94))
    pit.settle()
    assert pit.held == pit.held_there == 0


@both
def test_a_stop_by_hand_that_is_moved_rests_at_its_new_price(sets_aside: bool) -> None:
    pit = Pit(sets_aside=sets_aside, amends=False)
    stop = by_hand(pit)

    pit.replace(stop.client_order_id, HIGHER)
    pit.settle()

    assert rests(pit) == [(HIGHER, TEN)]
    (new,) = pit.open()
    assert (new.replaces, new.placed_by) == (stop.client_order_id, stop.placed_by)


@both
@pytest.mark.parametrize("when", range(6))
def test_a_crash_while_it_is_moved_leaves_one_stop(sets_aside: bool, when: int) -> None:
    pit = Pit(sets_aside=sets_aside, amends=False)
    stop = by_hand(pit)

    pit.replace(stop.client_order_id, HIGHER)
    for step in range(when):
        (pit.let_out if step % 2 == 0 else pit.let_in)()
    pit.crash()
    pit.settle()

    assert rests(pit) == [(HIGHER, TEN)]
    assert len(pit.open()) == 1


def test_where_coins_are_not_set_aside_nothing_is_bare_while_it_is_moved() -> None:
    pit = Pit(amends=False)
    (stop,) = pit.children(bought(pit))

    pit.replace(stop.client_order_id, HIGHER)
    seen = [rests(pit)]
    for _ in range(8):
        pit.let_out()
        seen.append(rests(pit))
        pit.let_in()

    assert all(seen)
    assert seen[-1] == [(HIGHER, TEN)]


@both
def test_what_fills_before_it_goes_is_not_sold_again(sets_aside: bool) -> None:
    pit = Pit(sets_aside=sets_aside, amends=False)
    stop = by_hand(pit)

    pit.replace(stop.client_order_id, HIGHER)
    pit.price(Decimal(89))
    pit.settle()

    assert pit.held == pit.held_there == 0
    assert not pit.open()


def test_a_refused_successor_leaves_the_stop_where_it_was() -> None:
    pit = Pit(amends=False)
    entry = bought(pit)
    (stop,) = pit.children(entry)
    pit.refuses = lambda order: order.terms.stop_price == HIGHER

    pit.replace(stop.client_order_id, HIGHER)
    pit.settle()

    assert rests(pit) == [(STOP, TEN)]
    pit.price(Decimal(100))
    pit.place(Side.BUY, Decimal(2), OrderType.MARKET, stop_loss=STOP)
    pit.settle()
    pit.price(Decimal(100))
    pit.place(Side.SELL, Decimal(3), OrderType.MARKET, reduce_only=True)
    pit.settle()
    assert sum(size for _, size in rests(pit)) >= pit.held == 9
    assert not any(isinstance(event, OrderDenied) for event in pit.journal)


@both
def test_what_opens_and_what_is_being_moved_cannot_be_changed(sets_aside: bool) -> None:
    pit = Pit(sets_aside=sets_aside, amends=False)
    stop = by_hand(pit)
    pit.price(Decimal(100))
    entry = pit.place(Side.BUY, TEN, OrderType.LIMIT, price=Price(Decimal(99)))
    pit.settle()

    pit.replace(entry, HIGHER)
    pit.pass_time()
    pit.replace(stop.client_order_id, HIGHER)
    pit.pass_time()
    pit.replace(stop.client_order_id, Price(Decimal(96)))
    pit.settle()

    assert pit.count(OrderReplaceRejected) == 2
    assert rests(pit) == [(HIGHER, TEN)]
    assert entry in pit.kernel.orders.open
    assert pit.kernel.orders.get(stop.client_order_id).state is OrderState.CANCELED


@both
def test_the_other_one_of_a_pair_shrinks_and_stays(sets_aside: bool) -> None:
    pit = Pit(sets_aside=sets_aside, amends=False)
    pit.place(Side.BUY, 2 * TEN, OrderType.MARKET)
    pit.settle()
    pit.price(Decimal(100))
    goal = Price(Decimal(110))
    stop = OrderTerms(
        BTC.symbol, Side.SELL, OrderType.STOP, Quantity(TEN), stop_price=STOP, reduce_only=True
    )
    first = pit.place(Side.SELL, TEN, OrderType.LIMIT, price=goal, reduce_only=True, oco=stop)
    pit.settle()
    assert rests(pit) == [(STOP, TEN)]

    for left in (7, 4):
        pit.price(Decimal(111), Decimal(3))
        pit.settle()
        assert pit.held == TEN + left
        assert rests(pit) == [(STOP, left)]

    pit.cancel(first)
    pit.settle()
    assert not pit.open(), "one is canceled with the other, whatever has taken its place"


def test_one_of_a_pair_waits_to_shrink_until_as_much_is_held() -> None:
    pit = Pit(on_margin=True, amends=False)
    pit.place(Side.BUY, TEN, OrderType.MARKET)
    pit.settle()
    pit.price(Decimal(100))
    stop = OrderTerms(
        BTC.symbol, Side.SELL, OrderType.STOP, Quantity(TEN), stop_price=STOP, reduce_only=True
    )
    goal = Price(Decimal(110))
    pit.place(Side.SELL, TEN, OrderType.LIMIT, price=goal, reduce_only=True, oco=stop)
    pit.place(Side.SELL, Decimal(6), OrderType.MARKET, reduce_only=True)
    pit.settle()
    pit.price(Decimal(111), Decimal(3))
    placed = pit.count(OrderInitialized)
    pit.settle()
    assert (pit.held, rests(pit)) == (Decimal(1), [(STOP, TEN)])
    assert pit.count(OrderInitialized) == placed

    pit.price(Decimal(100))
    pit.place(Side.BUY, TEN, OrderType.MARKET)
    pit.settle()
    assert (pit.held, rests(pit)) == (Decimal(11), [(STOP, Decimal(7))])


STEPS = steps_of((91, 130), 3, st.tuples(st.just("move"), st.integers(80, 90)))


def lived(pit: Pit, entry: ClientOrderId, steps: list[tuple]) -> None:
    for what, *how in steps:
        match what:
            case "price":
                pit.price(Decimal(how[0]), Decimal(how[1]))
            case "out":
                pit.let_out(how[0])
            case "in":
                pit.let_in(how[0])
            case "time":
                pit.pass_time(how[0])
            case "sell":
                pit.place(Side.SELL, Decimal(how[0]), OrderType.MARKET, reduce_only=True)
            case "move":
                for child in pit.children(entry)[:1]:
                    pit.replace(child.client_order_id, Price(Decimal(how[0])))
            case "crash":
                pit.crash()
        if not pit.sets_aside:
            assert sum(size for _, size in rests(pit)) >= pit.held_there, what
    pit.price(Decimal(100))
    pit.settle()
    assert sum(size for _, size in rests(pit)) == pit.held == pit.held_there


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_it_is_never_bare_whatever_arrives_when(steps: list[tuple]) -> None:
    pit = Pit(amends=False)
    lived(pit, bought(pit), steps)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_where_coins_are_set_aside_the_stop_comes_back_whole(steps: list[tuple]) -> None:
    pit = Pit(sets_aside=True, amends=False)
    lived(pit, bought(pit), steps)
