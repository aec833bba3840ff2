"""Live prices of an exchange: each quote as it comes, candles and books when they are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

import structlog

from connectors.ccxt.access import Access
from connectors.ccxt.candles import CcxtCandles
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import BookLevel, DataKind, OrderBook, Tick
from engine.domain.money import ZERO
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, QuoteNotFound, VenueError
from engine.ports.tick_queue import BOUND, TickQueue

_log = structlog.get_logger(__name__)

_LEVELS = 50
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 10.0
_POLL_SECONDS = 2.0


class CcxtMarket:
    """The prices of the instruments that a desk watches at one exchange."""

    def __init__(self, at: Access, symbols: Sequence[Symbol], *, bound: int = BOUND) -> None:
        """`at` is used for prices alone, its listing loaded. Raises InstrumentNotFound."""
        self._at = at
        self._instruments = {symbol: self._listed(symbol) for symbol in symbols}
        self._candles = CcxtCandles(at)
        self.queue = TickQueue(at.venue, bound)
        # Each quote passes here once it is read, also those that ccxt would fold into one answer;
        # what it derives from them, such as changes in percent, is not used and costs most.
        at.client.safe_ticker = self._heard

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

    def instruments(self) -> Sequence[Instrument]:
        """All that is watched."""
        return tuple(self._instruments.values())

    async def ticks(self) -> AsyncGenerator[Tick, None]:
        """Quotes as they come; the streams are taken up again whenever they fall."""
        watching = asyncio.ensure_future(self._watch())
        try:
            while True:
                yield await self.queue.take()
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Closed candles that open in `[start, end)` (UTC epoch seconds); may be empty.

        Raises InstrumentNotFound, HistoryNotFound, VenueUnavailable, RateLimited.
        """
        whole = Candles.empty()
        async for page in self._candles.pages(symbol, timeframe, start, end):
            whole = Candles.joined(whole, page.candles)
        return whole

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best `depth` levels a side. Raises InstrumentNotFound, QuoteNotFound, VenueError."""
        self._listed(symbol)
        with self._at.failures.asking():
            answer = await self._at.client.fetch_order_book(symbol, _LEVELS)
        bids, asks = (_levels(answer[side])[:depth] for side in ("bids", "asks"))
        if not bids or not asks:
            raise QuoteNotFound(symbol=symbol)
        return OrderBook(symbol, bids, asks, int(answer.get("timestamp") or self.now_ms()))

    def _listed(self, symbol: Symbol) -> Instrument:
        instrument = self._at.listing.get(symbol)
        if instrument is None:
            near = [each.symbol for each in self._at.listing.all() if each.base in symbol]
            raise InstrumentNotFound(symbol=symbol, nearest=", ".join(near[:3]))
        return instrument

    # -- quotes ---------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """One stream for each kind of market: few exchanges quote two kinds on one."""
        kinds: dict[InstrumentKind, list[Symbol]] = {}
        for instrument in self._instruments.values():
            kinds.setdefault(instrument.kind, []).append(instrument.symbol)
        watching = [asyncio.ensure_future(self._watch_some(each)) for each in kinds.values()]
        try:
            await asyncio.gather(*watching)
        finally:
            for each in watching:
                each.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*watching, return_exceptions=True)

    async def _watch_some(self, symbols: Sequence[Symbol]) -> None:
        streams = self._at.client.has.get("watchTickers") is True
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                with self._at.failures.asking():
                    if streams:
                        await self._at.client.watch_tickers(list(symbols))
                    else:
                        await self._at.client.fetch_tickers(list(symbols))
            except VenueError as error:
                _log.warning("quotes_fell", venue=self.venue, why=str(error))
                await self._at.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                pause = _FIRST_PAUSE_SECONDS
                if not streams:
                    await self._at.clock.sleep(_POLL_SECONDS)

    def _heard(self, ticker: Mapping[str, Any], _market: object = None) -> Mapping[str, Any]:
        """In place of ccxt's own last step of reading a quote."""
        tick = self._tick(ticker)
        if tick is not None:
            self.queue.put(tick)
        return ticker

    def _tick(self, ticker: Mapping[str, Any]) -> Tick | None:
        symbol = ticker.get("symbol")
        last = ticker.get("last") or ticker.get("close")
        if symbol not in self._instruments or not last:
            return None
        try:
            price = Decimal(str(last))
            return Tick(
                Symbol(str(symbol)),
                Decimal(str(ticker.get("bid") or last)),
                Decimal(str(ticker.get("ask") or last)),
                price,
                Decimal(str(ticker.get("bidVolume") or ticker.get("askVolume") or ZERO)),
                int(ticker.get("timestamp") or self.now_ms()),
            )
        except (InvalidOperation, ValueError):
            _log.warning("quote_not_read", venue=self.venue, symbol=symbol)
            return None


def _levels(rows: Sequence[Sequence[Any]]) -> tuple[BookLevel, ...]:
    return tuple(BookLevel(Decimal(str(row[0])), Decimal(str(row[1]))) for row in rows)
