"""A market that is somewhere else: taken up when it is reached, tried until then."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Protocol

import structlog

from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind, OrderBook, Tick
from engine.domain.timeframe import Timeframe
from engine.errors import VenueError, VenueUnavailable
from engine.ports.market_data import MarketData
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 15.0


class Place(Protocol):
    """Where a market is, and the way there."""

    @property
    def venue(self) -> VenueName:
        """Its name."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is here."""
        ...

    async def open(self) -> None:
        """Reach it now, with all that is listed there. Raises VenueError."""
        ...

    async def reached(self) -> None:
        """Wait until it is reached, trying again and again."""
        ...

    def check_reached(self) -> None:
        """Raises VenueError with the reason while it is not."""
        ...

    async def close(self) -> None:
        """Let go of it, for good."""
        ...


class AwaitedFeed:
    """The instruments that a desk wants of one venue; none before it was reached."""

    def __init__(
        self,
        at: Place,
        symbols: Sequence[Symbol],
        why_missing: Callable[[Symbol], str],
        take_up: Callable[[Sequence[Symbol]], MarketData],
    ) -> None:
        """`at` is used for prices alone. `why_missing` is the key of a text that says why there are
        no prices of a symbol, empty where there are; `take_up` makes the market of those.
        """
        self._at = at
        self._symbols = tuple(dict.fromkeys(symbols))
        self._why_missing = why_missing
        self._make = take_up
        self._market: MarketData | None = None
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
        """Reach it if it can be reached now; where it cannot, `ticks` goes on trying."""
        try:
            await self._at.open()
        except VenueError as error:
            _log.warning("market_not_reached", venue=self.venue, why=str(error))
            why = error.facts.get("why") or error.code
            self.missing.update(dict.fromkeys(self._symbols, why))
        else:
            self._take_up()

    def instruments(self) -> Sequence[Instrument]:
        """All that has prices here."""
        return self._market.instruments() if self._market is not None else ()

    async def ticks(self) -> AsyncGenerator[Tick, None]:
        """Quotes as they come."""
        pause = _FIRST_PAUSE_SECONDS
        while self._market is None:
            await self._at.reached()
            self._take_up()
            if self._market is None:
                await self._at.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
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
        """Let go of it."""
        await self._at.close()

    def _reached(self) -> MarketData:
        self._at.check_reached()
        self._take_up()
        if self._market is None:
            raise VenueUnavailable(f"nothing is followed at {self.venue}", why="unreachable")
        return self._market

    def _take_up(self) -> None:
        """The market of what is there, made when it was first reached."""
        if self._market is not None:
            return
        whys = {symbol: self._why_missing(symbol) for symbol in self._symbols}
        self.missing.clear()
        self.missing.update({symbol: why for symbol, why in whys.items() if why})
        for symbol, why in self.missing.items():
            _log.warning("no_prices", symbol=symbol, why=why)
        found = [symbol for symbol in self._symbols if symbol not in self.missing]
        if found:
            self._market = self._make(found)
