"""Where prices come from, and where candles are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind, OrderBook, Tick
from engine.domain.timeframe import Timeframe


@dataclass(frozen=True, slots=True)
class CandleOddity:
    """What is odd about the bars of a file: `kind` names its text, `facts` fill that."""

    kind: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class CandleHistory:
    """Bars of a file, the timeframe that is their usual step (or None), and what is odd."""

    candles: Candles
    timeframe: Timeframe | None
    oddities: tuple[CandleOddity, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CandlePage:
    """One answer's worth of past candles.

    All that closed before `until` (UTC epoch seconds) is settled: what is missing there the venue
    does not have, which `gaps` lists as `[start, end)` in epoch seconds.
    """

    candles: Candles
    until: int
    gaps: tuple[tuple[int, int], ...] = ()


class MarketData(Protocol):
    """A feed of one venue: instruments, ticks, history and the book."""

    @property
    def venue(self) -> VenueName:
        """Whose prices these are."""
        ...

    @property
    def kind(self) -> DataKind:
        """Live, replay, simulated or recorded; said wherever its prices are shown."""
        ...

    def instruments(self) -> Sequence[Instrument]:
        """All that has prices here."""
        ...

    def ticks(self) -> AsyncIterator[Tick]:
        """Price updates as they come, oldest first per symbol, until the feed ends."""
        ...

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Closed candles that open in `[start, end)` (UTC epoch seconds); may be empty.

        Raises InstrumentNotFound.
        """
        ...

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best `depth` levels a side. Raises InstrumentNotFound, QuoteNotFound."""
        ...


class HistorySources(Protocol):
    """Where past candles may be had from, beside the feeds that are open anyway."""

    def venues(self) -> Sequence[VenueName]:
        """By name."""
        ...

    def open(self, venue: VenueName, symbol: Symbol) -> AbstractAsyncContextManager[MarketData]:
        """One of them, for as long as it is used.

        Entering raises InstrumentNotFound, VenueUnavailable, RateLimited.
        """
        ...


class CandleStore(Protocol):
    """Closed candles by venue, symbol and timeframe; one store for charts, alerts, strategies."""

    async def read(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> Candles:
        """What is stored that opens in `[start, end)` (UTC epoch seconds); may be empty."""
        ...

    async def write(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, candles: Candles
    ) -> None:
        """Keep these, the newer winning where they overlap."""
        ...

    def append(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, bars: Iterable[Candle]
    ) -> None:
        """Keep newly closed bars; durable after the next `flush`."""
        ...

    async def flush(self) -> None:
        """Write what was appended to disk."""
        ...
