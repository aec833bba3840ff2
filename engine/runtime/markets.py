"""All feeds as one: which instrument has prices where, and candles from store and feed together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from engine.bars import BarBuilder
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind, OrderBook
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound
from engine.ports.market_data import CandleStore, MarketData
from engine.ports.system import Clock


class Markets:
    """Instruments of all feeds; where two know the same symbol, the first feed has it."""

    def __init__(
        self, feeds: Sequence[MarketData], store: CandleStore, builder: BarBuilder, clock: Clock
    ) -> None:
        self._store = store
        self._builder = builder
        self._clock = clock
        self.sources: Mapping[VenueName, MarketData] = {feed.venue: feed for feed in feeds}
        self.missing: Mapping[Symbol, str] = {}
        """What is wanted and has no prices, with the key of a text that says why."""
        self._feeds: dict[Symbol, MarketData] = {}
        self._instruments: dict[Symbol, Instrument] = {}
        self._opens: dict[Symbol, tuple[int, float]] = {}
        for feed in feeds:
            self.add(feed)

    def add(self, feed: MarketData) -> None:
        """Take in what a feed lists now, beside what it listed before."""
        for instrument in feed.instruments():
            self._feeds.setdefault(instrument.symbol, feed)
            self._instruments.setdefault(instrument.symbol, instrument)

    def instruments(self) -> Iterable[Instrument]:
        """All of them."""
        return self._instruments.values()

    def find(self, symbol: str) -> Instrument:
        """The instrument of that name. Raises InstrumentNotFound with the nearest names."""
        instrument = self._instruments.get(Symbol(symbol))
        if instrument is None:
            # Where a perpetual is wanted, its coin is another thing: it is no name that is near.
            has_none = ":" in symbol and not any(":" in each for each in self._instruments)
            why = self.missing.get(Symbol(symbol), "no_perpetuals" if has_none else "")
            nearest = () if why else self._nearest(symbol)
            raise InstrumentNotFound(symbol=symbol, nearest=", ".join(nearest), why=why)
        return instrument

    def kind(self, symbol: Symbol) -> DataKind:
        """Where its prices come from. Raises InstrumentNotFound."""
        self.find(symbol)
        return self._feeds[symbol].kind

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best `depth` levels a side. Raises InstrumentNotFound, QuoteNotFound."""
        self.find(symbol)
        return await self._feeds[symbol].book(symbol, depth)

    async def candles(
        self, symbol: Symbol, timeframe: Timeframe, start: int, end: int, *, forming: bool = False
    ) -> Candles:
        """Candles that open in `[start, end)` (UTC epoch seconds), fetched where not stored.

        With `forming` the bar under way comes last. Raises InstrumentNotFound.
        """
        instrument = self.find(symbol)
        stored = await self._store.read(instrument.venue, symbol, timeframe, start, end)
        if not _is_whole(stored, timeframe, start, self._last_closed(timeframe, end)):
            fetched = await self._feeds[symbol].history(symbol, timeframe, start, end)
            stored = _merged(fetched, stored)
            await self._store.write(instrument.venue, symbol, timeframe, stored)
        bar = self._builder.forming(symbol, timeframe) if forming else None
        if bar is None or (len(stored) and bar.time <= int(stored.time[-1])):
            return stored
        return Candles.joined(stored, Candles.of([bar]))

    async def hour_open(self, symbol: Symbol, at: int) -> float | None:
        """The price with which an hour began that is long over; `at` in UTC epoch seconds.

        The last one asked for is remembered: whoever asks for a price asks for this one too.
        Raises InstrumentNotFound.
        """
        start = Timeframe.H1.open_of(at)
        known = self._opens.get(symbol)
        if known is not None and known[0] == start:
            return known[1]
        candles = await self.candles(symbol, Timeframe.H1, start, start + Timeframe.H1.seconds)
        if not len(candles):
            return None
        self._opens[symbol] = start, float(candles.open[0])
        return self._opens[symbol][1]

    def _last_closed(self, timeframe: Timeframe, end: int) -> int:
        now = self._clock.now_ms() // 1000
        return timeframe.open_of(min(end, now) - 1) - timeframe.seconds

    def _nearest(self, symbol: str) -> list[str]:
        names = [str(name) for name in self._instruments]
        base = symbol.partition("/")[0]
        same_base = [name for name in names if name.partition("/")[0] == base]
        return same_base or get_close_matches(symbol.upper(), names, n=3, cutoff=0.5)


def _is_whole(candles: Candles, timeframe: Timeframe, start: int, last: int) -> bool:
    """Whether nothing is missing between the window's ends."""
    if not len(candles):
        return False
    first = int(candles.time[0])
    expected = (int(candles.time[-1]) - first) // timeframe.seconds + 1
    return (
        first < start + timeframe.seconds
        and int(candles.time[-1]) >= last
        and (expected == len(candles))
    )


def _merged(fetched: Candles, stored: Candles) -> Candles:
    """Both in one order, what the desk itself saw winning over what was fetched."""
    if not len(stored):
        return fetched
    older = fetched.between(0, int(stored.time[0]))
    newer = fetched.between(int(stored.time[-1]) + 1, 2**62)
    inside = fetched.between(int(stored.time[0]), int(stored.time[-1]) + 1)
    middle = stored if len(stored) >= len(inside) else inside
    return Candles.joined(Candles.joined(older, middle), newer)
