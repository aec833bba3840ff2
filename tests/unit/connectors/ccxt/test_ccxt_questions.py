"""What an exchange is asked by those who look for an order, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

import pytest

from connectors.ccxt.access import Access, open_access
from connectors.ccxt.client import Line
from connectors.ccxt.contract import Lookup, VenueContract
from connectors.ccxt.questions import Questions
from connectors.ccxt.rows import VERIFIED
from engine.domain.identifiers import ClientOrderId, Symbol, TradeId, VenueOrderId
from engine.domain.market import Tick
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderState, OrderTerms, OrderType, Side
from engine.errors import VenueUnavailable
from tests.conformance.venues.ccxt_harness import keys_of
from tests.standins.exchange.binance import Binance
from tests.standins.exchange.binanceusdm import BinanceUsdm
from tests.standins.exchange.bybit import Bybit
from tests.standins.exchange.coinbase import Coinbase
from tests.standins.exchange.kraken import Kraken
from tests.standins.exchange.listed import PERPETUAL, core
from tests.standins.exchange.okx import Okx
from tests.standins.exchange.server import Answer, Wire
from tests.unit.connectors.ccxt.conftest import NoWait

BTC = Symbol("BTC/USDT")
LOOKING = 20
DAY = 86_400_000


WIRE = TypeVar("WIRE", bound=Wire)


@asynccontextmanager
async def opened(wire: WIRE, exchange: str | VenueContract) -> AsyncIterator[tuple[WIRE, Access]]:
    """An exchange that is served, and a line to it that knows what is listed."""
    await wire.open()
    name = exchange if isinstance(exchange, str) else exchange.exchange
    at = open_access(exchange, NoWait(wire.core.now), keys_of(name), Line(address=wire.address))
    try:
        await at.listing.load()
        yield wire, at
    finally:
        await at.close()
        await wire.close()


def test_lists_of_everything_serve_all_who_look_in_them() -> None:
    async def story() -> None:
        contract = replace(VERIFIED["binance"], lookup=Lookup.LISTS)
        async with opened(Binance(core("binance")), contract) as (wire, at):
            asked = len(wire.asked)
            questions = Questions(at)
            names = [ClientOrderId(f"o{number}") for number in range(LOOKING)]

            found = await asyncio.gather(*(questions.order(name, BTC) for name in names))

            assert found == [None] * LOOKING
            # Alone, each would have asked for three lists.
            assert len(wire.asked) - asked < LOOKING

    asyncio.run(story())


def test_an_order_has_its_fills_whatever_was_traded_since() -> None:
    async def story() -> None:
        async with opened(Coinbase(core("coinbase")), "coinbase") as (wire, at):
            price, size = Decimal(100), Decimal(10_000)
            wire.core.tick(Tick(BTC, price, price, price, size, wire.core.now()))
            terms = OrderTerms(BTC, Side.BUY, OrderType.MARKET, Quantity(Decimal("0.1")))
            wire.core.place("ours", terms)
            questions = Questions(at)
            found = await questions.order(ClientOrderId("ours"), BTC)
            for number in range(150):
                wire.core.place(f"o{number}", terms)

            assert found is not None
            (fill,) = await questions.fills(found)
            assert fill.quantity == Decimal("0.1")

    asyncio.run(story())


@pytest.mark.parametrize("is_numbered", [True, False])
def test_an_order_is_found_however_many_came_after_it(is_numbered: bool) -> None:
    async def story() -> None:
        async with opened(Coinbase(core("coinbase")), "coinbase") as (wire, at):
            price, size = Decimal(100), Decimal(10_000)
            wire.core.tick(Tick(BTC, price, price, price, size, wire.core.now()))
            terms = OrderTerms(BTC, Side.BUY, OrderType.MARKET, Quantity(Decimal("0.1")))
            placed = wire.core.place("ours", terms)
            for number in range(250):
                wire.core.place(f"o{number}", terms).at += 10 * number
            questions, name = Questions(at), ClientOrderId("ours")
            number = VenueOrderId(str(placed.number)) if is_numbered else None

            found = await questions.order(name, BTC, number, placed.at)

            assert found is not None
            assert (found.name, found.state) == ("ours", OrderState.FILLED)
            assert await questions.order(ClientOrderId("never"), BTC, None, placed.at) is None

    asyncio.run(story())


def test_that_an_order_never_was_is_not_said_by_lists_that_go_back_no_further() -> None:
    async def story() -> None:
        async with opened(Coinbase(core("coinbase")), "coinbase") as (wire, at):
            price, size, now = Decimal(100), Decimal(10_000), wire.core.now()
            wire.core.tick(Tick(BTC, price, price, price, size, now))
            terms = OrderTerms(BTC, Side.BUY, OrderType.MARKET, Quantity(Decimal("0.1")))
            for number in range(150):
                wire.core.place(f"o{number}", terms).at = now

            with pytest.raises(VenueUnavailable):
                await Questions(at).order(ClientOrderId("never"), BTC, None, now)

    asyncio.run(story())


def test_what_a_stop_became_and_the_exchange_forgot_was_canceled_unfilled() -> None:
    async def story() -> None:
        async with opened(BinanceUsdm(core("binanceusdm")), "binanceusdm") as (wire, at):
            low, high, size, now = Decimal(100), Decimal(110), Decimal(10), wire.core.now()
            stop = OrderTerms(
                PERPETUAL, Side.BUY, OrderType.STOP_LIMIT, Quantity(size), Price(low), Price(high)
            )
            wire.core.tick(Tick(PERPETUAL, low, low, low, size, now))
            placed = wire.core.place("ours", stop)
            wire.core.tick(Tick(PERPETUAL, high, high, high, size, now + 1_000))
            wire.core.cancel(placed)
            gone = Answer({"code": -2013, "msg": "Order does not exist."}, 400)
            questions, name = Questions(at), ClientOrderId("ours")

            with wire.answering("GET", "/fapi/v1/order", gone):
                placed.updated = now
                with pytest.raises(VenueUnavailable):
                    await questions.order(name, PERPETUAL)
                placed.updated = now - 4 * DAY
                found = await questions.order(name, PERPETUAL)

            assert found is not None
            assert (found.name, found.state, found.filled) == ("ours", OrderState.CANCELED, 0)
            assert await questions.fills(found) == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("wire", "row", "symbol", "parts"),
    [
        (Binance, "binance", BTC, 620),
        (BinanceUsdm, "binanceusdm", PERPETUAL, 1_150),
        (Bybit, "bybit", BTC, 250),
        (Bybit, "bybit", PERPETUAL, 250),
        (Coinbase, "coinbase", BTC, 250),
        (Kraken, "kraken", BTC, 40),
        (Okx, "okx", BTC, 250),
    ],
)
def test_fills_are_found_however_many_there_are(
    wire: type[Wire], row: str, symbol: Symbol, parts: int
) -> None:
    async def story() -> None:
        async with opened(wire(core(row)), row) as (served, at):
            price, now = Decimal(100), served.core.now()
            served.core.tick(Tick(symbol, price, price, price, Decimal(10_000), now))
            terms = OrderTerms(symbol, Side.BUY, OrderType.MARKET, Quantity(Decimal(parts)))
            placed = served.core.place("ours", terms)
            placed.at = now - 10 * parts
            (whole,) = placed.fills
            each = [
                replace(
                    whole,
                    trade_id=TradeId(f"{placed.number}-{number:05}"),
                    quantity=Quantity(Decimal(1)),
                    at=placed.at + number * 10,
                )
                for number in range(parts)
            ]
            served.core.split(placed, each)
            questions = Questions(at)

            found = await questions.order(ClientOrderId("ours"), symbol)

            assert found is not None
            fills = await questions.fills(found)
            assert sum(each.quantity for each in fills) == found.filled == parts

    asyncio.run(story())


def test_fills_of_an_order_that_rested_for_weeks_are_all_found() -> None:
    async def story() -> None:
        async with opened(BinanceUsdm(core("binanceusdm")), "binanceusdm") as (wire, at):
            price, size, now = Decimal(100), Decimal(1), wire.core.now()
            terms = OrderTerms(PERPETUAL, Side.BUY, OrderType.MARKET, Quantity(Decimal(2)))
            wire.core.tick(Tick(PERPETUAL, price, price, price, size, now))
            placed = wire.core.place("ours", terms)
            wire.core.tick(Tick(PERPETUAL, price, price, price, size, now + 1_000))
            placed.at = now - 30 * DAY
            # One answer holds the fills of seven days.
            first, last = placed.fills
            placed.fills = replace(first, at=placed.at), replace(last, at=now - 16 * DAY)
            placed.updated = now - 16 * DAY
            questions = Questions(at)

            found = await questions.order(ClientOrderId("ours"), PERPETUAL)

            assert found is not None
            fills = await questions.fills(found)
            assert [each.at for each in fills] == [now - 30 * DAY, now - 16 * DAY]

    asyncio.run(story())
