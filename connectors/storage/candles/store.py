"""The candle store: what has closed lately in memory, the rest in files."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import numpy as np

from connectors.storage.candles.layout import Part, Series, next_part, parts_of
from connectors.storage.candles.merging import merged
from connectors.storage.candles.parquet import read_file, write_file
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.timeframe import Timeframe
from engine.errors import CandlesInvalid, StoreUnavailable
from engine.ports.boundary import boundary

_MOST_PARTS = 8
"""Files of one period before they are merged into one."""
_MOST_TRIES = 5

_Pending = dict[Series, list[Candles]]
_T = TypeVar("_T")


class ParquetCandleStore:
    """Candles under one folder, which need not exist yet.

    Files are read and written in a thread; with `threads=False` on the loop itself, because a
    virtual-time loop cannot see a thread. One process writes at a time.
    """

    def __init__(self, folder: Path, *, threads: bool = True) -> None:
        self._folder = folder
        self._threads = threads
        self._pending: _Pending = {}
        self._writing: _Pending = {}
        self._one_flush = asyncio.Lock()
        # A cancelled flush leaves its thread running; the next one must not meet it on disk.
        self._disk = threading.Lock()

    async def read(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> Candles:
        """What is stored or appended that opens in `[start, end)` (UTC epoch seconds).

        Raises CandlesInvalid naming the file that is broken.
        """
        series = Series(venue, symbol, timeframe)
        # Taken first: what is committed meanwhile is then in both places, never in neither.
        recent = [*self._writing.get(series, ()), *self._pending.get(series, ())]
        if start >= end:
            return Candles.empty()
        stored = await self._off_the_loop(lambda: self._stored(series, start, end))
        return merged([*stored, *recent]).between(start, end)

    async def write(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, candles: Candles
    ) -> None:
        """Keep these, durable on return, winning over all that was there.

        Raises StoreUnavailable; they then stay in memory for the next flush.
        """
        self._keep(Series(venue, symbol, timeframe), candles)
        await self.flush()

    def append(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, bars: Iterable[Candle]
    ) -> None:
        """Keep newly closed bars: readable at once, durable after the next `flush`."""
        self._keep(Series(venue, symbol, timeframe), Candles.of(bars))

    async def flush(self) -> None:
        """Write what is only in memory. Raises StoreUnavailable; nothing is lost by it."""
        async with self._one_flush:
            self._writing, self._pending = self._pending, {}
            try:
                await self._off_the_loop(lambda: self._commit_all(self._writing))
            except OSError as error:
                raise StoreUnavailable(
                    f"Candles cannot be saved: {error}", detail=str(error)
                ) from (error)
            finally:
                self._keep_what_is_left()

    def _keep(self, series: Series, candles: Candles) -> None:
        if len(candles):
            self._pending.setdefault(series, []).append(candles)

    def _keep_what_is_left(self) -> None:
        for series, parts in list(self._writing.items()):
            self._pending[series] = parts + self._pending.get(series, [])
        self._writing = {}

    async def _off_the_loop(self, work: Callable[[], _T]) -> _T:
        if not self._threads:
            return work()
        # A connector may: large files would hold up every conversation.
        return await asyncio.to_thread(work)  # noqa: TID251

    def _commit_all(self, writing: _Pending) -> None:
        for series in list(writing):
            with self._disk:
                self._commit(series, merged(writing[series]))
            writing.pop(series, None)

    def _commit(self, series: Series, candles: Candles) -> None:
        folder = series.folder(self._folder)
        present = parts_of(folder)
        for period, part in series.split(candles):
            write_file(next_part(present, folder, period).path, part)
            boundary("candles.flushed")
            self._compact([p for p in parts_of(folder) if p.period == period], folder)

    def _compact(self, parts: list[Part], folder: Path) -> None:
        if len(parts) <= _MOST_PARTS:
            return
        try:
            whole = merged([read_file(part.path) for part in parts])
        except CandlesInvalid:
            return  # Whoever reads hears of the broken file; what is sound stays as it is.
        write_file(next_part(parts, folder, parts[0].period).path, whole)
        boundary("candles.flushed")
        for part in parts:
            part.path.unlink(missing_ok=True)

    def _stored(self, series: Series, start: int, end: int) -> list[Candles]:
        """The files that may hold bars of a window; listed anew when a merge takes one away."""
        for _ in range(_MOST_TRIES):
            try:
                return [read_file(part.path) for part in self._parts(series, start, end)]
            except FileNotFoundError:
                continue
        raise StoreUnavailable(detail="candle files keep changing while they are read")

    def _parts(self, series: Series, start: int, end: int) -> list[Part]:
        first, last = series.periods(np.array([start, end - 1]))
        parts = parts_of(series.folder(self._folder))
        return [part for part in parts if str(first) <= part.period <= str(last)]
