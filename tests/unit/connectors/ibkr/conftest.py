"""The real client before a gateway on 127.0.0.1."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

from connectors.ibkr.access import open_access
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.venue import IbkrVenue
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol
from engine.domain.market import Tick
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.runtime.system import SystemClock
from tests.standins.ibgateway.listed import core
from tests.standins.ibgateway.server import IbGateway

LIMIT_SECONDS = 10
ANN = AccountId("ann")
ACME = Symbol("ACME")


class FastClock(SystemClock):
    """The machine's time, in which waiting is shorter."""

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / 50)


async def until(happened):
    """Wait until it is so; gives it."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not (found := happened()):
            await asyncio.sleep(0.01)
    return found


class Scene:
    """A gateway, and an account at it."""

    def __init__(self, wire, entries):
        self.wire, self.core, self.entries = wire, wire.core, entries
        self.clock = FastClock()
        self.heard = []

    async def enter(self, **gateway):
        """Connect, start the venue and listen."""
        at = Gateway(port=self.wire.port, **gateway)
        self.access = open_access(at, self.entries, self.clock, patience_seconds=3)
        self.line = self.access.line
        self.venue = IbkrVenue(ANN, self.access, patience_seconds=1, learning_seconds=0)
        await self.access.open()
        self.listening = asyncio.ensure_future(self._listen())

    async def _listen(self):
        async for report in self.venue.reports():
            self.heard.append(report)

    async def leave(self):
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)
        await self.access.close()

    def price(self, bid, ask=None, symbol=ACME):
        bid, ask = Decimal(str(bid)), Decimal(str(bid if ask is None else ask))
        self.core.tick(Tick(symbol, bid, ask, bid, Decimal(1_000), self.core.now()))

    def terms(self, words, price=None, symbol=ACME, **more):
        side, quantity, kind = words.split()
        return OrderTerms(
            symbol,
            Side(side),
            OrderType(kind),
            Quantity(Decimal(quantity)),
            None if price is None else Price(Decimal(str(price))),
            **more,
        )

    async def place(self, words, price=None, name="a", symbol=ACME, **more):
        terms = self.terms(words, price, symbol, **more)
        await self.venue.submit(SubmitOrder(_order(name, terms)))

    async def cancel(self, name="a"):
        await self.venue.cancel(CancelOrder(ANN, ClientOrderId(name), None, ACME))

    async def modify(self, words, price=None, name="a"):
        terms = self.terms(words, price)
        await self.venue.modify(ModifyOrder(ANN, ClientOrderId(name), None, terms))

    async def find(self, name="a", symbol=ACME):
        order = _order(name, self.terms("buy 1 market", symbol=symbol))
        return await self.venue.find(order, lambda _: False)

    @property
    def kinds(self):
        """What was heard, in words."""
        return [type(each).__name__.removeprefix("Order").lower() for each in self.heard]

    async def hears(self, *kinds):
        """Wait until these were heard, and nothing else; the last of them."""
        await until(lambda: len(self.heard) >= len(kinds))
        assert self.kinds == list(kinds)
        return self.heard[-1]


def _order(name, terms):
    return Order(ClientOrderId(name), ANN, terms, PersonId("ann"), 0, 0)


@asynccontextmanager
async def gateway(account="DU7654321"):
    """A gateway that listens."""
    wire = IbGateway(core(), account)
    await wire.open()
    try:
        yield wire
        assert wire.unknown == []
    finally:
        await wire.close()


@asynccontextmanager
async def scene(*entries, **at):
    """An account at a gateway, the market at 99 to 101."""
    async with gateway() as wire:
        made = Scene(wire, entries or (ACME,))
        await made.enter(**at)
        made.price(99, 101)
        try:
            yield made
        finally:
            await made.leave()
