"""The market of an exchange as a desk runs on it: taken up when it is reached, tried until then."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import structlog

from connectors.ccxt.access import Access
from connectors.ccxt.market_data import CcxtMarket
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import DataKind, OrderBook, Tick
from engine.domain.timeframe import Timeframe
from engine.errors import VenueError, VenueUnavailable

_log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 15.0
NOT_LISTED, TWICE, PERPETUAL = "not_listed", "twice", "perpetual"


class CcxtFeed:
    """The instruments that a desk wants of one exchange; none before it was reached."""

    def __init__(self, at: Access, symbols: Sequence[Symbol]) -> None:
        """`at` is used for prices alone."""
        self._at = at
        self._symbols = tuple(dict.fromkeys(symbols))
        self._market: CcxtMarket | None = None
        self.missing: dict[Symbol, str] = {}
        """What is wanted and has no prices here, with the key of a text that says why."""

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
        """Ask the exchange what it lists; where it cannot be reached, `ticks` goes on asking."""
        try:
            await self._at.listing.load()
        except VenueError as error:
            _log.warning("market_not_reached", venue=self.venue, why=str(error))
            why = error.facts.get("why") or error.code
            self.missing.update(dict.fromkeys(self._symbols, why))
            return
        listing = self._at.listing
        self.missing.clear()
        for symbol in self._symbols:
            instrument = listing.get(symbol)
            if instrument is None:
                self.missing[symbol] = TWICE if symbol in listing.ambiguous else NOT_LISTED
            elif instrument.kind is not InstrumentKind.SPOT:
                self.missing[symbol] = PERPETUAL
            if symbol in self.missing:
                _log.warning("no_prices", symbol=symbol, why=self.missing[symbol])
        found = [symbol for symbol in self._symbols if symbol not in self.missing]
        if found:
            self._market = CcxtMarket(self._at, found)

    def instruments(self) -> Sequence[Instrument]:
        """All that has prices here."""
        return self._market.instruments() if self._market is not None else ()

    async def ticks(self) -> AsyncGenerator[Tick, None]:
        """Quotes as they come."""
        pause = _FIRST_PAUSE_SECONDS
        while self._market is None:
            await self._at.clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            await self.start()
        async for tick in self._market.ticks():
            yield tick

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Closed candles that open in `[start, end)` (UTC epoch seconds); may be empty.

        Raises InstrumentNotFound, HistoryNotFound, VenueUnavailable, RateLimited.
        """
        return await self._reached().history(symbol, timeframe, start, end)

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best `depth` levels a side. Raises InstrumentNotFound, QuoteNotFound, VenueError."""
        return await self._reached().book(symbol, depth)

    async def close(self) -> None:
        """Let go of connections."""
        await self._at.close()

    def _reached(self) -> CcxtMarket:
        if self._market is None:
            raise VenueUnavailable(f"{self.venue} was not reached yet", why="unreachable")
        return self._market
