"""A market whose prices are said by the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

import numpy as np

from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import BookLevel, DataKind, OrderBook, Tick
from engine.domain.money import Currency
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, QuoteNotFound
from engine.ports.system import Clock

VENUE = VenueName("demo")


def instrument(symbol: str, price_step: str = "0.01", quantity_step: str = "0.0001") -> Instrument:
    base, _, quote = symbol.partition("/")
    return Instrument(
        symbol=Symbol(symbol),
        venue=VENUE,
        kind=InstrumentKind.SPOT if quote else InstrumentKind.STOCK,
        base=Currency(base),
        quote=Currency(quote or "USD"),
        price_step=Decimal(price_step),
        quantity_step=Decimal(quantity_step),
        minimum_notional=Decimal(5),
    )


LISTED = (
    instrument("BTC/USDT"),
    instrument("ETH/USDT"),
    instrument("SOL/USDT", quantity_step="0.01"),
    instrument("NVDA", quantity_step="1"),
)


class ScriptedMarket:
    """Ticks come when `say` is called; history is a gentle wave round 100 × the symbol's place."""

    def __init__(self, clock: Clock, listed: Sequence[Instrument] = LISTED) -> None:
        self._clock = clock
        self._listed = {i.symbol: i for i in listed}
        self._ticks: asyncio.Queue[Tick] = asyncio.Queue()
        self._last: dict[Symbol, Tick] = {}
        self.taken = asyncio.Event()

    @property
    def venue(self) -> VenueName:
        return VENUE

    @property
    def kind(self) -> DataKind:
        return DataKind.SIMULATED

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def instruments(self) -> Sequence[Instrument]:
        return tuple(self._listed.values())

    def say(self, symbol: str, price: str | int, size: str = "1000") -> None:
        """A new price, with a spread of one step either side."""
        step = self._listed[Symbol(symbol)].price_step
        last = Decimal(price)
        tick = Tick(
            Symbol(symbol), last - step, last + step, last, Decimal(size), self._clock.now_ms()
        )
        self._last[tick.symbol] = tick
        self._ticks.put_nowait(tick)

    async def taken_in(self) -> None:
        """Wait until the desk has had every price said so far."""
        await self._ticks.join()

    async def ticks(self) -> AsyncIterator[Tick]:
        while True:
            tick = await self._ticks.get()
            yield tick
            # The consumer asks for the next one when it is done with this one.
            self._ticks.task_done()

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        if symbol not in self._listed:
            raise InstrumentNotFound(symbol=symbol, nearest="")
        first = timeframe.open_of(start + timeframe.seconds - 1)
        last = min(end, self._clock.now_ms() // 1000 - timeframe.seconds + 1)
        times = np.arange(first, last, timeframe.seconds, dtype=np.int64)
        level = 100.0 * (1 + list(self._listed).index(symbol))
        opens = level + level * 0.02 * np.sin(times / 40_000)
        closes = level + level * 0.02 * np.sin((times + timeframe.seconds) / 40_000)
        return Candles(
            times,
            opens,
            np.maximum(opens, closes) * 1.001,
            np.minimum(opens, closes) * 0.999,
            closes,
            np.full(len(times), 10.0),
        )

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        tick = self._last.get(symbol)
        if tick is None:
            raise QuoteNotFound(symbol=symbol)
        step = self._listed[symbol].price_step
        return OrderBook(
            symbol,
            tuple(BookLevel(tick.bid - step * n, Decimal(n + 1)) for n in range(depth)),
            tuple(BookLevel(tick.ask + step * n, Decimal(n + 1)) for n in range(depth)),
            tick.at,
        )
