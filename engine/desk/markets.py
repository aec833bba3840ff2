"""Prices, candles and books, with where they come from and how old they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind, OrderBook, Tick
from engine.domain.timeframe import Timeframe
from engine.errors import HistoryNotFound, QuoteNotFound
from engine.runtime.live import LiveRuntime

_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Quote:
    """The last price seen: quote currency, age in seconds, change over a day as a ratio."""

    instrument: Instrument
    kind: DataKind
    tick: Tick
    age_seconds: float
    day_change: Decimal | None


class MarketDesk:
    """Read-only; the same for everyone."""

    def __init__(self, runtime: LiveRuntime) -> None:
        self._runtime = runtime

    @property
    def now(self) -> int:
        """The market's moment in UTC ms."""
        return self._runtime.clock.now_ms()

    def instruments(self) -> Sequence[Instrument]:
        """All that has prices here."""
        return tuple(self._runtime.markets.instruments())

    def find(self, symbol: str) -> Instrument:
        """The instrument of that name. Raises InstrumentNotFound with the nearest."""
        return self._runtime.markets.find(symbol)

    def kind(self, symbol: Symbol) -> DataKind:
        """Where its prices come from. Raises InstrumentNotFound."""
        return self._runtime.markets.kind(symbol)

    def last(self, symbol: Symbol) -> Tick:
        """The newest price, however old. Raises InstrumentNotFound, QuoteNotFound."""
        self.find(symbol)
        tick = self._runtime.kernel.quotes.get(symbol)
        if tick is None:
            raise QuoteNotFound(symbol=symbol)
        return tick

    async def quote(self, symbol: Symbol) -> Quote:
        """The newest price with its age and the change over a day.

        Raises InstrumentNotFound, QuoteNotFound.
        """
        tick = self.last(symbol)
        now = self._runtime.clock.now_ms()
        return Quote(
            instrument=self.find(symbol),
            kind=self.kind(symbol),
            tick=tick,
            age_seconds=max(0, now - tick.at) / 1000,
            day_change=await self._day_change(symbol, tick),
        )

    async def candles(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Candles that open in `[start, end)` (UTC epoch seconds), the one under way last.

        Raises InstrumentNotFound, HistoryNotFound.
        """
        found = await self._runtime.markets.candles(symbol, timeframe, start, end, forming=True)
        if not len(found):
            raise HistoryNotFound(symbol=symbol, timeframe=timeframe.value)
        return found

    async def until(self, symbol: Symbol) -> int:
        """The second after the last one with prices, UTC epoch: now, or where a recording ends.

        Raises InstrumentNotFound.
        """
        now = self.now // 1000 + 1
        if self.kind(symbol) is not DataKind.RECORDED:
            return now
        days = await self._runtime.markets.candles(symbol, Timeframe.D1, 0, now)
        return int(days.time[-1]) + Timeframe.D1.seconds if len(days) else now

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """The best `depth` levels a side. Raises InstrumentNotFound, QuoteNotFound."""
        return await self._runtime.markets.book(symbol, depth)

    async def _day_change(self, symbol: Symbol, tick: Tick) -> Decimal | None:
        then = await self._runtime.markets.hour_open(symbol, tick.at // 1000 - _DAY_SECONDS)
        return tick.last / Decimal(repr(then)) - 1 if then else None
