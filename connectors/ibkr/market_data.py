"""Live prices at Interactive Brokers: quotes as they come, candles when they are asked for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

import structlog

from connectors.ibkr.access import Access
from connectors.ibkr.candles import IbkrCandles
from connectors.ibkr.line import Act
from connectors.ibkr.listing import Listed
from connectors.ibkr.said import OrderNews, QuoteSaid, Trouble
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import BookLevel, DataKind, OrderBook, Tick
from engine.domain.money import ZERO
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, QuoteNotFound
from engine.ports.tick_queue import BOUND, TickQueue

_log = structlog.get_logger(__name__)


class Field(IntEnum):
    """Of what a price is, by IB's number."""

    BID = 1
    ASK = 2
    LAST = 4


@dataclass(slots=True)
class _Quote:
    """What was last said of one symbol; nothing yet where it is 0."""

    listed: Listed
    bid: Decimal = ZERO
    ask: Decimal = ZERO
    last: Decimal = ZERO
    bid_size: Decimal = ZERO
    ask_size: Decimal = ZERO
    size: Decimal = ZERO


class IbkrMarket:
    """The prices of the instruments that a desk watches.

    Real-time prices only: those of fifteen minutes ago, which a login without subscriptions is
    offered instead, are not taken for the price.
    """

    def __init__(self, at: Access, symbols: Sequence[Symbol], *, bound: int = BOUND) -> None:
        """`at` is open, and used for prices alone. Raises InstrumentNotFound."""
        self._at = at
        self._quotes = {symbol: _Quote(self._listed(symbol)) for symbol in symbols}
        self._candles = IbkrCandles(at)
        self._numbers: dict[int, Symbol] = {}
        self._socket = 0
        self.queue = TickQueue(at.venue, bound)

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
        return tuple(each.listed.instrument for each in self._quotes.values())

    async def ticks(self) -> AsyncGenerator[Tick, None]:
        """Quotes as they come; they are asked for anew whenever the line was down."""
        line = self._at.line
        line.on_quote.append(self._hear)
        line.on_order.append(self._hear_trouble)
        line.on_back.append(self._subscribe)
        try:
            if line.is_open:
                await self._subscribe()
            while True:
                yield await self.queue.take()
        finally:
            line.on_quote.remove(self._hear)
            line.on_order.remove(self._hear_trouble)
            line.on_back.remove(self._subscribe)

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Closed candles that open in `[start, end)` (UTC epoch seconds); may be empty.

        Raises InstrumentNotFound, VenueUnavailable, RateLimited.
        """
        whole = Candles.empty()
        async for page in self._candles.pages(symbol, timeframe, start, end):
            whole = Candles.joined(whole, page.candles)
        return whole

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best level of each side; deeper ones are not asked for.

        Raises InstrumentNotFound, QuoteNotFound.
        """
        self._listed(symbol)
        quote = self._quotes.get(symbol)
        if quote is None or not quote.bid or not quote.ask or depth < 1:
            raise QuoteNotFound(symbol=symbol)
        bid = BookLevel(quote.bid, quote.bid_size * quote.listed.size)
        ask = BookLevel(quote.ask, quote.ask_size * quote.listed.size)
        return OrderBook(symbol, (bid,), (ask,), self.now_ms())

    def _listed(self, symbol: Symbol) -> Listed:
        listed = self._at.listing.get(symbol)
        if listed is None:
            forms = self._at.listing.ambiguous.get(symbol, ())
            raise InstrumentNotFound(symbol=symbol, nearest=", ".join(forms))
        return listed

    # -- quotes ---------------------------------------------------------------------------------

    async def _subscribe(self) -> None:
        line = self._at.line
        before, self._numbers = self._numbers, {}
        if line.sockets == self._socket:
            for number in before:
                line.subscribe(_ended(number))
        self._socket = line.sockets
        for symbol, quote in self._quotes.items():
            number = line.new_id()
            self._numbers[number] = symbol
            line.subscribe(_asked(number, quote.listed))

    def _hear(self, said: QuoteSaid) -> None:
        symbol = self._numbers.get(said.number)
        if symbol is None or said.price <= 0:
            return
        quote = self._quotes[symbol]
        match said.field:
            case Field.BID:
                quote.bid, quote.bid_size = said.price, said.size
            case Field.ASK:
                quote.ask, quote.ask_size = said.price, said.size
            case Field.LAST:
                quote.last, quote.size = said.price, said.size
            case _:
                return
        self._tell(symbol, quote)

    def _tell(self, symbol: Symbol, quote: _Quote) -> None:
        # A pair of currencies has no last trade; between bid and ask is where it would be.
        last = quote.last or (quote.bid + quote.ask) / 2
        if not quote.bid or not quote.ask:
            return
        size = (quote.size or quote.bid_size or quote.ask_size) * quote.listed.size
        self.queue.put(Tick(symbol, quote.bid, quote.ask, last, size, self.now_ms()))

    def _hear_trouble(self, news: OrderNews) -> None:
        if isinstance(news, Trouble) and (symbol := self._numbers.get(news.number)) is not None:
            text = self._at.line.failures.text(news.text)
            _log.error("no_prices", venue=self.venue, symbol=symbol, code=news.code, text=text)


def _asked(number: int, listed: Listed) -> Act:
    return lambda client: client.reqMktData(number, listed.contract, "", False, False, [])


def _ended(number: int) -> Act:
    return lambda client: client.cancelMktData(number)
