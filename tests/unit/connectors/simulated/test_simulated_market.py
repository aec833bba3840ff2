from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.simulated import SimulatedMarket
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol
from engine.domain.market import DataKind
from engine.domain.money import on_step
from engine.domain.resampling import resample
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound

BTC = Symbol("BTC/USDT")
DAY = 86_400


def candles(market, symbol, timeframe, start, end):
    return asyncio.run(market.history(symbol, timeframe, start, end))


def first_ticks(market, count):
    async def collected():
        found = []
        async for tick in market.ticks():
            found.append(tick)
            if len(found) == count:
                return found
        return found

    return asyncio.run(collected())


def same(left, right):
    return all(np.array_equal(a, b) for a, b in zip(left.columns(), right.columns(), strict=True))


def joined(left, right):
    both = zip(left.columns(), right.columns(), strict=True)
    return Candles(*(np.concatenate(columns) for columns in both))


def test_it_says_that_it_is_simulated(clock):
    market = SimulatedMarket(clock)

    assert (market.venue, market.kind) == ("demo", DataKind.SIMULATED)
    assert {i.symbol for i in market.instruments()} >= {"BTC/USDT", "ETH/EUR", "NVDA", "MC"}
    assert {i.venue for i in market.instruments()} == {"demo"}


def test_the_same_seed_gives_the_same_market_and_another_does_not(clock):
    now = clock.now_ms() // 1000
    one, again, other = (
        candles(SimulatedMarket(clock, seed), BTC, Timeframe.H1, now - DAY, now)
        for seed in (3, 3, 4)
    )

    assert same(one, again)
    assert not np.array_equal(one.close, other.close)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(Timeframe),
    st.integers(0, 40 * DAY),
    st.integers(0, 20 * DAY),
    st.integers(0, 20 * DAY),
)
def test_history_does_not_depend_on_the_window_asked_for(clock, timeframe, back, left, right):
    start = clock.now_ms() // 1000 - 60 * DAY - back
    market, other = SimulatedMarket(clock), SimulatedMarket(clock)
    middle, end = start + left, start + left + right

    whole = candles(market, BTC, timeframe, start, end)
    parts = (
        candles(other, BTC, timeframe, middle, end),
        candles(other, BTC, timeframe, start, middle),
    )

    assert same(whole, joined(parts[1], parts[0]))


