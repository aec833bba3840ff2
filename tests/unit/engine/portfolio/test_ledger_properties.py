"""All the kernel says of cash, positions, lots and profit follows from the fills alone."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.domain.account import Account, Fill
from engine.domain.events import Event, OrderAccepted, OrderFilled
from engine.domain.identifiers import (
    AccountId,
    IntentKey,
    PersonId,
    TradeId,
    VenueName,
    VenueOrderId,
)
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from engine.domain.requests import OpenAccount, PlaceOrder, SendOrder
from engine.execution.naming import client_order_id
from engine.kernel import Kernel
from engine.portfolio.book import AccountBook
from tests.standins.market import instrument

BTC, ETH = instrument("BTC/USDT"), instrument("ETH/USDT")
LISTED = {each.symbol: each for each in (BTC, ETH)}
ANN = Account(
    AccountId("ann"), VenueName("demo"), Currency("USDT"), is_paper=True, data_kind=DataKind.LIVE
)
OPENING = ((Currency("USDT"), Decimal(10_000_000)),)
CLOSE = Decimal("1e-18")
"""Averages are quotients, so what goes by them is exact to this."""

EXECUTIONS = st.tuples(
    st.sampled_from([BTC, ETH]),
    st.sampled_from(Side),
    st.integers(1, 400).map(lambda n: Decimal(n) / 100),
    st.integers(5_000, 20_000).map(lambda n: Decimal(n) / 100),
    st.integers(0, 300).map(lambda n: Decimal(n) / 1000),
    st.sampled_from(["USDT", "BNB", "base"]),
    st.booleans(),
)
TRADING = st.lists(EXECUTIONS, max_size=40)
EATEN_BY_THE_FEE = [
    (BTC, Side.BUY, Decimal("0.02"), Decimal(50), Decimal(0), "USDT", False),
    (BTC, Side.BUY, Decimal("0.16"), Decimal(50), Decimal("0.1"), "base", False),
]
"""Two halves of 0.08, each of which costs 0.1: first nothing is left, then less than nothing."""


def traded(executions: list[tuple]) -> tuple[Kernel, list[Fill], list[Event]]:
    """A kernel that has placed and filled these, told some of the fills twice."""
    kernel, fills, events = Kernel(LISTED.values(), {}), [], []

    def take(arrival) -> None:
        step = kernel.step(arrival)
        fills.extend(step.fills)
        events.extend(step.events)

    take(OpenAccount(ANN, OPENING, 0))
    for at, (what, side, quantity, price, fee, currency, twice) in enumerate(executions, 1):
        held = kernel.accounts[ANN.id].held(what.symbol)
        if side is Side.SELL and held < quantity:
            continue  # a spot account sells nothing it does not hold
        key = IntentKey(str(at))
        name = client_order_id(key)
        take(Tick(what.symbol, price, price, price, Decimal(1), at))
        terms = OrderTerms(what.symbol, side, OrderType.MARKET, Quantity(quantity))
        take(PlaceOrder(key, ANN.id, terms, PersonId("ann"), at, at + 1000))
        take(SendOrder(name, at))
        take(OrderAccepted(name, VenueOrderId(f"v{at}"), at))
        paid = what.base if currency == "base" else Currency(currency)
        half = what.quantity(quantity / 2)
        for number, part in enumerate(p for p in (half, quantity - half) if p):
            trade = TradeId(f"{at}-{number}")
            fill = OrderFilled(name, trade, Quantity(part), Price(price), fee, paid, at)
            take(fill)
            if twice:
                take(fill)
    return kernel, fills, events


@settings(deadline=None)
@given(TRADING)
def test_the_fills_alone_give_the_books(executions) -> None:
    kernel, fills, _ = traded(executions)
    book, again = kernel.accounts[ANN.id], AccountBook(ANN, OPENING)

    rebooked = [again.rebook(fill, LISTED[fill.symbol]) for fill in fills]

    assert rebooked == fills
    assert (again.cash, again.positions, again.lots) == (book.cash, book.positions, book.lots)


@settings(deadline=None)
@given(TRADING)
def test_the_journal_alone_gives_the_books(executions) -> None:
    kernel, _, events = traded(executions)
    book, replayed = kernel.accounts[ANN.id], Kernel(LISTED.values(), {})

    for event in events:
        replayed.apply(event)

    again = replayed.accounts[ANN.id]
    assert (again.cash, again.positions, again.lots) == (book.cash, book.positions, book.lots)
    assert (again.orders, again.reserved) == (book.orders, book.reserved)


@settings(deadline=None)
@given(TRADING)
def test_cash_positions_and_fees_are_conserved(executions) -> None:
    kernel, fills, _ = traded(executions)
    book, expected = kernel.accounts[ANN.id], dict(OPENING)

    for fill in fills:
        paid = fill.side.sign * fill.quantity * fill.price
        expected[Currency("USDT")] -= paid
        # What was bought pays for itself: less of it is held.
        if fill.fee_currency != LISTED[fill.symbol].base:
            expected[fill.fee_currency] = expected.get(fill.fee_currency, Decimal(0)) - fill.fee

    assert book.cash == expected
    for symbol, listed in LISTED.items():
        own = [each for each in fills if each.symbol == symbol]
        bought = sum((each.moved(listed.base) for each in own), Decimal(0))
        assert book.held(symbol) == bought
        assert sum((lot.quantity for lot in book.lots.get(symbol, ())), Decimal(0)) == bought


@settings(deadline=None)
@given(TRADING)
def test_lots_are_closed_in_the_order_they_were_bought(executions) -> None:
    kernel, fills, _ = traded([(*each[:5], "USDT", each[6]) for each in executions])

    for symbol in LISTED:
        units: list[Decimal] = []  # every hundredth by itself, with the price it was bought at
        for fill in (each for each in fills if each.symbol == symbol):
            count = int(fill.quantity * 1_0000)
            if fill.side is Side.BUY:
                units += [fill.price] * count
                assert fill.realized_fifo == 0
                continue
            sold, units = units[:count], units[count:]
            assert fill.realized_fifo == sum(fill.price - each for each in sold) / 1_0000
        lots = kernel.accounts[ANN.id].lots.get(symbol, ())
        assert [lot.price for lot in lots for _ in range(int(lot.quantity * 1_0000))] == units


@settings(deadline=None)
@example(EATEN_BY_THE_FEE, Decimal(1))
@given(TRADING, st.integers(1, 300).map(Decimal))
def test_both_ways_of_reckoning_come_to_the_same_in_the_end(executions, price) -> None:
    kernel, fills, _ = traded(executions)
    book = kernel.accounts[ANN.id]

    for symbol in LISTED:
        own, position = [f for f in fills if f.symbol == symbol], book.position(symbol)
        average = sum((f.realized for f in own), Decimal(0)) + (
            position.quantity * price - position.cost
        )
        lots = book.lots.get(symbol, ())
        assert all(lot.quantity * position.quantity > 0 <= lot.price for lot in lots)
        by_lot = sum((f.realized_fifo for f in own), Decimal(0)) + sum(
            (lot.quantity * (price - lot.price) for lot in lots), Decimal(0)
        )
        assert abs(average - by_lot) < CLOSE * 10**6
