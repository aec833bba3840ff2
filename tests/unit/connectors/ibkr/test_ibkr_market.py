"""Prices of Interactive Brokers: live quotes through falls of the line, and past candles."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import numpy as np
import pytest

from connectors.ibkr.candles import IbkrCandles, gathered
from connectors.ibkr.market_data import IbkrMarket
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, QuoteNotFound, RateLimited
from tests.standins.exchange.bars import bar
from tests.unit.connectors.ibkr.conftest import ACME, LIMIT_SECONDS, scene, until

DAY = 86_400
MONDAY = 1_793_577_600  # 2026-11-02


async def pages(at, timeframe, start, end, symbol=ACME):
    candles = IbkrCandles(at.access)
    return [page async for page in candles.pages(symbol, timeframe, start, end)]


def whole(found):
    joined = Candles.empty()
    for page in found:
        joined = Candles.joined(joined, page.candles)
    return joined


def test_pages_hold_every_closed_bar_once_in_order():
    async def story():
        async with scene() as at:
            return await pages(at, Timeframe.M1, MONDAY, MONDAY + 2 * DAY)

    candles = whole(asyncio.run(story()))
    assert candles.time.tolist() == list(range(MONDAY, MONDAY + 2 * DAY, 60))
    first = bar(MONDAY * 1000, 60_000)
    assert candles.row(0).close == first[4]
    assert candles.row(0).volume == first[5]


def test_a_weekend_has_no_bars_and_that_is_said():
    async def story():
        async with scene() as at:
            return await pages(at, Timeframe.D1, MONDAY, MONDAY + 14 * DAY)

    (page,) = asyncio.run(story())
    assert len(page.candles) == 10
    weekend = MONDAY + 5 * DAY
    assert page.gaps[0] == (weekend, weekend + 2 * DAY)


def test_longer_bars_are_made_of_shorter_ones():
    async def story():
        async with scene() as at:
            hours = await pages(at, Timeframe.H1, MONDAY, MONDAY + DAY)
            fours = await pages(at, Timeframe.H4, MONDAY, MONDAY + DAY)
            weeks = await pages(at, Timeframe.W1, MONDAY, MONDAY + 14 * DAY)
            return whole(hours), whole(fours), whole(weeks)

    hours, fours, weeks = asyncio.run(story())
    assert fours.time.tolist() == list(range(MONDAY, MONDAY + DAY, 4 * 3_600))
    assert fours.high[0] == hours.high[:4].max()
    assert fours.low[0] == hours.low[:4].min()
    assert (fours.open[0], fours.close[0]) == (hours.open[0], hours.close[3])
    assert fours.volume[0] == hours.volume[:4].sum()
    assert len(weeks) == 2
    assert weeks.volume.tolist() == [50, 50]


def test_gathering_leaves_candles_of_that_timeframe_as_they_are():
    times = np.arange(0, 3_600, 60, dtype=np.int64)
    candles = Candles(times, *(np.ones(len(times)) for _ in range(5)))

    assert gathered(candles, Timeframe.M1) is candles
    assert len(gathered(Candles.empty(), Timeframe.H1)) == 0


def test_what_was_before_the_first_bar_is_known_to_be_missing():
    async def story():
        async with scene() as at:
            at.wire.begins = MONDAY
            return await pages(at, Timeframe.D1, MONDAY - 400 * DAY, MONDAY + DAY)

    before, page = asyncio.run(story())
    assert before.gaps == ((MONDAY - 400 * DAY, MONDAY),)
    assert page.candles.time.tolist() == [MONDAY]


def test_a_bar_that_is_still_forming_is_never_given():
    async def story():
        async with scene("EUR/USD") as at:
            now = at.clock.now_ms() // 1000
            return await pages(at, Timeframe.M1, now - 600, now + 600, Symbol("EUR/USD")), now

    found, now = asyncio.run(story())
    assert whole(found).time[-1] == Timeframe.M1.open_of(now) - 60


def test_a_question_that_comes_too_soon_is_asked_again():
    async def story():
        async with scene() as at:
            at.wire.bar_refusals.append((162, "API historical data query: pacing violation"))
            return await pages(at, Timeframe.D1, MONDAY, MONDAY + DAY)

    assert len(whole(asyncio.run(story()))) == 1


def test_one_that_always_does_is_given_up():
    async def story():
        async with scene() as at:
            at.wire.bar_refusals.extend([(162, "pacing violation")] * 9)
            await pages(at, Timeframe.D1, MONDAY, MONDAY + DAY)

    with pytest.raises(RateLimited):
        asyncio.run(story())


def test_there_is_no_history_of_what_is_not_watched():
    async def story():
        async with scene() as at:
            await pages(at, Timeframe.D1, MONDAY, MONDAY + DAY, Symbol("NOSUCH"))

    with pytest.raises(InstrumentNotFound):
        asyncio.run(story())


class Watching:
    """A market, and what it says."""

    def __init__(self, at, *symbols, **more):
        self.market = IbkrMarket(at.access, symbols or (ACME,), **more)
        self.heard = []
        self.task = asyncio.ensure_future(self._listen())

    async def _listen(self):
        async for tick in self.market.ticks():
            self.heard.append(tick)

    async def stop(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def test_quotes_come_as_they_are_said():
    async def story():
        async with scene() as at:
            watching = Watching(at)
            await until(lambda: any(each.quotes for each in at.wire.sessions))
            at.price(104, 106)
            await until(lambda: watching.heard and watching.heard[-1].last == 104)
            tick, book = watching.heard[-1], await watching.market.book(ACME, 5)
            await watching.stop()
            return tick, book, watching.market.instruments()[0].symbol

    tick, book, symbol = asyncio.run(story())
    assert (tick.bid, tick.ask, tick.last, tick.size) == (104, 106, 104, 1_000)
    assert (book.bids[0].price, book.asks[0].price) == (104, 106)
    assert symbol == ACME


@pytest.mark.parametrize("way", ["restart", "line", "data"])
def test_quotes_go_on_after_the_line_was_down_each_once(way):
    async def story():
        async with scene() as at:
            watching = Watching(at)
            await until(lambda: any(each.quotes for each in at.wire.sessions))
            if way == "restart":
                await at.wire.restart()
            else:
                at.wire.lose_line()
                await until(lambda: not at.line.is_open)
                at.wire.find_line(data_lost=way == "data")
            await until(lambda: at.line.connections == 2)
            await until(lambda: any(each.quotes for each in at.wire.sessions))
            subscribed = sum(len(each.quotes) for each in at.wire.sessions)
            at.price(120, 121)
            await until(lambda: watching.heard and watching.heard[-1].last == 120)
            await watching.stop()
            return subscribed

    assert asyncio.run(story()) == 1


def test_what_nobody_takes_in_time_is_counted_and_the_newest_stays():
    async def story():
        async with scene() as at:
            market = IbkrMarket(at.access, [ACME], bound=5)
            ticks = market.ticks()
            first = asyncio.ensure_future(anext(ticks))
            await until(lambda: any(each.quotes for each in at.wire.sessions))
            at.price(100)
            await first
            for price in range(101, 120):
                at.price(price)
            await until(lambda: market.queue.passed_over > 40)
            async with asyncio.timeout(LIMIT_SECONDS):
                while (await anext(ticks)).bid != 119:
                    pass
            await ticks.aclose()
            return market.queue.passed_over

    assert asyncio.run(story()) > 40


def test_prices_that_are_not_subscribed_are_no_prices():
    async def story():
        async with scene("TWIN@NYSE") as at:
            watching = Watching(at, Symbol("TWIN"))
            await until(lambda: any(fields[0] == "1" for fields in at.wire.asked))
            at.price(100, symbol=Symbol("TWIN"))
            await at.venue.check_clock()
            with pytest.raises(QuoteNotFound):
                await watching.market.book(Symbol("TWIN"), 1)
            await watching.stop()
            return watching.heard

    assert asyncio.run(story()) == []


def test_a_symbol_that_stands_for_two_things_has_no_prices_but_names_to_choose_from():
    async def story():
        async with scene("TWIN") as at:
            IbkrMarket(at.access, [Symbol("TWIN")])

    with pytest.raises(InstrumentNotFound) as refused:
        asyncio.run(story())
    assert refused.value.facts["nearest"] == "TWIN@NASDAQ, TWIN@NYSE"


def test_of_a_pair_the_price_is_between_bid_and_ask_until_one_is_told():
    async def story():
        async with scene("EUR/USD") as at:
            watching = Watching(at, Symbol("EUR/USD"))
            await until(lambda: any(each.quotes for each in at.wire.sessions))
            (session,) = at.wire.sessions
            (number,) = session.quotes
            session.say(1, 6, number, 1, "1.0850", 1_000_000, 0)
            session.say(1, 6, number, 2, "1.0852", 1_000_000, 0)
            session.say(1, 6, number, 4, "-1", 0, 0)
            tick = (await until(lambda: watching.heard))[0]
            await watching.stop()
            return tick

    assert asyncio.run(story()).last == Decimal("1.0851")