@pytest.mark.parametrize("symbol", ["BTC/USDT", "ETH/EUR", "DOGE/USDT", "MC"])
@pytest.mark.parametrize("timeframe", [Timeframe.M5, Timeframe.H1, Timeframe.D1, Timeframe.W1])
def test_every_timeframe_tells_the_same_story(clock, symbol, timeframe):
    market = SimulatedMarket(clock)
    end = Timeframe.W1.open_of(clock.now_ms() // 1000)
    start = end - 21 * DAY

    folded = resample(candles(market, symbol, Timeframe.M1, start, end), timeframe)
    asked = candles(market, symbol, timeframe, start, end)

    for ours, theirs in zip(folded.columns()[:5], asked.columns()[:5], strict=True):
        assert np.array_equal(ours, theirs)
    assert np.allclose(folded.volume, asked.volume)


@pytest.mark.parametrize("tick_seconds", [1, 5, 15])
def test_a_minute_of_ticks_is_the_minute_of_history(clock, tick_seconds):
    clock.ms -= clock.ms % 60_000
    market = SimulatedMarket(clock, tick_seconds=tick_seconds)
    symbols = [i.symbol for i in market.instruments()]
    start = clock.now_ms() // 1000
    ticks = first_ticks(market, len(symbols) * 3 * 60 // tick_seconds)
    clock.ms += 60_000

    for symbol in symbols:
        history = candles(market, symbol, Timeframe.M1, start, start + 180)
        own = [tick for tick in ticks if tick.symbol == symbol]
        for row in range(3):
            bar = history.row(row)
            part = [tick for tick in own if bar.time * 1000 <= tick.at < (bar.time + 60) * 1000]
            prices = [float(tick.last) for tick in part]
            assert (prices[0], prices[-1]) == (bar.open, bar.close)
            assert (max(prices), min(prices)) == (bar.high, bar.low)
            assert float(sum(tick.size for tick in part)) == pytest.approx(bar.volume)


def test_ticks_stand_on_the_steps_with_a_bid_below_the_ask(clock):
    market = SimulatedMarket(clock)
    listed = {instrument.symbol: instrument for instrument in market.instruments()}

    for tick in first_ticks(market, len(listed) * 70):
        instrument = listed[tick.symbol]
        assert 0 < tick.bid < tick.ask
        assert tick.bid <= tick.last <= tick.ask
        assert tick.size >= 0
        assert all(on_step(p, instrument.price_step) for p in (tick.bid, tick.ask, tick.last))
        assert on_step(tick.size, instrument.quantity_step)


def test_a_restart_goes_on_where_the_market_would_have_been(clock):
    count = len(SimulatedMarket(clock).instruments())
    began = clock.ms
    unbroken = first_ticks(SimulatedMarket(clock), count * 90)
    clock.ms = began + 40_000

    after = first_ticks(SimulatedMarket(clock), count * 50)

    assert after == unbroken[count * 40 :]


def test_every_symbol_ticks_each_second_from_the_present_on(clock):
    market = SimulatedMarket(clock)
    now, count = clock.now_ms(), len(market.instruments())

    ticks = first_ticks(market, count * 5)

    assert [tick.at for tick in ticks[::count]] == [now + 1000 * i for i in range(5)]
    assert {tick.symbol for tick in ticks[:count]} == {i.symbol for i in market.instruments()}


def test_market_time_can_pass_faster(clock):
    market = SimulatedMarket(clock, speed=60)
    began, count = clock.now_ms(), len(market.instruments())

    ticks = first_ticks(market, count * 121)

    assert ticks[-1].at - ticks[0].at == 120_000
    assert 1_900 <= clock.now_ms() - began <= 2_100


def test_a_feed_that_slept_goes_on_from_the_present(clock):
    market = SimulatedMarket(clock)
    count = len(market.instruments())

    async def slept():
        feed = market.ticks()
        for _ in range(count):
            await anext(feed)
        clock.ms += 3_600_000
        return await anext(feed)

    assert asyncio.run(slept()).at == clock.now_ms()


def test_only_closed_candles_are_told(clock):
    market = SimulatedMarket(clock)
    now = clock.now_ms() // 1000

    for timeframe in Timeframe:
        last = candles(market, BTC, timeframe, now - 30 * DAY, now + 30 * DAY).time[-1]
        assert last + timeframe.seconds <= now < last + 2 * timeframe.seconds


def test_nothing_is_known_before_the_epoch(clock):
    market = SimulatedMarket(clock)

    assert len(candles(market, BTC, Timeframe.D1, 0, 10**9)) == 0
    assert candles(market, BTC, Timeframe.W1, 0, 1_500_000_000).time[0] == 1_451_865_600
    assert len(candles(market, BTC, Timeframe.D1, 1_700_000_000, 1_600_000_000)) == 0


def test_candles_are_whole(clock):
    market = SimulatedMarket(clock)
    now = clock.now_ms() // 1000

    for instrument in market.instruments():
        bars = candles(market, instrument.symbol, Timeframe.M1, now - 5 * DAY, now)
        assert np.all(bars.high >= np.maximum(bars.open, bars.close))
        assert np.all(bars.low <= np.minimum(bars.open, bars.close))
        assert np.all(bars.low > 0)
        assert np.all(bars.volume >= 0)
        assert np.all(np.diff(bars.time) == 60)
        assert np.array_equal(bars.open[1:], bars.close[:-1])


def test_prices_keep_to_a_believable_range_with_calm_and_wild_times(clock):
    now = clock.now_ms() // 1000
    bars = candles(SimulatedMarket(clock), BTC, Timeframe.D1, now - 3_000 * DAY, now)
    moves = np.diff(np.log(bars.close))
    months = moves[: len(moves) // 30 * 30].reshape(-1, 30).std(axis=1)

    assert 40_000 < np.percentile(bars.close, 1) < np.percentile(bars.close, 99) < 150_000
    assert 0.01 < moves.std() < 0.05
    assert months.max() > 2.5 * months.min()


def test_bitcoin_in_euro_follows_bitcoin_in_dollars(clock):
    now = clock.now_ms() // 1000
    market = SimulatedMarket(clock)
    dollars = candles(market, BTC, Timeframe.M5, now - 3 * DAY, now)
    euros = candles(market, Symbol("BTC/EUR"), Timeframe.M5, now - 3 * DAY, now)
    rate = dollars.close / euros.close

    assert np.all((rate > 0.95) & (rate < 1.3))
    assert np.abs(np.diff(np.log(rate))).max() < 0.0005


def test_the_book_surrounds_the_price_with_levels_that_worsen(clock):
    market = SimulatedMarket(clock)
    book = asyncio.run(market.book(BTC, 10))
    tick = first_ticks(market, 1)[0]

    assert (book.bids[0].price, book.asks[0].price) == (tick.bid, tick.ask)
    assert len(book.bids) == len(book.asks) == 10
    assert all(a.price > b.price for a, b in pairwise(book.bids))
    assert all(a.price < b.price for a, b in pairwise(book.asks))
    assert all(level.size > 0 for level in book.bids + book.asks)
    assert asyncio.run(SimulatedMarket(clock).book(BTC, 10)) == book


def test_an_unknown_symbol_is_refused_with_the_nearest(clock):
    market = SimulatedMarket(clock)
    with pytest.raises(InstrumentNotFound) as refusal:
        candles(market, Symbol("BTCUSDT"), Timeframe.H1, 0, 1)
    assert refusal.value.facts["nearest"] == "BTC/USDT"

    with pytest.raises(InstrumentNotFound):
        asyncio.run(market.book(Symbol("GOLD"), 5))


@pytest.mark.parametrize("wrong", [{"tick_seconds": 7}, {"tick_seconds": 60}, {"speed": 0.0}])
def test_settings_that_make_no_sense_are_refused(clock, wrong):
    with pytest.raises(ValueError, match="must be"):
        SimulatedMarket(clock, **wrong)


def test_sizes_are_those_of_a_market_of_its_volume(clock):
    market = SimulatedMarket(clock)
    ticks = [t for t in first_ticks(market, 14 * 600) if t.symbol == BTC]

    assert Decimal("0.02") < sum(t.size for t in ticks) / len(ticks) < Decimal(3)
