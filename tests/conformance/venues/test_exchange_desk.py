"""The whole engine on an exchange: its own stores, the real client, an exchange on 127.0.0.1."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from bot.config import Config
from bot.wiring import System, build
from connectors.ccxt.access import open_access
from connectors.ccxt.client import Line
from connectors.ccxt.market_data import CcxtMarket
from connectors.ccxt.venue import CcxtVenue
from connectors.storage.schema import migrate
from engine.domain.identifiers import IntentKey, PersonId
from engine.domain.market import Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Purpose, Side, Target
from engine.domain.requests import PlaceOrder
from engine.runtime.system import SystemClock, SystemIdentities
from tests.conformance.venues.ccxt_harness import WIRES, keys_of
from tests.standins.exchange.listed import SPOT, core

LIMIT_SECONDS = 30
CLOSED_BY = (Purpose.STOP_LOSS, Purpose.TAKE_PROFIT)


class Exchange:
    """A row's wire with the market in the test's hand, and an account without coins."""

    def __init__(self, row):
        self.wire = WIRES[row](core(row))
        self.core = self.wire.core
        self.core.balances = {"USDT": Decimal(100_000)}

    def price(self, bid, ask=None):
        """Move the market; it is deep enough for anything here."""
        bid, ask = Decimal(bid), Decimal(ask or bid)
        self.core.tick(Tick(SPOT, bid, ask, bid, Decimal(1_000), self.core.now()))


async def until(happened):
    """Wait until it is so; gives it."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not (found := happened()):
            await asyncio.sleep(0.02)
    return found


@pytest.mark.parametrize("row", ["binance", "kraken", "bybit", "coinbase", "okx"])
@pytest.mark.parametrize("reached", [90, 110])
def test_a_bracket_is_closed_by_the_side_that_is_reached_and_the_books_agree(
    row, reached, tmp_path
):
    async def story():
        exchange = Exchange(row)
        await exchange.wire.open()
        line, clock = Line(address=exchange.wire.address), SystemClock()
        prices = open_access(row, clock, line=line)
        orders = open_access(row, clock, keys_of(row), line)
        await prices.listing.load()
        await orders.listing.load()
        market = CcxtMarket(prices, [SPOT])
        config = Config()
        account = config.accounts[0].id
        venue = CcxtVenue(account, Currency("USDT"), orders)
        migrate(tmp_path / "desk.db")
        app = await build(
            config, tmp_path, System(clock, SystemIdentities(), workers=False), market, venue=venue
        )
        running = asyncio.ensure_future(app.runtime.run())
        try:
            await app.runtime.started.wait()
            await until(lambda: exchange.wire.is_followed and len(exchange.wire.sockets) > 1)
            await until(lambda: priced(exchange, app))
            now = clock.now_ms()
            size = Quantity(Decimal("1.234"))
            terms = OrderTerms(SPOT, Side.BUY, OrderType.MARKET, size)
            wish = PlaceOrder(
                key=IntentKey("one"),
                account=account,
                terms=terms,
                by=PersonId("ann"),
                at=now,
                expires_to_send_at=now + 30_000,
                stop_loss=Price(Decimal(95)),
                targets=(Target(Price(Decimal(110)), size, size),),
            )
            await app.runtime.ask(wish)
            stop = await until(lambda: resting(exchange))
            kernel = app.runtime.kernel
            held = kernel.accounts[account].held(SPOT)
            assert held == exchange.core.balances["BTC"]
            assert stop.terms.quantity == held // Decimal("0.001") * Decimal("0.001")

            exchange.price(reached)
            book = kernel.accounts[account]
            await until(lambda: book.held(SPOT) < Decimal("0.001"))
            await until(lambda: not any(each.is_open for each in book.orders.values()))
            assert exchange.core.resting() == []
            sold = [each for each in kernel.orders.lately_ended() if each.purpose in CLOSED_BY]
            assert [each.purpose for each in sold if each.filled] == [CLOSED_BY[reached == 110]]
            assert kernel.accounts[account].held(SPOT) == exchange.core.balances["BTC"]
            await app.runtime.reconciler.compare(account)
            assert not app.runtime.kernel.differences
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await app.close()
            await prices.close()
            await orders.close()
            await exchange.wire.close()
        assert exchange.wire.unknown == []

    asyncio.run(story())


def priced(exchange, app):
    """Say the price until the desk has heard it."""
    exchange.price(100)
    return SPOT in app.runtime.kernel.quotes


def resting(exchange):
    """The stop that rests at the exchange."""
    stops = [each for each in exchange.core.resting() if each.terms.stop_price is not None]
    return stops[0] if stops else None
