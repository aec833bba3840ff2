"""Live quotes: every one of them, through falls of the stream, and none lost in silence."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from connectors.ccxt.market_data import CcxtMarket
from engine.domain.market import Tick
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound
from tests.standins.exchange.listed import SPOT
from tests.unit.connectors.ccxt.conftest import scene

LIMIT_SECONDS = 10


def tick(at, price):
    figure = Decimal(price)
    return Tick(SPOT, figure - 1, figure + 1, figure, Decimal(3), at.core.now())


async def subscribed(at, sockets=1):
    async with asyncio.timeout(LIMIT_SECONDS):
        while sum(bool(each.topics) for each in at.wire.sockets) < sockets:
            await asyncio.sleep(0.01)


async def heard(ticks, count):
    async with asyncio.timeout(LIMIT_SECONDS):
        return [str((await anext(ticks)).last) for _ in range(count)]


def test_every_quote_comes_in_order_also_those_of_one_breath():
    async def story():
        async with scene() as at:
            ticks = CcxtMarket(at.access, [SPOT]).ticks()
            first = asyncio.ensure_future(anext(ticks))
            await subscribed(at)
            for price in range(100, 150):
                at.core.tick(tick(at, price))
            got = [str((await first).last), *await heard(ticks, 49)]
            await ticks.aclose()
            return got

    assert asyncio.run(story()) == [str(price) for price in range(100, 150)]


def test_quotes_go_on_after_the_stream_fell():
    async def story():
        async with scene() as at:
            ticks = CcxtMarket(at.access, [SPOT]).ticks()
            first = asyncio.ensure_future(anext(ticks))
            await subscribed(at)
            await at.wire.cut_streams()
            await subscribed(at)
            at.core.tick(tick(at, 101))
            got = await asyncio.wait_for(first, LIMIT_SECONDS)
            await ticks.aclose()
            return got

    got = asyncio.run(story())
    assert (got.bid, got.ask, got.last, got.size) == (100, 102, 101, 3)


def test_what_nobody_takes_in_time_is_counted_and_the_newest_stays():
    async def story():
        async with scene() as at:
            market = CcxtMarket(at.access, [SPOT], bound=5)
            ticks = market.ticks()
            first = asyncio.ensure_future(anext(ticks))
            await subscribed(at)
            at.core.tick(tick(at, 99))
            await first
            for price in range(100, 120):
                at.core.tick(tick(at, price))
            async with asyncio.timeout(LIMIT_SECONDS):
                while market.queue.passed_over < 14:
                    await asyncio.sleep(0.01)
            got = await heard(ticks, 6)
            await ticks.aclose()
            return got, market.queue.passed_over

    assert asyncio.run(story()) == (["100", "101", "102", "103", "104", "119"], 14)


def test_the_book_and_history_are_asked_for():
    async def story():
        async with scene() as at:
            market = CcxtMarket(at.access, [SPOT])
            at.core.tick(tick(at, 100))
            now = at.core.now() // 1000
            candles = await market.history(SPOT, Timeframe.H1, now - 36_000, now)
            return await market.book(SPOT, 5), candles

    book, candles = asyncio.run(story())
    assert (book.bids[0].price, book.asks[0].price) == (99, 101)
    assert len(candles) in (9, 10)


def test_a_symbol_that_is_not_there_is_named_with_what_is_near():
    async def story():
        async with scene() as at:
            CcxtMarket(at.access, ["BTC/EUR"])

    with pytest.raises(InstrumentNotFound) as refused:
        asyncio.run(story())
    assert refused.value.facts["nearest"] == "BTC/USDT, BTC/USDT:USDT"
