"""The whole engine at a gateway and at a server: its own stores, the real client, on 127.0.0.1."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from bot.config import Config
from bot.wiring import System, build
from connectors.dtc.access import open_access as open_server
from connectors.dtc.feed import feed_at as prices_of_server
from connectors.dtc.server import Server
from connectors.dtc.venue import DtcVenue
from connectors.ibkr.access import open_access as open_gateway
from connectors.ibkr.feed import feed_at as prices_of_gateway
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.venue import IbkrVenue
from connectors.storage.schema import migrate
from engine.domain.identifiers import IntentKey, PersonId, Symbol
from engine.domain.market import Tick
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Purpose, Side, Target
from engine.domain.requests import PlaceOrder
from engine.errors import VenueUnavailable
from engine.runtime.system import SystemClock, SystemIdentities
from tests.conformance.venues.test_exchange_desk import LIMIT_SECONDS, until
from tests.standins.dtc.server import DtcServer
from tests.standins.ibgateway.listed import core
from tests.standins.ibgateway.server import IbGateway

ACME = Symbol("ACME")
SHARES = Quantity(Decimal(10))


def gateway(account, clock):
    """A gateway, its prices and an account at it."""
    wire = IbGateway(core())

    def connected():
        feed = prices_of_gateway(
            open_gateway(Gateway(port=wire.port, client_id=18), [ACME], clock), [ACME]
        )
        return feed, IbkrVenue(account, open_gateway(Gateway(port=wire.port), [ACME], clock))

    return wire, connected


def server(account, clock):
    """A server, its prices and an account at it."""
    wire = DtcServer()

    def connected():
        at = Server(port=wire.port, username=wire.username, password=wire.password)
        feed = prices_of_server(open_server(at, [ACME], clock), [ACME])
        return feed, DtcVenue(account, open_server(at, [ACME], clock))

    return wire, connected


class ProgramDesk:
    """An account without shares, its market in the test's hand."""

    def __init__(self, wire, app, account):
        self.wire, self.app, self.account = wire, app, account

    def price(self, bid):
        """Move the market."""
        bid = Decimal(bid)
        self.wire.core.tick(Tick(ACME, bid, bid, bid, Decimal(10_000), self.wire.core.now()))

    def priced(self):
        """Say the price until the desk has heard it."""
        self.price(100)
        return ACME in self.kernel.quotes

    @property
    def kernel(self):
        return self.app.runtime.kernel

    @property
    def book(self):
        return self.kernel.accounts[self.account]

    @property
    def stop(self):
        """The stop that rests there."""
        resting = self.wire.core.resting()
        return next((each for each in resting if each.terms.stop_price is not None), None)

    async def buy(self, **protected):
        """Buy ten shares."""
        now = self.app.runtime.clock.now_ms()
        wish = PlaceOrder(
            key=IntentKey("one"),
            account=self.account,
            terms=OrderTerms(ACME, Side.BUY, OrderType.MARKET, SHARES),
            by=PersonId("ann"),
            at=now,
            expires_to_send_at=now + 30_000,
            **protected,
        )
        await self.app.runtime.ask(wish)

    async def is_closed(self):
        """Nothing is held and nothing rests, here and there, and the books agree."""
        await until(lambda: not self.book.held(ACME))
        await until(lambda: not any(each.is_open for each in self.book.orders.values()))
        await until(lambda: not self.wire.core.resting())
        assert not self.wire.core.balances.get("ACME")
        async with asyncio.timeout(LIMIT_SECONDS):
            while not await self._is_compared():
                await asyncio.sleep(0.02)
        assert not self.kernel.differences

    async def _is_compared(self):
        """False where the line is not there again."""
        try:
            await self.app.runtime.reconciler.compare(self.account)
        except VenueUnavailable:
            return False
        return True


@asynccontextmanager
async def desk_at(program, home):
    """The engine runs, and has heard a price."""
    config = Config.model_validate({"accounts": [{"id": "main", "currency": "USD"}]})
    account, clock = config.accounts[0].id, SystemClock()
    wire, connected = program(account, clock)
    wire.core.balances = {"USD": Decimal(1_000_000)}
    await wire.open()
    feed, venue = connected()
    await feed.start()
    migrate(home / "desk.db")
    system = System(clock, SystemIdentities(), workers=False)
    app = await build(config, home, system, feed, venue=venue)
    running = asyncio.ensure_future(app.runtime.run())
    desk = ProgramDesk(wire, app, account)
    try:
        await app.runtime.started.wait()
        await until(desk.priced)
        await until(lambda: venue.connections == 1)
        yield desk
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await app.close()
        await feed.close()
        await venue.close()
        await wire.close()
    assert wire.unknown == []


@pytest.mark.parametrize("program", [gateway, server])
def test_a_stop_that_fires_while_the_program_restarts_is_booked_when_it_is_back(program, tmp_path):
    async def story():
        async with desk_at(program, tmp_path) as desk:
            await desk.buy(stop_loss=Price(Decimal(95)))
            await until(lambda: desk.stop)
            assert desk.book.held(ACME) == SHARES

            async def meanwhile():
                desk.price(90)

            await desk.wire.restart(meanwhile)

            await desk.is_closed()
            if program is gateway:
                assert sum(fill.fee for _, fill in desk.wire.core.fills) == Decimal("1.9")

    asyncio.run(story())


@pytest.mark.parametrize("program", [gateway, server])
@pytest.mark.parametrize(
    ("reached", "closed_by"), [(110, Purpose.TAKE_PROFIT), (90, Purpose.STOP_LOSS)]
)
def test_one_side_of_a_bracket_closes_what_is_held_and_the_other_goes(
    program, reached, closed_by, tmp_path
):
    async def story():
        async with desk_at(program, tmp_path) as desk:
            target = Target(Price(Decimal(110)), SHARES, SHARES)
            await desk.buy(stop_loss=Price(Decimal(95)), targets=(target,))
            await until(lambda: desk.stop)

            desk.price(reached)

            await desk.is_closed()
            ended = desk.kernel.orders.lately_ended()
            sold = [each for each in ended if each.terms.side is Side.SELL and each.filled]
            assert [(each.purpose, each.filled) for each in sold] == [(closed_by, SHARES)]

    asyncio.run(story())
