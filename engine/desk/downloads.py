"""Candles of a venue, brought into the store that charts, alerts and backtests read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.timeframe import Timeframe
from engine.ports.market_data import HistorySources
from engine.runtime.downloads import Progress, check_listed
from engine.runtime.live import LiveRuntime


class DownloadDesk:
    """The same for everyone: candles belong to the desk."""

    def __init__(self, runtime: LiveRuntime, sources: HistorySources) -> None:
        self._runtime = runtime
        self._sources = sources

    def venues(self) -> Sequence[VenueName]:
        """Where history can be had from, by name."""
        return sorted(self._sources.venues())

    def check(self, venue: VenueName, symbol: Symbol) -> None:
        """Pass, or raise InstrumentNotFound; a venue that must be asked is asked when it begins."""
        feed = self._runtime.markets.sources.get(venue)
        if feed is not None:
            check_listed(feed, symbol)

    async def run(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> AsyncIterator[Progress]:
        """Fetch what is missing of `[start, end)` (UTC epoch seconds), telling how far it is.

        `venue` is one of `venues`. Raises as Downloader.download does.
        """
        download = self._runtime.downloader.download
        async with self._sources.open(venue, symbol) as feed:
            async for progress in download(feed, symbol, timeframe, start, end):
                yield progress
