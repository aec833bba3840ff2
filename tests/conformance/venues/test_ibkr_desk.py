"""The whole engine at a gateway: its own stores, the real client, a gateway on 127.0.0.1."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from bot.config import Config
from bot.wiring import System, build
from connectors.ibkr.access import open_access
from connectors.ibkr.feed import feed_at
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.venue import IbkrVenue
from connectors.storage.schema import migrate
from engine.domain.identifiers import IntentKey, PersonId, Symbol
from engine.domain.market import Tick
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from engine.domain.requests import PlaceOrder
from engine.runtime.system import SystemClock, SystemIdentities
from tests.conformance.venues.test_exchange_desk import until
from tests.standins.ibgateway.listed import core
from tests.standins.ibgateway.server import IbGateway

ACME = Symbol("ACME")


def price(wire, bid):
    """Move the market."""
    bid = Decimal(bid)
    wire.core.tick(Tick(ACME, bid, bid, bid, Decimal(10_000), wire.core.now()))


def priced(wire, app):
    """Say the price until the desk has heard it."""
    price(wire, 100)
    return ACME in app.runtime.kernel.quotes


def stop_of(wire):
    """The stop that rests there."""
    return next((each for each in wire.core.resting() if each.terms.stop_price is not None), None)


def test_a_stop_that_fires_while_the_gateway_restarts_is_booked_when_it_is_back(tmp_path):
    async def story():
        wire = IbGateway(core())
        wire.core.balances = {"USD": Decimal(1_000_000)}
        await wire.open()
        clock = SystemClock()
        feed = feed_at(open_access(Gateway(port=wire.port, client_id=18), ["ACME"], clock), [ACME])
        await feed.start()
        config = Config.model_validate({"accounts": [{"id": "main", "currency": "USD"}]})
        account = config.accounts[0].id
        venue = IbkrVenue(account, open_access(Gateway(port=wire.port), ["ACME"], clock))
        migrate(tmp_path / "desk.db")
        system = System(clock, SystemIdentities(), workers=False)
        app = await build(config, tmp_path, system, feed, venue=venue)
        running = asyncio.ensure_future(app.runtime.run())
        try:
            await app.runtime.started.wait()
            await until(lambda: priced(wire, app))
            await until(lambda: venue.connections == 1)
            now = clock.now_ms()
            terms = OrderTerms(ACME, Side.BUY, OrderType.MARKET, Quantity(Decimal(10)))
            wish = PlaceOrder(
                key=IntentKey("one"),
                account=account,
                terms=terms,
                by=PersonId("ann"),
                at=now,
                expires_to_send_at=now + 30_000,
                stop_loss=Price(Decimal(95)),
            )
            await app.runtime.ask(wish)
            await until(lambda: stop_of(wire))
            kernel = app.runtime.kernel
            book = kernel.accounts[account]
            assert book.held(ACME) == 10

            async def meanwhile():
                price(wire, 90)

            await wire.restart(meanwhile)
            await until(lambda: not book.held(ACME))
            assert [each for each in book.orders.values() if each.is_open] == []
            fees = sum(fill.fee for _, fill in wire.core.fills)
            assert fees == Decimal("1.9")
            await app.runtime.reconciler.compare(account)
            assert not kernel.differences
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await app.close()
            await feed.close()
            await venue.close()
            await wire.close()
        assert wire.unknown == []

    asyncio.run(story())
