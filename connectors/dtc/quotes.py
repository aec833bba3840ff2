"""Prices as they come: the best of each side and the last trade of what is watched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from decimal import Decimal

import structlog

from connectors.dtc.line import Line
from connectors.dtc.listing import Listed, Listing
from connectors.dtc.messages import NON_LAST_UPDATE_EQUITY_TRADE, SUBSCRIBE, Kind
from connectors.dtc.wire import Message, number
from engine.domain.identifiers import Symbol
from engine.domain.market import BookLevel, OrderBook, Tick
from engine.domain.money import ZERO
from engine.errors import QuoteNotFound
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

BOUND = 50_000
"""Quotes that wait to be taken; beyond it the oldest are passed over, and that is said."""
_SIDES = frozenset(
    {
        Kind.MARKET_DATA_SNAPSHOT,
        Kind.MARKET_DATA_UPDATE_BID_ASK,
        Kind.MARKET_DATA_UPDATE_BID_ASK_COMPACT,
        Kind.MARKET_DATA_UPDATE_BID_ASK_NO_TIMESTAMP,
        Kind.MARKET_DATA_UPDATE_BID_ASK_FLOAT_WITH_MICROSECONDS,
    }
)
_TRADES = {
    Kind.MARKET_DATA_SNAPSHOT: ("LastTradePrice", "LastTradeVolume"),
    Kind.MARKET_DATA_UPDATE_LAST_TRADE_SNAPSHOT: ("LastTradePrice", "LastTradeVolume"),
    Kind.MARKET_DATA_UPDATE_TRADE: ("Price", "Volume"),
    Kind.MARKET_DATA_UPDATE_TRADE_COMPACT: ("Price", "Volume"),
    Kind.MARKET_DATA_UPDATE_TRADE_NO_TIMESTAMP: ("Price", "Volume"),
    Kind.MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR: ("Price", "Volume"),
    Kind.MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR_2: ("Price", "Volume"),
}


@dataclass(slots=True)
class _Quote:
    """What was last said of one symbol; 0 where there is nothing."""

    listed: Listed
    bid: Decimal = ZERO
    ask: Decimal = ZERO
    bid_size: Decimal = ZERO
    ask_size: Decimal = ZERO
    last: Decimal = ZERO
    size: Decimal = ZERO


class Quotes:
    """The prices of all that is listed, asked for anew whenever the line was down."""

    def __init__(self, line: Line, listing: Listing, clock: Clock, *, bound: int = BOUND) -> None:
        self._line = line
        self._listing = listing
        self._clock = clock
        self._bound = bound
        self._quotes: dict[int, _Quote] = {}
        self._waiting: asyncio.Queue[Tick] = asyncio.Queue()
        self.passed_over = 0
        """Quotes that nobody took in time."""

    async def ticks(self) -> AsyncGenerator[Tick, None]:
        """Quotes as they come, oldest first, once both sides of a symbol are known."""
        self._line.on_message.append(self._hear)
        self._line.on_back.append(self._subscribe)
        try:
            if self._line.is_open:
                await self._subscribe()
            while True:
                yield await self._waiting.get()
        finally:
            self._line.on_message.remove(self._hear)
            self._line.on_back.remove(self._subscribe)

    def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best level of each side. Raises QuoteNotFound."""
        quotes = (each for each in self._quotes.values() if each.listed.instrument.symbol == symbol)
        quote = next(quotes, None)
        if quote is None or not quote.bid or not quote.ask or depth < 1:
            raise QuoteNotFound(symbol=symbol)
        bid, ask = BookLevel(quote.bid, quote.bid_size), BookLevel(quote.ask, quote.ask_size)
        return OrderBook(symbol, (bid,), (ask,), self._clock.now_ms())

    async def _subscribe(self) -> None:
        # What was known before the line fell is not known any more.
        self._quotes = {key: _Quote(each) for key, each in enumerate(self._listing.all(), start=1)}
        for key, quote in self._quotes.items():
            self._line.send(
                Kind.MARKET_DATA_REQUEST,
                RequestAction=SUBSCRIBE,
                SymbolID=key,
                Symbol=quote.listed.instrument.symbol,
                Exchange=quote.listed.exchange,
            )

    def _hear(self, said: Message) -> None:
        quote = self._quotes.get(said.get("SymbolID", 0))
        if quote is None:
            return
        kind = said["Type"]
        if kind == Kind.MARKET_DATA_REJECT:
            symbol = quote.listed.instrument.symbol
            _log.error("no_prices", venue=quote.listed.instrument.venue, symbol=symbol)
            return
        if kind in _SIDES:
            quote.bid = _price(said, "BidPrice", quote)
            quote.ask = _price(said, "AskPrice", quote)
            quote.bid_size = (number(said, "BidQuantity") or ZERO) * quote.listed.size
            quote.ask_size = (number(said, "AskQuantity") or ZERO) * quote.listed.size
        if kind in _TRADES and said.get("TradeCondition") != NON_LAST_UPDATE_EQUITY_TRADE:
            price, volume = _TRADES[kind]
            quote.last = _price(said, price, quote) or quote.last
            quote.size = (number(said, volume) or ZERO) * quote.listed.size
        if kind in _SIDES or kind in _TRADES:
            self._tell(quote)

    def _tell(self, quote: _Quote) -> None:
        if not quote.bid or not quote.ask:
            return
        last = quote.last or (quote.bid + quote.ask) / 2
        if self._waiting.qsize() >= self._bound:
            self._waiting.get_nowait()
            if not self.passed_over:
                _log.error("quotes_passed_over", waiting=self._bound)
            self.passed_over += 1
        symbol, now = quote.listed.instrument.symbol, self._clock.now_ms()
        self._waiting.put_nowait(Tick(symbol, quote.bid, quote.ask, last, quote.size, now))


def _price(said: Message, field: str, quote: _Quote) -> Decimal:
    """On the step: compact messages carry single precision. 0 where there is none."""
    value = number(said, field)
    return ZERO if value is None else quote.listed.instrument.price(value)
