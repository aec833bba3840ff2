"""The market of a server as a desk runs on it: quotes as they come, bars when asked for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from connectors.dtc.access import Access
from connectors.dtc.candles import DtcCandles
from connectors.dtc.listing import symbol_of
from connectors.dtc.quotes import Quotes
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind, OrderBook, Tick
from engine.domain.timeframe import Timeframe
from engine.ports.awaited import AwaitedFeed

NOT_LISTED = "not_defined"


def feed_at(at: Access, entries: Sequence[str]) -> AwaitedFeed:
    """The prices of these, `@EXCHANGE` following where it must. `at` is for them alone."""

    def why_missing(symbol: Symbol) -> str:
        return NOT_LISTED if at.listing.get(symbol) is None else ""

    symbols = [symbol_of(each) for each in entries]
    return AwaitedFeed(at, symbols, why_missing, lambda found: DtcMarket(at, found))


class DtcMarket:
    """The prices of the instruments that a desk watches."""

    def __init__(self, at: Access, symbols: Sequence[Symbol]) -> None:
        """`at` is open, and used for prices alone."""
        self._at = at
        listed = [at.listing.get(symbol) for symbol in symbols]
        self._instruments = tuple(each.instrument for each in listed if each is not None)
        self._quotes = Quotes(at.line, at.listing, at.clock)
        self._candles = DtcCandles(at.venue, at.line.server, at.listing, at.clock)

    @property
    def venue(self) -> VenueName:
        """Whose prices these are."""
        return self._at.venue

    @property
    def kind(self) -> DataKind:
        """They are of this moment."""
        return DataKind.LIVE

    def instruments(self) -> Sequence[Instrument]:
        """All that is watched."""
        return self._instruments

    def ticks(self) -> AsyncGenerator[Tick, None]:
        """Quotes as they come; they are asked for anew whenever the line was down."""
        return self._quotes.ticks()

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Closed candles that open in `[start, end)` (UTC epoch seconds); may be empty.

        Raises InstrumentNotFound, VenueUnavailable, RateLimited, KeysRefused.
        """
        whole = Candles.empty()
        async for page in self._candles.pages(symbol, timeframe, start, end):
            whole = Candles.joined(whole, page.candles)
        return whole

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best level of each side; deeper ones are not asked for. Raises QuoteNotFound."""
        return self._quotes.book(symbol, depth)
