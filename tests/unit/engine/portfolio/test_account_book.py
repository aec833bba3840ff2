"""What the book keeps beside its orders is what the orders themselves say."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.account import Account
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol, VenueName
from engine.domain.market import DataKind
from engine.domain.money import ZERO, Currency, Price, Quantity
from engine.domain.order import CLOSED, Order, OrderState, OrderTerms, OrderType, Side
from engine.portfolio.book import AccountBook
from tests.standins.market import instrument

BTC = instrument("BTC/USDT")
ANN = AccountId("ann")

ORDERS = st.builds(
    lambda name, side, price, filled, state: Order(
        client_order_id=ClientOrderId(name),
        account=ANN,
        terms=OrderTerms(
            symbol=BTC.symbol,
            side=side,
            type=OrderType.LIMIT if price else OrderType.MARKET,
            quantity=Quantity(Decimal(10)),
            price=Price(Decimal(price)) if price else None,
            reduce_only=name in "cd",
        ),
        placed_by=PersonId("ann"),
        placed_at=0,
        expires_to_send_at=0,
        state=state,
        filled=Quantity(Decimal(filled)),
    ),
    st.sampled_from("abcd"),
    st.sampled_from(Side),
    st.sampled_from([0, 100, 250]),
    st.integers(0, 9),
    st.sampled_from(OrderState),
)


def _book() -> AccountBook:
    account = Account(
        ANN, VenueName("demo"), Currency("USDT"), is_paper=True, data_kind=DataKind.SIMULATED
    )
    return AccountBook(account, ())


def _promised(orders: dict[str, Order]) -> Decimal:
    sales = [order for order in orders.values() if order.terms.side is Side.SELL]
    return sum((order.remaining for order in sales if not order.terms.reduce_only), ZERO)


def _set_aside(orders: dict[str, Order]) -> Decimal:
    buys = [order for order in orders.values() if order.terms.side is Side.BUY]
    return sum((order.remaining * (order.terms.price or ZERO) for order in buys), ZERO)


@given(st.lists(ORDERS, max_size=30))
def test_reserved_cash_and_open_orders_follow_every_change(story: list[Order]) -> None:
    book, told = _book(), dict[str, Order]()
    for order in story:
        known = told.get(order.client_order_id)
        if known is not None and known.terms.side is not order.terms.side:
            continue  # an order never changes sides
        book.put(order, BTC)
        told[order.client_order_id] = order
        open_orders = {n: o for n, o in told.items() if o.state not in CLOSED}

        assert book.reserved.get(BTC.quote, ZERO) == _set_aside(open_orders)
        assert book.promised.get(BTC.symbol, ZERO) == _promised(open_orders)
        assert book.orders == open_orders
        reducing = {o.client_order_id for o in book.reducing_orders(BTC.symbol)}
        assert reducing == {n for n, o in open_orders.items() if o.terms.reduce_only}
        assert {o.client_order_id for o in book.open_orders(BTC.symbol)} == set(open_orders)
        assert book.open_orders(Symbol("ETH/USDT")) == []


@given(st.lists(ORDERS, min_size=1, max_size=10))
def test_setting_an_order_aside_gives_its_cash_back_for_the_while(story: list[Order]) -> None:
    book = _book()
    for order in story:
        if order.client_order_id not in book.orders:
            book.put(order, BTC)
    before, reserved = dict(book.orders), book.reserved.get(BTC.quote, ZERO)
    for order in tuple(before.values()):
        rest = {n: o for n, o in before.items() if n != order.client_order_id}
        with book.without(order, BTC):
            assert book.orders == rest
            assert book.reserved.get(BTC.quote, ZERO) == _set_aside(rest)
            assert book.promised.get(BTC.symbol, ZERO) == _promised(rest)

    assert book.orders == before
    assert book.reserved.get(BTC.quote, ZERO) == reserved
