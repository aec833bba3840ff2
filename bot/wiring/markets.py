"""Where prices and histories come from: the configured feed, exchanges, the store of candles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from bot.config import Config
from bot.sections import MarketSection
from bot.wiring.accounts import dtc_server, gateway
from bot.wiring.system import Lines, System
from connectors.ccxt.access import AT_THE_EXCHANGE, open_access
from connectors.ccxt.feed import feed_at
from connectors.ccxt.market_data import CcxtMarket
from connectors.ccxt.rows import VERIFIED
from connectors.dtc.access import open_access as open_server
from connectors.dtc.feed import feed_at as dtc_feed_at
from connectors.dtc.server import DTC
from connectors.ibkr.door import open_feed
from connectors.ibkr.gateway import IBKR
from connectors.recorded.market import RecordedMarket
from connectors.replay import ReplayMarket, read_candle_file
from connectors.simulated.market import SimulatedMarket
from connectors.storage.candles.store import ParquetCandleStore
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.timeframe import Timeframe
from engine.ports.awaited import AwaitedFeed
from engine.ports.market_data import CandleStore, HistorySources, MarketData
from engine.ports.system import Clock

_FAR = 253_402_300_800
"""The year 10000, in UTC epoch seconds."""


class TimedFeed(MarketData, Protocol):
    """A feed that knows what time it is in its market."""

    def now_ms(self) -> int:
        """The market's moment in UTC ms."""
        ...


class ConfiguredFeed(TimedFeed, Protocol):
    """One that runs by its own time, and is told where that stood."""

    @property
    def timeframe(self) -> Timeframe:
        """The shortest bars that it is kept in."""
        ...

    def go_on_from(self, moment: int) -> None:
        """Begin at that moment (UTC epoch seconds) if it is later than the start."""
        ...


async def exchange_feed(config: Config, clock: Clock, line: Lines) -> AwaitedFeed | None:
    """The exchange whose prices the desk follows, reached if it can be now."""
    market = config.market
    if market.source != "exchange":
        return None
    if market.venue == IBKR:
        at_gateway = gateway(config, is_paper=market.test_network)
        feed = open_feed(at_gateway, market.symbols, clock)
    elif market.venue == DTC:
        at_server = dtc_server(config, is_simulated=market.test_network)
        feed = dtc_feed_at(open_server(at_server, market.symbols, clock), market.symbols)
    else:
        where = line(VenueName(market.venue))
        at = open_access(market.venue, clock, line=where, is_test=market.test_network)
        feed = feed_at(at, [Symbol(each) for each in market.symbols])
    await feed.start()
    return feed


def own_feed(market: MarketSection, system: System) -> ConfiguredFeed:
    """The desk's own market: simulated, or a file played back. Raises CandlesInvalid."""
    if market.source == "simulated":
        return SimulatedMarket(
            system.clock, market.seed, tick_seconds=market.tick_seconds, speed=market.speed
        )
    file = read_candle_file(Path(market.file).expanduser())
    return ReplayMarket(
        system.clock,
        Symbol(market.symbol or Path(market.file).stem.upper()),
        file,
        bars_per_second=market.speed / file.timeframe.seconds,
        starts_at=int(file.candles.time[min(market.start, len(file.candles) - 1)]),
    )


async def going_on(feed: ConfiguredFeed, candles: CandleStore) -> ConfiguredFeed:
    """The feed, from where its market stood when the desk was left: time never goes back."""
    symbol, timeframe, now = feed.instruments()[0].symbol, feed.timeframe, feed.now_ms() // 1000
    kept = await candles.read(feed.venue, symbol, timeframe, now, _FAR)
    if len(kept):
        feed.go_on_from(int(kept.time[-1]) + timeframe.seconds)
    return feed


def candle_store(home: Path, system: System) -> CandleStore:
    """Where a home keeps its candles; one process writes at a time."""
    return ParquetCandleStore(home / "candles", threads=system.workers)


def instruments(config: Config, system: System) -> Sequence[Instrument]:
    """All that the configured feeds know without being asked. Raises CandlesInvalid."""
    return [each for feed in sources(config, system) for each in feed.instruments()]


def sources(config: Config, system: System) -> Sequence[MarketData]:
    """The configured feeds, but for exchanges. Raises CandlesInvalid."""
    if config.market.source == "exchange":
        return (RecordedMarket(),)
    return (own_feed(config.market, system), RecordedMarket())


class Histories(HistorySources):
    """The desk's own feeds, and the exchanges whose rows are verified, opened when asked."""

    def __init__(
        self,
        feeds: Sequence[MarketData],
        clock: Clock,
        line: Lines = lambda _: AT_THE_EXCHANGE,
    ) -> None:
        """`line` says where exchanges are reached."""
        self._feeds = {feed.venue: feed for feed in feeds}
        self._clock = clock
        self._line = line

    def venues(self) -> Sequence[VenueName]:
        """By name."""
        return tuple({**self._feeds, **{VenueName(name): None for name in VERIFIED}})

    @asynccontextmanager
    async def open(self, venue: VenueName, symbol: Symbol) -> AsyncIterator[MarketData]:
        """One of them. Raises InstrumentNotFound, VenueUnavailable, RateLimited."""
        feed = self._feeds.get(venue)
        if feed is not None:
            yield feed
            return
        at = open_access(venue, self._clock, line=self._line(venue))
        try:
            await at.listing.load()
            yield CcxtMarket(at, [symbol])
        finally:
            await at.close()
