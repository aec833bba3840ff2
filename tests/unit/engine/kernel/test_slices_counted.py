"""What goes in slices is counted once: with its whole while that is open, by itself after that."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.events import OrderDenied
from engine.domain.identifiers import PersonId
from engine.domain.limits import DESK, Limit
from engine.domain.margin import Leverage
from engine.domain.money import ZERO, Currency, Price
from engine.domain.order import Order, OrderType, Purpose, Side, Twap
from engine.domain.requests import NoteLeverage, NoteLine, SetRiskLimit
from engine.kernel import Kernel
from tests.unit.engine.kernel.brackets import happened
from tests.unit.engine.kernel.pit import ANN, BTC, Pit

USDT = Currency("USDT")
BUY, SELL = Side.BUY, Side.SELL
TEN = Decimal(10)


def counted(kernel: Kernel) -> list[Order]:
    """What must be counted of what is open."""
    return [
        order
        for order in kernel.orders.open.values()
        if order.purpose is not Purpose.SLICE or order.parent not in kernel.orders.open
    ]


def is_counted_once(kernel: Kernel, *, on_margin: bool) -> None:
    orders, book = counted(kernel), kernel.accounts[ANN]
    tally = kernel.tallies.of(ANN, None)
    assert set(tally.open) == {each.client_order_id for each in orders}
    for side in Side:
        own = [each for each in orders if each.terms.side is side]
        asked = tally.asked.get((BTC.symbol, side))
        assert sum((each.remaining for each in own), ZERO) == (asked.quantity if asked else ZERO)
    kept = [each for each in orders if on_margin or each.terms.side is BUY]
    value = sum((each.remaining * (each.terms.price or ZERO) for each in kept), ZERO)
    times = book.leverage[BTC.symbol].times if on_margin else Decimal(1)
    assert abs(book.reserved.get(USDT, ZERO) - value / times) <= Decimal("1e-6")
    sold = [each for each in orders if not on_margin and each.terms.side is SELL]
    assert book.promised.get(BTC.symbol, ZERO) == sum((each.remaining for each in sold), ZERO)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.sampled_from([None, 90, 100])),
        st.tuples(st.just("sell"), st.sampled_from([None, 100, 110])),
        st.tuples(st.just("cancel"), st.integers(0, 3)),
        st.tuples(st.just("price"), st.integers(95, 105), st.sampled_from([1, 10**6])),
        st.tuples(st.just("out"), st.integers(1, 3)),
        st.tuples(st.just("in"), st.integers(1, 3)),
        st.tuples(st.just("time"), st.integers(5, 40)),
        st.tuples(st.just("leverage"), st.integers(2, 9)),
    ),
    max_size=25,
)


@settings(max_examples=100, deadline=None)
@given(STEPS, st.booleans())
def test_sums_hold_each_slice_once_whatever_happens_and_after_a_restart(
    steps: list[tuple], on_margin: bool
) -> None:
    pit = Pit(on_margin=on_margin)
    pit.place(BUY, TEN * 3, OrderType.MARKET)
    pit.settle()
    for step in steps:
        match step:
            case ("buy" | "sell" as way, price):
                sliced(pit, Side(way), price)
            case ("cancel", number):
                pit.cancel(*[each.client_order_id for each in pit.open()][number : number + 1])
            case ("leverage", times):
                noted = NoteLeverage(ANN, BTC.symbol, Leverage(Decimal(times)), None, pit.at)
                if on_margin:
                    pit.hear(noted)  # type: ignore[arg-type]
            case _:
                happened(pit, step)
        is_counted_once(pit.kernel, on_margin=on_margin)
        is_counted_once(pit.told_again(), on_margin=on_margin)
    recalled = pit.told_again()
    recalled.recall(pit.kernel.remembered())
    assert recalled.remembered() == pit.kernel.remembered()


def sliced(pit: Pit, side: Side, price: int | None = None) -> None:
    """Ten in two slices."""
    kind = OrderType.MARKET if price is None else OrderType.LIMIT
    terms = {} if price is None else {"price": Price(Decimal(price))}
    pit.place(side, TEN, kind, twap=Twap(2, pit.at, pit.at + 60_000), **terms)


def limited(exposure: int) -> Pit:
    pit = Pit()
    pit.hear(NoteLine(ANN, ""))  # type: ignore[arg-type]
    limit = Limit(Decimal(exposure))
    pit.hear(SetRiskLimit("max_exposure", DESK, limit, PersonId("ann"), pit.at))  # type: ignore[arg-type]
    return pit


@pytest.mark.parametrize("price", [None, 100])
def test_a_slice_that_is_out_counts_once_its_whole_was_canceled(price: int | None) -> None:
    pit = limited(1_200)
    sliced(pit, BUY, price)
    whole, part = pit.open()
    pit.let_out()
    assert pit.kernel.standing(ANN, pit.at).exposure(DESK) == 1_000

    pit.cancel(whole.client_order_id)
    assert [each.client_order_id for each in pit.open()] == [part.client_order_id]
    assert pit.kernel.standing(ANN, pit.at).exposure(DESK) == 500
    assert pit.kernel.free_cash(ANN, USDT) <= 10**9 - 500
    pit.place(BUY, Decimal(8), OrderType.MARKET)
    (denied,) = [each for each in pit.journal if isinstance(each, OrderDenied)]
    assert denied.rule == "max_exposure"

    pit.settle()
    assert pit.open() == []


def test_a_whole_and_its_slice_set_aside_what_the_whole_asks_for() -> None:
    pit = Pit()
    sliced(pit, BUY, 90)
    assert pit.kernel.free_cash(ANN, USDT) == 10**9 - 900

    pit = Pit()
    pit.place(BUY, TEN * 2, OrderType.MARKET)
    pit.settle()
    sliced(pit, SELL, 110)
    pit.place(SELL, TEN, OrderType.MARKET)
    assert pit.count(OrderDenied) == 0


def test_another_leverage_counts_a_whole_and_its_slice_once() -> None:
    pit = Pit(on_margin=True)
    sliced(pit, BUY, 90)

    standing = pit.kernel.standing(ANN, pit.at)
    assert standing.set_aside(BTC.symbol, Leverage(Decimal(9))) == 100
