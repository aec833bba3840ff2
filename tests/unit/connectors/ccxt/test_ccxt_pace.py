"""Questions wait for their turn as ccxt paces them; what becomes of money does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal

import pytest

from connectors.ccxt.access import open_access
from connectors.ccxt.client import Line
from connectors.ccxt.venue import CcxtVenue
from engine.domain.commands import CancelOrder, SubmitOrder
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId
from engine.domain.market import Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.runtime.system import SystemClock
from tests.conformance.venues.ccxt_harness import WIRES, keys_of
from tests.standins.exchange.listed import SPOT, core
from tests.standins.exchange.server import Wire

ANN = AccountId("ann")
TERMS = OrderTerms(SPOT, Side.BUY, OrderType.LIMIT, Quantity(Decimal(1)), Price(Decimal(90)))
QUESTIONS = 8


@asynccontextmanager
async def busy(row: str) -> AsyncIterator[tuple[Wire, CcxtVenue]]:
    """An exchange at the pace that it allows, of which more is asked than it answers at once."""
    wire = WIRES[row](core(row))
    await wire.open()
    at = open_access(row, SystemClock(), keys_of(row), Line(address=wire.address))
    await at.listing.load()
    price = Decimal(100)
    wire.core.tick(Tick(SPOT, price, price, price, Decimal(10), wire.core.now()))
    at.client.enableRateLimit = True
    # Slow for all of them, as it is where questions cost the most.
    at.client.throttler.config["refillRate"] = 1 / 400
    venue = CcxtVenue(ANN, Currency("USDT"), at)
    asking = [asyncio.ensure_future(venue.holdings(ANN)) for _ in range(QUESTIONS)]
    await asyncio.sleep(0.1)
    try:
        yield wire, venue
    finally:
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await at.close()
        await wire.close()


def order(name: str) -> SubmitOrder:
    at = SystemClock().now_ms()
    return SubmitOrder(Order(ClientOrderId(name), ANN, TERMS, PersonId("ann"), at, at + 60_000))


@pytest.mark.parametrize("row", ["kraken", "coinbase", "okx"])
def test_orders_and_their_cancels_go_before_the_questions_that_wait(row: str) -> None:
    async def story() -> None:
        async with busy(row) as (wire, venue):
            asked = len(wire.asked)

            await asyncio.gather(*(venue.submit(order(name)) for name in "abc"))
            await venue.cancel(CancelOrder(ANN, ClientOrderId("b"), None, SPOT))

            assert [each.client_id for each in wire.core.orders.values()] == ["a", "b", "c"]
            assert [each.client_id for each in wire.core.resting()] == ["a", "c"]
            assert len(wire.asked) == asked + 4

    asyncio.run(story())


def test_an_order_has_all_its_time_when_it_leaves() -> None:
    async def story() -> float:
        async with busy("kraken") as (wire, venue):
            await venue.submit(order("a"))
            until = datetime.fromisoformat(wire.asked[-1].body["deadline"]).timestamp()
            return until - wire.core.now() / 1000

    assert asyncio.run(story()) > 4
