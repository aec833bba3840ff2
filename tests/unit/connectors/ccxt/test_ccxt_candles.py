"""Past candles from an exchange: whole, closed, each once, and honest about what is missing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from connectors.ccxt.rows import contract_of
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, VenueUnavailable
from tests.standins.exchange.bars import bar
from tests.standins.exchange.listed import SPOT
from tests.unit.connectors.ccxt.conftest import scene

MINUTE, DAY = 60, 86_400


def joined(pages):
    whole = Candles.empty()
    for page in pages:
        whole = Candles.joined(whole, page.candles)
    return whole


def test_pages_hold_every_closed_minute_once_in_order():
    async def story():
        async with scene() as at:
            now = at.core.now() // 1000
            start = now - now % MINUTE - 2_500 * MINUTE
            pages = await at.pages(SPOT, Timeframe.M1, start, now + DAY)
            return pages, start, now

    pages, start, now = asyncio.run(story())
    candles = joined(pages)

    assert [len(page.candles) for page in pages] == [1000, 1000, 500]
    assert [page.gaps for page in pages] == [(), (), ()]
    assert (np.diff(candles.time) == MINUTE).all()
    assert int(candles.time[0]) == start
    assert int(candles.time[-1]) + MINUTE <= now
    assert pages[-1].until == start + 2_500 * MINUTE
    assert [candles.row(7).time * 1000, candles.row(7).close] == [
        (start + 7 * MINUTE) * 1000, bar((start + 7 * MINUTE) * 1000, 60_000)[4],
    ]  # fmt: skip


def test_a_hole_that_the_exchange_left_by_mistake_is_asked_for_again():
    async def story():
        async with scene() as at:
            now = at.core.now() // 1000
            start = now - now % MINUTE - 600 * MINUTE
            at.core.bars.lost = {(start + n * MINUTE) * 1000 for n in (5, 6, 300)}
            return await at.pages(SPOT, Timeframe.M1, start, now), at.core.bars.asked

    pages, asked = asyncio.run(story())

    assert [len(page.candles) for page in pages] == [600]
    assert pages[0].gaps == ()
    assert asked == 3


def test_a_minute_without_a_trade_is_flat_where_the_exchange_leaves_it_out():
    contract = replace(contract_of("binance"), leaves_out_quiet_bars=True, bars_a_page=100)

    async def story():
        async with scene(contract) as at:
            now = at.core.now() // 1000
            start = now - now % MINUTE - 200 * MINUTE
            at.core.bars.quiet = {(start + n * MINUTE) * 1000 for n in (50, 100, 101)}
            return joined(await at.pages(SPOT, Timeframe.M1, start, now)), start

    candles, _ = asyncio.run(story())

    assert len(candles) == 200
    assert (candles.row(50).open, candles.row(50).volume) == (candles.row(49).close, 0)
    # Also where the page before it ends.
    assert candles.row(101).close == candles.row(99).close


def test_what_the_exchange_does_not_have_is_told_as_a_gap():
    async def story():
        async with scene() as at:
            now = at.core.now() // 1000
            start = now - now % MINUTE - 300 * MINUTE
            at.core.bars.quiet = {(start + n * MINUTE) * 1000 for n in range(10, 20)}
            return await at.pages(SPOT, Timeframe.M1, start, now), start

    pages, start = asyncio.run(story())

    assert pages[0].gaps == ((start + 10 * MINUTE, start + 20 * MINUTE),)
    assert len(pages[0].candles) == 290


def test_years_before_the_listing_cost_a_few_questions():
    async def story():
        async with scene() as at:
            now = at.core.now() // 1000
            begins = now - now % MINUTE - 3_000 * MINUTE
            at.core.bars.begins = begins * 1000
            pages = await at.pages(SPOT, Timeframe.M1, now - 3_000 * DAY, now)
            return joined(pages), begins, at.core.bars.asked

    candles, begins, asked = asyncio.run(story())

    assert (int(candles.time[0]), len(candles)) == (begins, 3_000)
    assert asked < 15


def test_fetching_waits_and_tries_again_when_the_exchange_is_away_for_a_moment():
    async def story():
        async with scene() as at:
            now = at.core.now() // 1000
            at.wire.maintenance = True

            async def come_back(seconds):
                at.clock.slept.append(seconds)
                at.wire.maintenance = len(at.clock.slept) < 3

            at.clock.sleep = come_back
            pages = await at.pages(SPOT, Timeframe.H1, now - 10 * 3_600, now)
            return pages, at.clock.slept

    pages, slept = asyncio.run(story())

    assert len(pages[0].candles) in (9, 10)
    assert slept == [0.5, 1.0, 2.0]


def test_an_exchange_that_stays_away_is_an_error_that_says_so():
    async def story():
        async with scene() as at:
            at.wire.maintenance = True
            now = at.core.now() // 1000
            await at.pages(SPOT, Timeframe.H1, now - 10 * 3_600, now)

    with pytest.raises(VenueUnavailable):
        asyncio.run(story())


def test_a_symbol_that_is_not_listed_is_refused():
    async def story():
        async with scene() as at:
            await at.pages("DOGE/MOON", Timeframe.H1, 0, 3_600)

    with pytest.raises(InstrumentNotFound):
        asyncio.run(story())
