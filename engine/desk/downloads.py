"""Candles of a venue, brought into the store that charts, alerts and backtests read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.timeframe import Timeframe
from engine.ports.market_data import MarketData
from engine.runtime.downloads import Progress, check_listed
from engine.runtime.live import LiveRuntime


class DownloadDesk:
    """The same for everyone: candles belong to the desk."""

    def __init__(self, runtime: LiveRuntime) -> None:
        self._runtime = runtime

    def venues(self) -> Sequence[VenueName]:
        """Where history can be had from, by name."""
        return sorted(self._runtime.markets.sources)

    def check(self, venue: VenueName, symbol: Symbol) -> None:
        """Pass, or raise InstrumentNotFound: `venue` is one of `venues`."""
        self._source(venue, symbol)

    def run(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> AsyncIterator[Progress]:
        """Fetch what is missing of `[start, end)` (UTC epoch seconds), telling how far it is.

        `venue` is one of `venues`. Raises as Downloader.download does.
        """
        source = self._source(venue, symbol)
        return self._runtime.downloader.download(source, symbol, timeframe, start, end)

    def _source(self, venue: VenueName, symbol: Symbol) -> MarketData:
        source = self._runtime.markets.sources[venue]
        check_listed(source, symbol)
        return source
