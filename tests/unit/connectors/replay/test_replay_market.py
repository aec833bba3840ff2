from __future__ import annotations

import asyncio
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from connectors.replay import CandleFile, ReplayMarket, read_candle_file
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import Symbol
from engine.domain.market import DataKind
from engine.domain.money import on_step
from engine.domain.timeframe import Timeframe
from engine.errors import CandlesInvalid, InstrumentNotFound, QuoteNotFound

REAL = Path("tests/data/candles/btc-usd-1m-2022-01.csv.gz")
BTC = Symbol("BTC/USD")
NEW_YEAR = 1_640_995_200
ALWAYS = (0, 10**11)


def file_of(*bars):
    return CandleFile(Candles.of(bars), 0, 0, ())


def rising(minute=0):
    return Candle(NEW_YEAR + 60 * minute, 10.5, 12, 9, 11.25, 8)


def falling(minute=1):
    return Candle(NEW_YEAR + 60 * minute, 11.25, 12, 9, 10, 3)


def played(market, count=10**9):
    async def collected():
        found = []
        async for tick in market.ticks():
            found.append(tick)
            if len(found) == count:
                break
        return found

    return asyncio.run(collected())


def history(market, timeframe=Timeframe.M1, window=ALWAYS):
    return asyncio.run(market.history(BTC, timeframe, *window))


def test_it_says_that_it_is_a_replay_and_takes_its_steps_from_the_file(clock):
    market = ReplayMarket(clock, BTC, read_candle_file(REAL))
    (instrument,) = market.instruments()

    assert (market.venue, market.kind) == ("replay", DataKind.REPLAY)
    assert (instrument.base, instrument.quote) == ("BTC", "USD")
    assert (instrument.price_step, instrument.quantity_step) == (Decimal("0.01"), Decimal("1E-7"))


def test_a_rising_bar_falls_first_and_a_falling_bar_rises_first(clock):
    market = ReplayMarket(clock, BTC, file_of(rising(), falling()), bars_per_second=math.inf)

    ticks = played(market)

    assert [float(tick.last) for tick in ticks] == [10.5, 9, 12, 11.25, 11.25, 12, 9, 10]
    assert [tick.at - NEW_YEAR * 1000 for tick in ticks[:4]] == [0, 20_000, 40_000, 59_999]
    assert sum(tick.size for tick in ticks[:4]) == 8


def test_bid_and_ask_surround_the_price_on_the_steps(clock):
    market = ReplayMarket(clock, BTC, file_of(rising(), falling()), bars_per_second=math.inf)
    (instrument,) = market.instruments()

    for tick in played(market):
        assert 0 < tick.bid < tick.last < tick.ask
        assert all(on_step(p, instrument.price_step) for p in (tick.bid, tick.last, tick.ask))


def test_the_ticks_of_real_bars_make_the_bars_again(clock):
    file = read_candle_file(REAL)
    ticks = played(ReplayMarket(clock, BTC, file, bars_per_second=math.inf))
    prices = np.array([float(tick.last) for tick in ticks]).reshape(-1, 4)
    sizes = np.array([float(tick.size) for tick in ticks]).reshape(-1, 4)

    assert np.array_equal(prices[:, 0], file.candles.open)
    assert np.array_equal(prices.max(axis=1), file.candles.high)
    assert np.array_equal(prices.min(axis=1), file.candles.low)
    assert np.array_equal(prices[:, 3], file.candles.close)
    assert np.allclose(sizes.sum(axis=1), file.candles.volume)


@pytest.mark.parametrize(
    ("bars_per_second", "seconds"), [(1.0, 1_500), (60.0, 25), (1 / 60, 90_000)]
)
def test_bars_come_at_the_speed_asked_for(clock, bars_per_second, seconds):
    began = clock.now_ms()
    played(ReplayMarket(clock, BTC, read_candle_file(REAL), bars_per_second=bars_per_second))

    assert (clock.now_ms() - began) / 1_000 == pytest.approx(seconds, rel=0.01)


def test_without_pace_no_time_passes(clock):
    began = clock.now_ms()
    market = ReplayMarket(clock, BTC, read_candle_file(REAL), bars_per_second=math.inf)

    assert len(played(market)) == 6_000
    assert clock.now_ms() == began


def test_history_is_what_has_been_replayed(clock):
    market = ReplayMarket(clock, BTC, file_of(rising(), falling()), bars_per_second=math.inf)
    assert len(history(market)) == 0

    played(market, 3)
    assert len(history(market)) == 0

    played(market, 1)
    assert history(market).time.tolist() == [NEW_YEAR]


def test_what_lies_before_the_start_is_history_from_the_beginning(clock):
    file = read_candle_file(REAL)
    start = NEW_YEAR + 12 * 3_600
    market = ReplayMarket(clock, BTC, file, starts_at=start)

    assert history(market).time[-1] == start - 60
    assert market.now_ms() == start * 1_000
    assert played(market, 1)[0].at == start * 1_000


def test_longer_bars_are_told_once_they_are_complete(clock):
    market = ReplayMarket(clock, BTC, read_candle_file(REAL), starts_at=NEW_YEAR + 5_400)

    assert history(market, Timeframe.H1).time.tolist() == [NEW_YEAR - 3_600, NEW_YEAR]
    assert len(history(market, Timeframe.M30, (NEW_YEAR, NEW_YEAR + 3_600))) == 2
    window = (NEW_YEAR + 60, NEW_YEAR + 3_600)
    assert history(market, Timeframe.M30, window).time.tolist() == [NEW_YEAR + 1_800]


def test_a_timeframe_shorter_than_the_file_is_not_known(clock):
    bars = [Candle(NEW_YEAR + 3_600 * i, 1, 1, 1, 1, 1) for i in range(3)]
    market = ReplayMarket(clock, BTC, file_of(*bars), starts_at=NEW_YEAR + 7_200)

    assert len(history(market, Timeframe.M1)) == 0
    assert len(history(market, Timeframe.H1)) == 2


def test_the_book_is_the_last_price_alone(clock):
    market = ReplayMarket(clock, BTC, file_of(rising(), falling()))
    with pytest.raises(QuoteNotFound):
        asyncio.run(market.book(BTC, 5))
    (tick,) = played(market, 1)

    book = asyncio.run(market.book(BTC, 5))

    assert (book.bids[0].price, book.asks[0].price, len(book.bids)) == (tick.bid, tick.ask, 1)


def test_another_symbol_is_refused(clock):
    market = ReplayMarket(clock, BTC, file_of(rising(), falling()))
    for asked in (market.history(Symbol("ETH/USD"), Timeframe.M1, 0, 1), market.book("ETH/USD", 1)):
        with pytest.raises(InstrumentNotFound) as refusal:
            asyncio.run(asked)
        assert refusal.value.facts["nearest"] == "BTC/USD"


def test_prices_that_are_not_above_zero_are_not_replayed(clock):
    bad = Candle(NEW_YEAR, 1, 2, 0, 1, 1)
    with pytest.raises(CandlesInvalid, match="not_above_zero"):
        ReplayMarket(clock, BTC, file_of(bad, falling()))


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan])
def test_a_speed_that_makes_no_sense_is_refused(clock, speed):
    with pytest.raises(ValueError, match="above 0"):
        ReplayMarket(clock, BTC, file_of(rising(), falling()), bars_per_second=speed)
