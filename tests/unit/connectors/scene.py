"""An account at a venue that talks to a stand-in on 127.0.0.1, in few words."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol
from engine.domain.market import Tick
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.runtime.system import SystemClock

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
    """The venue before its market; `enter` connects, and makes `venue` and `access`."""

    def __init__(self, wire, core, entries):
        self.wire, self.core, self.entries = wire, core, entries
        self.clock = FastClock()
        self.heard = []
        self.placed = {}

    async def enter(self, **at):
        """Connect, start the venue and listen."""
        await self.connect(**at)
        await self.access.open()
        self.listening = asyncio.ensure_future(self._listen())

    async def _listen(self):
        async for report in self.venue.reports():
            self.heard.append(report)

    async def leave(self):
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)
        await self.access.close()

    @property
    def line(self):
        return self.access.line

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

    def order(self, words, price=None, name="a", **more):
        """An order of now."""
        terms = self.terms(words, price, **more)
        return Order(ClientOrderId(name), ANN, terms, PersonId("ann"), self.clock.now_ms(), 0)

    async def place(self, words, price=None, name="a", **more):
        self.placed[name] = self.order(words, price, name, **more)
        await self.venue.submit(SubmitOrder(self.placed[name]))

    async def cancel(self, name="a"):
        await self.venue.cancel(CancelOrder(ANN, ClientOrderId(name), None, ACME))

    async def modify(self, words, price=None, name="a", **more):
        terms = self.terms(words, price, **more)
        await self.venue.modify(ModifyOrder(ANN, ClientOrderId(name), None, terms))

    async def find(self, name="a", others=()):
        """The order as it was placed, `others` being numbers of other orders in the books."""
        order = self.placed.get(name) or self.order("buy 1 market", name=name)
        return await self.venue.find(order, lambda number: number in others)

    async def ends_while_away(self):
        """An order rests and is canceled there while nobody listens; what is told of its end."""
        await self.place("buy 2 limit", 95)

        async def meanwhile():
            self.core.cancel(self.core.resting()[0])

        await self.wire.restart(meanwhile)
        return await self.hears("accepted", "canceled")

    @property
    def kinds(self):
        """What was heard, in words."""
        return [type(each).__name__.removeprefix("Order").lower() for each in self.heard]

    async def hears(self, *kinds):
        """Wait until these were heard, and nothing else; the last of them."""
        await until(lambda: len(self.heard) >= len(kinds))
        assert self.kinds == list(kinds)
        return self.heard[-1]
