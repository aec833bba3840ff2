"""A paper venue across the counter, its book and its clock in the test's hand."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

from connectors.paper.venue import PaperVenue
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.errors import StoreUnavailable
from engine.matching.model import FillModel

NOW = 1_700_000_000_000
ANN = AccountId("ann")
BTC, ETH = (
    Instrument(
        Symbol(f"{base}/USDT"),
        VenueName("paper"),
        InstrumentKind.SPOT,
        Currency(base),
        Currency("USDT"),
        Decimal("0.01"),
        Decimal("0.001"),
    )
    for base in ("BTC", "ETH")
)


class HandClock:
    """Moved by hand."""

    def __init__(self):
        self.ms = NOW

    def now(self):
        return datetime.fromtimestamp(self.ms / 1000, UTC)

    def now_ms(self):
        return self.ms

    async def sleep(self, seconds):
        self.ms += int(seconds * 1000)


class Book:
    """Keeps orders; can be locked, or break off before or after it has written."""

    def __init__(self):
        self.orders, self.held, self.saved = {}, {}, []
        self.locked = False
        self.breaks_off = ""

    async def load(self):
        self._answer()
        return [each for each in self.orders.values() if each.order.is_open]

    async def find(self, order):
        self._answer()
        return self.orders.get(order)

    async def holdings(self):
        self._answer()
        return dict(self.held)

    async def save(self, orders, holdings):
        self._answer()
        if self.breaks_off == "before":
            raise asyncio.CancelledError
        self.saved.append([each.order.client_order_id for each in orders])
        self.orders |= {each.order.client_order_id: each for each in orders}
        self.held |= holdings
        if self.breaks_off == "after":
            raise asyncio.CancelledError

    def _answer(self):
        if self.locked:
            raise StoreUnavailable("database is locked", detail="database is locked")


class Counter:
    """A venue, and what has been said at it."""

    def __init__(self, book=None, bound=10_000, **model):
        self.book, self.clock = book or Book(), HandClock()
        self.venue = PaperVenue(
            VenueName("paper"),
            [BTC, ETH],
            self.book,
            self.clock,
            FillModel(**model),
            reports_bound=bound,
        )
        self.heard = self.venue.reports()

    async def price(self, price, at=None, symbol=BTC.symbol):
        """A tick at one price."""
        figure = Decimal(str(price))
        moment = self.clock.ms if at is None else at
        await self.venue.on_tick(Tick(symbol, figure, figure, figure, Decimal(10), moment))

    async def place(self, price=None, name="a", quantity=1, symbol=BTC.symbol):
        """Buy at a limit, or at the market."""
        await self.venue.submit(SubmitOrder(order(price, name, quantity, symbol)))

    async def cancel(self, name="a"):
        """Cancel."""
        await self.venue.cancel(CancelOrder(ANN, ClientOrderId(name), None, BTC.symbol))

    async def replace(self, price, name="a"):
        """Change the price."""
        terms = order(price, name).terms
        await self.venue.modify(ModifyOrder(ANN, ClientOrderId(name), None, terms))

    async def find(self, name="a"):
        """The order as the venue states it."""
        return await self.venue.find(order(name=name), lambda _: False)

    async def hear(self, count=1):
        """The kinds of the next reports."""
        async with asyncio.timeout(5):
            reports = [await anext(self.heard) for _ in range(count)]
        return [type(each).__name__.removeprefix("Order").lower() for each in reports]


def order(price=None, name="a", quantity=1, symbol=BTC.symbol):
    """An order to buy."""
    terms = OrderTerms(
        symbol,
        Side.BUY,
        OrderType.MARKET if price is None else OrderType.LIMIT,
        Quantity(Decimal(str(quantity))),
        None if price is None else Price(Decimal(str(price))),
    )
    return Order(ClientOrderId(name), ANN, terms, PersonId("ann"), NOW, NOW + 60_000)
