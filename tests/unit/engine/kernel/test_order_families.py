"""Brackets, pairs and what follows: whatever arrives when, and whatever dies on the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.events import (
    OrderCancelRejected,
    OrderDenied,
    OrderFilled,
    OrderInitialized,
    OrderReplaced,
    OrderSubmitted,
    OrderTriggered,
    ProtectionDiffers,
    ProtectionRestored,
    Remedy,
)
from engine.domain.identifiers import ClientOrderId, TradeId
from engine.domain.money import Price, Quantity
from engine.domain.order import (
    Contingent,
    Order,
    OrderState,
    OrderTerms,
    OrderType,
    Purpose,
    Side,
    Target,
    Twap,
)
from engine.execution.legs import takes_the_market
from tests.unit.engine.kernel.pit import BTC, Pit

WHOLE = Quantity(Decimal(10))
STOP = Price(Decimal(90))
TARGETS = (
    Target(Price(Decimal(110)), Quantity(Decimal(5)), WHOLE),
    Target(Price(Decimal(120)), Quantity(Decimal(3)), WHOLE),
)

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("price"), st.integers(80, 130), st.sampled_from([1, 3, 7, 10**6])),
        st.tuples(st.just("out"), st.integers(1, 4)),
        st.tuples(st.just("in"), st.integers(1, 4)),
        st.tuples(st.just("time"), st.integers(1, 20)),
        st.tuples(st.just("sell"), st.integers(1, 6)),
        st.tuples(st.just("crash")),
    ),
    max_size=25,
)


def lived(pit: Pit, steps: list[tuple]) -> None:
    """Let these happen, never with less than nothing held."""
    for step in steps:
        match step:
            case ("price", last, size):
                pit.price(Decimal(last), Decimal(size))
            case ("out", count):
                pit.let_out(count)
            case ("in", count):
                pit.let_in(count)
            case ("time", seconds):
                pit.pass_time(seconds)
            case ("sell", quantity):
                pit.place(Side.SELL, Decimal(quantity), OrderType.MARKET, reduce_only=True)
            case ("crash",):
                pit.crash()
        assert pit.held_there >= 0, "more was closed than was held"
        assert pit.held >= 0


def entered(pit: Pit, kind: OrderType = OrderType.MARKET, **more: object):
    return pit.place(Side.BUY, WHOLE, kind, stop_loss=STOP, targets=TARGETS, **more)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_where_coins_are_set_aside_it_is_never_naked_either(steps) -> None:
    pit = Pit(sets_aside=True)
    parent = entered(pit)
    lived(pit, steps)
    pit.settle()

    is_protected(pit, parent)


def is_sale(order: Order) -> bool:
    """Whether it sells at market now, and is no stop."""
    is_stop = order.purpose is Purpose.STOP_LOSS
    return order.terms.side is Side.SELL and takes_the_market(order) and not is_stop


def is_protected(pit: Pit, parent) -> None:
    """The stop covers what is held of the entry, the targets no more than that.

    Where coins are set aside, it covers what no sale at market is about to take.
    """
    children = pit.children(parent)
    stops = [o for o in children if o.purpose is Purpose.STOP_LOSS]
    goals = [o for o in children if o.purpose is Purpose.TAKE_PROFIT]

    standing = sum((o.remaining for o in stops), Decimal(0))
    begun = sum((o.remaining for o in pit.open() if pit.sets_aside and is_sale(o)), Decimal(0))
    if any(takes_the_market(order) for order in stops):
        assert standing >= pit.held - begun, (
            "what has triggered is made smaller by the exchange alone"
        )
    else:
        assert standing == max(pit.held - begun, Decimal(0))
    resting = (o.remaining for o in goals if not takes_the_market(o))
    assert sum(resting, Decimal(0)) <= pit.held
    assert pit.held == pit.held_there


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_a_bracket_is_never_naked_and_never_closes_more_than_is_held(steps) -> None:
    pit = Pit()
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


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_a_resting_entry_is_protected_as_far_as_it_has_filled(steps) -> None:
    pit = Pit()
    parent = entered(pit, OrderType.LIMIT, price=Price(Decimal(99)))
    lived(pit, steps)
    pit.settle()

    is_protected(pit, parent)


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
