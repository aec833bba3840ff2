"""A download fetches what is missing, outlasts a kill, and says what the venue does not have."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.storage.candles import ParquetCandleStore
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol
from engine.domain.timeframe import Timeframe
from engine.errors import RateLimited, VenueUnavailable
from engine.runtime.downloads import PIECE_BARS, Downloader, Progress, gaps, pieces
from tests.standins.clock import ManualClock
from tests.standins.market import ScriptedMarket

BTC = Symbol("BTC/USDT")
NOW = 1_699_999_200  # a whole minute
DAY = 86_400


class Venue(ScriptedMarket):
    """A market that counts what it is asked, lacks some hours, and may be away."""

    def __init__(self, clock: ManualClock, closed: Sequence[tuple[int, int]] = ()) -> None:
        super().__init__(clock)
        self.asked: list[tuple[int, int]] = []
        self.troubles: list[Exception] = []
        self._closed = closed

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        if self.troubles:
            raise self.troubles.pop(0)
        self.asked.append((start, end))
        found = await super().history(symbol, timeframe, start, end)
        open_ = np.ones(len(found), bool)
        for since, until in self._closed:
            open_ &= (found.time < since) | (found.time >= until)
        return Candles(*(column[open_] for column in found.columns()))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW * 1000 + 5_000)


@pytest.fixture
def store(tmp_path: Path) -> ParquetCandleStore:
    return ParquetCandleStore(tmp_path, threads=False)


def downloaded(
    store: ParquetCandleStore, venue: Venue, clock: ManualClock, start: int, steps: int = 10**6
) -> list[Progress]:
    async def work() -> list[Progress]:
        seen: list[Progress] = []
        stream = Downloader(store, clock).download(venue, BTC, Timeframe.M1, start, NOW + 60)
        async for progress in stream:
            seen.append(progress)
            if len(seen) > steps:
                break
        return seen

    async def with_time() -> list[Progress]:
        working = asyncio.ensure_future(work())
        while not working.done():
            await clock.advance(1)
        return await working

    return asyncio.run(with_time())


def stored(store: ParquetCandleStore) -> Candles:
    return asyncio.run(store.read(ScriptedMarket(ManualClock()).venue, BTC, Timeframe.M1, 0, 2**40))


def test_the_whole_window_is_there_afterwards_and_nothing_of_the_bar_under_way(
    store: ParquetCandleStore, clock: ManualClock
) -> None:
    seen = downloaded(store, Venue(clock), clock, NOW - 20 * DAY)

    bars = stored(store)
    assert len(bars) == 20 * 1440 == seen[-1].stored == seen[-1].fetched
    assert seen[-1].left == seen[-1].absent == 0
    assert [progress.stored for progress in seen] == [0, 10_000, 20_000, 28_800]
    assert int(bars.time[-1]) == NOW - 60


def test_a_second_time_only_what_is_missing_is_asked_for(
    store: ParquetCandleStore, clock: ManualClock
) -> None:
    downloaded(store, Venue(clock), clock, NOW - 20 * DAY, steps=1)
    assert len(stored(store)) == PIECE_BARS

    venue = Venue(clock)
    seen = downloaded(store, venue, clock, NOW - 30 * DAY)
    asked = sum(end - start for start, end in venue.asked) // 60

    assert seen[0].stored == PIECE_BARS
    assert asked == seen[-1].fetched == 30 * 1440 - PIECE_BARS
    assert len(stored(store)) == 30 * 1440
    assert downloaded(store, venue, clock, NOW - 30 * DAY)[-1].fetched == 0


def test_what_the_venue_does_not_have_is_counted_not_made_up(
    store: ParquetCandleStore, clock: ManualClock
) -> None:
    away = (NOW - 5 * DAY, NOW - 4 * DAY)
    seen = downloaded(store, Venue(clock, [away]), clock, NOW - 10 * DAY)

    assert seen[-1].absent == 1440
    assert seen[-1].stored == len(stored(store)) == 9 * 1440


def test_a_venue_that_is_busy_or_away_is_asked_again_with_pauses(
    store: ParquetCandleStore, clock: ManualClock
) -> None:
    venue = Venue(clock)
    venue.troubles = [RateLimited(30), VenueUnavailable(), VenueUnavailable()]
    before = clock.now_ms()

    assert downloaded(store, venue, clock, NOW - DAY)[-1].fetched == 1440
    assert clock.now_ms() - before >= 30_000


def test_one_that_stays_away_ends_it_and_what_came_stays(
    store: ParquetCandleStore, clock: ManualClock
) -> None:
    downloaded(store, Venue(clock), clock, NOW - 20 * DAY, steps=1)
    venue = Venue(clock)
    venue.troubles = [VenueUnavailable() for _ in range(50)]

    with pytest.raises(VenueUnavailable):
        downloaded(store, venue, clock, NOW - 20 * DAY)
    assert len(stored(store)) == PIECE_BARS


@given(st.sets(st.integers(0, 300)), st.integers(1, 300))
def test_gaps_and_bars_fill_the_window_exactly(minutes: set[int], length: int) -> None:
    have = sorted(minute * 60 for minute in minutes if minute < length)
    spans = gaps(np.array(have, np.int64), 60, 0, length * 60)
    missing = [time for start, end in spans for time in range(start, end, 60)]

    assert sorted([*have, *missing]) == list(range(0, length * 60, 60))
    covered = {time for start, end in pieces(spans, 60) for time in range(start, end, 60)}
    assert covered >= set(missing)
