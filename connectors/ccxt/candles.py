"""Past candles, page by page, with the holes asked for again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from connectors.ccxt.access import Access
from engine.domain.candles import Candles, gaps_in
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.timeframe import Timeframe
from engine.errors import HistoryNotFound, InstrumentNotFound, RateLimited, VenueError
from engine.ports.market_data import CandlePage

_TRIES = 5
_MOST_HOLES = 8
"""Holes of one page that are asked for again; with more, the exchange just has none there."""

Rows = NDArray[np.float64]
"""A bar a row: opening time in ms, open, high, low, close, volume."""


class CcxtCandles:
    """One exchange's candles. What is still forming is never given."""

    def __init__(self, at: Access) -> None:
        self._at = at

    @property
    def venue(self) -> VenueName:
        """Whose candles these are."""
        return self._at.venue

    async def pages(
        self, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> AsyncIterator[CandlePage]:
        """Closed candles that open in `[start, end)` (UTC epoch seconds), oldest first.

        Bars in which nothing traded are flat, with no volume, where the exchange leaves them out.
        Raises InstrumentNotFound, HistoryNotFound, VenueUnavailable, RateLimited.
        """
        self._check(symbol, timeframe)
        step = timeframe.seconds
        end = min(end, timeframe.open_of(self._at.clock.now_ms() // 1000))
        at = timeframe.open_of(start + step - 1)
        close: float | None = None
        while at < end:
            page_end = min(end, at + self._at.contract.bars_a_page * step)
            rows = await self._fetched(symbol, timeframe, at, page_end)
            if not len(rows) and close is None:
                later = await self._first_after(symbol, timeframe, at, end)
                yield CandlePage(Candles.empty(), later, ((at, later),))
                at = later
                continue
            beyond = rows[rows[:, 0] >= page_end * 1000]
            rows = await self._repaired(symbol, timeframe, rows, at, page_end)
            candles, gaps = self._whole(rows, timeframe, at, page_end, close)
            if not len(rows) and len(beyond):
                page_end = min(end, timeframe.open_of(int(beyond[0, 0]) // 1000))
                gaps = ((at, page_end),)
            if len(candles):
                close = float(candles.close[-1])
            yield CandlePage(candles, page_end, gaps)
            at = page_end

    def _check(self, symbol: Symbol, timeframe: Timeframe) -> None:
        if self._at.listing.get(symbol) is None:
            raise InstrumentNotFound(symbol=symbol, nearest="")
        if timeframe.value not in (self._at.client.timeframes or {}):
            raise HistoryNotFound(symbol=symbol, timeframe=timeframe.value)

    async def _first_after(self, symbol: Symbol, timeframe: Timeframe, at: int, end: int) -> int:
        """Where the candles begin, looked for by days; `end` where there are none."""
        days = Timeframe.D1
        if timeframe.seconds >= days.seconds or days.value not in self._at.client.timeframes:
            return min(end, at + self._at.contract.bars_a_page * timeframe.seconds)
        day = days.open_of(at)
        while day < end:
            page_end = day + self._at.contract.bars_a_page * days.seconds
            rows = await self._fetched(symbol, days, day, page_end)
            if len(rows):
                first = max(at, int(rows[0, 0]) // 1000)
                # The day that was asked for has bars, and this timeframe's first are not in it.
                nearest = at + self._at.contract.bars_a_page * timeframe.seconds
                return min(end, first if first > at else nearest)
            day = page_end
        return end

    async def _repaired(
        self, symbol: Symbol, timeframe: Timeframe, rows: Rows, start: int, end: int
    ) -> Rows:
        """The page's own rows, with its holes asked for once more."""
        rows = _between(rows, start, end)
        holes = list(_holes(rows, timeframe, start, end))
        if not len(rows) or len(holes) > _MOST_HOLES:
            return rows
        found = [rows]
        for first, last in holes:
            found.append(_between(await self._fetched(symbol, timeframe, first, last), first, last))
        return _in_order(np.concatenate(found))

    async def _fetched(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Rows:
        bars = min(self._at.contract.bars_a_page, (end - start) // timeframe.seconds)
        for attempt in range(_TRIES):
            try:
                with self._at.failures.asking():
                    answer = await self._at.client.fetch_ohlcv(
                        symbol, timeframe.value, start * 1000, bars
                    )
            except VenueError as failure:
                if attempt == _TRIES - 1:
                    raise
                await self._at.clock.sleep(_pause(failure, attempt))
            else:
                return _in_order(_rows(answer))
        raise AssertionError("the last attempt raises")

    def _whole(
        self, rows: Rows, timeframe: Timeframe, start: int, end: int, close: float | None
    ) -> tuple[Candles, tuple[tuple[int, int], ...]]:
        """The page's candles and what is missing of them."""
        holes = tuple(_holes(rows, timeframe, start, end))
        if self._at.contract.leaves_out_quiet_bars and len(rows):
            last = int(rows[-1, 0]) // 1000
            quiet = [hole for hole in holes if hole[1] <= last]
            flat = [_flat(rows, hole, timeframe, close) for hole in quiet]
            rows = _in_order(np.concatenate([rows, *flat]))
            holes = tuple(_holes(rows, timeframe, start, end))
        time = (rows[:, 0] // 1000).astype(np.int64)
        return Candles(time, *(rows[:, column].copy() for column in range(1, 6))), holes


def _pause(failure: VenueError, attempt: int) -> float:
    return failure.retry_after_seconds if isinstance(failure, RateLimited) else 0.5 * 2**attempt


def _rows(answer: Sequence[Sequence[float]]) -> Rows:
    whole = [row for row in answer if None not in row]
    return np.array(whole, np.float64).reshape(-1, 6)


def _in_order(rows: Rows) -> Rows:
    """By time, each time once."""
    _, first = np.unique(rows[:, 0], return_index=True)
    return rows[first]


def _between(rows: Rows, start: int, end: int) -> Rows:
    return rows[(rows[:, 0] >= start * 1000) & (rows[:, 0] < end * 1000)]


def _holes(rows: Rows, timeframe: Timeframe, start: int, end: int) -> Iterator[tuple[int, int]]:
    times = (rows[:, 0] // 1000).astype(np.int64).tolist()
    return gaps_in(times, timeframe.seconds, start, end)


def _flat(rows: Rows, hole: tuple[int, int], timeframe: Timeframe, close: float | None) -> Rows:
    """Bars without a trade: each price is the last one before them."""
    first, last = hole
    before = rows[rows[:, 0] < first * 1000]
    price = float(before[-1, 4]) if len(before) else close
    if price is None:
        return np.empty((0, 6))
    times = np.arange(first, last, timeframe.seconds, dtype=np.float64) * 1000
    flat = np.full((len(times), 6), price)
    flat[:, 0], flat[:, 5] = times, 0.0
    return flat
