"""The market of a gateway as a desk runs on it: taken up when it is reached, tried until then."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import structlog

from connectors.ibkr.access import Access
from connectors.ibkr.market_data import IbkrMarket
from connectors.ibkr.symbols import split
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind, OrderBook, Tick
from engine.domain.timeframe import Timeframe
from engine.errors import VenueError

_log = structlog.get_logger(__name__)

NOT_LISTED, TWICE = "not_listed", "several"


class IbkrFeed:
    """The instruments that a desk wants of Interactive Brokers; none before it was reached."""

    def __init__(self, at: Access, entries: Sequence[str]) -> None:
        """`at` is for these, and used for prices alone."""
        self._at = at
        self._symbols = tuple(dict.fromkeys(split(each)[0] for each in entries))
        self._market: IbkrMarket | None = None
        self.missing: dict[Symbol, str] = {}
        """What is wanted and has no prices: not listed there, or the name of several things."""

    @property
    def venue(self) -> VenueName:
        """Whose prices these are."""
        return self._at.venue

    @property
    def kind(self) -> DataKind:
        """They are of this moment."""
        return DataKind.LIVE

    def now_ms(self) -> int:
        """The market's moment is the desk's own, in UTC ms."""
        return self._at.clock.now_ms()

    async def start(self) -> None:
        """Connect; where no gateway is there, `ticks` waits for one."""
        try:
            await self._at.open()
        except VenueError as error:
            _log.warning("market_not_reached", venue=self.venue, why=str(error))
            self._at.line.begin()
        else:
            self._take_up()

    def instruments(self) -> Sequence[Instrument]:
        """All that has prices here."""
        return self._market.instruments() if self._market is not None else ()

    async def ticks(self) -> AsyncGenerator[Tick, None]:
        """Quotes as they come."""
        await self._at.line.opened()
        async for tick in self._take_up().ticks():
            yield tick

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Closed candles that open in `[start, end)` (UTC epoch seconds); may be empty.

        Raises InstrumentNotFound, HistoryNotFound, VenueUnavailable, RateLimited.
        """
        return await self._reached().history(symbol, timeframe, start, end)

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best level of each side. Raises InstrumentNotFound, QuoteNotFound, VenueError."""
        return await self._reached().book(symbol, depth)

    async def close(self) -> None:
        """Let go of the line."""
        await self._at.close()

    def _reached(self) -> IbkrMarket:
        self._at.line.check_open()
        return self._take_up()

    def _take_up(self) -> IbkrMarket:
        """The market of what is there, made when the gateway was first reached."""
        if self._market is None:
            listing = self._at.listing
            for symbol in self._symbols:
                if listing.get(symbol) is None:
                    self.missing[symbol] = TWICE if symbol in listing.ambiguous else NOT_LISTED
                    _log.warning("no_prices", symbol=symbol, why=self.missing[symbol])
            found = [symbol for symbol in self._symbols if symbol not in self.missing]
            self._market = IbkrMarket(self._at, found)
        return self._market
