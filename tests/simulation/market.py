"""Prices that move in regimes and jump, and the feed that brings them to the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import BookLevel, DataKind, OrderBook, Tick
from engine.domain.timeframe import Timeframe
from engine.errors import QuoteNotFound
from tests.simulation.nature import Nature
from tests.simulation.timeline import Timeline, WallClock
from tests.standins.market import LISTED, VENUE

OPENING = {"BTC/USDT": 60_000.0, "ETH/USDT": 3_000.0, "SOL/USDT": 150.0}
SYMBOLS = tuple(OPENING)
INSTRUMENTS = tuple(each for each in LISTED if each.symbol in OPENING)
PERPETUALS = tuple(
    replace(each, symbol=Symbol(f"{each.symbol}:{each.quote}"), kind=InstrumentKind.PERPETUAL)
    for each in INSTRUMENTS
)
"""The same markets, on margin."""

TICK_SECONDS = 9.0
# Volatility a tick and drift a tick, by regime.
_REGIMES = ((0.0003, 0.0), (0.0008, 0.0002), (0.0008, -0.0002), (0.003, 0.0))
_REGIME_TICKS = 120
_JUMP = 0.002


class Prices:
    """The true market, which goes on whatever becomes of the desk."""

    def __init__(
        self,
        timeline: Timeline,
        chance: Random,
        tell: Callable[[Tick], None],
        listed: Sequence[Instrument] = INSTRUMENTS,
    ) -> None:
        self._timeline = timeline
        self._chance = chance
        self._tell = tell
        self._opening = {each.symbol: OPENING[each.symbol.partition(":")[0]] for each in listed}
        self._level = dict(self._opening)
        self._regime = dict.fromkeys(self._opening, _REGIMES[0])
        self._steps = {each.symbol: each.price_step for each in listed}
        self.last: dict[Symbol, Tick] = {}

    def begin(self) -> None:
        self._move()

    def _move(self) -> None:
        for symbol in self._opening:
            tick = self._next(symbol)
            self.last[tick.symbol] = tick
            self._tell(tick)
        self._timeline.after(TICK_SECONDS * self._chance.uniform(0.6, 1.3), self._move)

    def _next(self, symbol: Symbol) -> Tick:
        chance = self._chance
        if chance.random() < 1 / _REGIME_TICKS:
            self._regime[symbol] = chance.choice(_REGIMES)
        volatility, drift = self._regime[symbol]
        change = chance.gauss(drift, volatility)
        if chance.random() < _JUMP:
            change += chance.choice((-1, 1)) * chance.uniform(0.01, 0.06)
        # What went far from where it began is drawn back, so that the hours stay alike.
        change -= 0.0005 * (self._level[symbol] / self._opening[symbol] - 1)
        self._level[symbol] *= 1 + change
        step = self._steps[symbol]
        last = (Decimal(self._level[symbol]) / step).to_integral_value() * step
        half = step * chance.randint(1, 5)
        return Tick(symbol, last - half, last + half, last, Decimal(5), self._timeline.ms())


class Feed:
    """What one life of the desk hears of the market."""

    def __init__(
        self,
        prices: Prices,
        clock: WallClock,
        nature: Nature,
        listed: Sequence[Instrument] = INSTRUMENTS,
    ) -> None:
        self._prices = prices
        self._listed = [
            replace(each, sets_aside=nature.sets_aside, amends=nature.amends) for each in listed
        ]
        self._clock = clock
        self._heard: asyncio.Queue[Tick] = asyncio.Queue()

    @property
    def venue(self) -> VenueName:
        return VENUE

    @property
    def kind(self) -> DataKind:
        return DataKind.SIMULATED

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def instruments(self) -> Sequence[Instrument]:
        return self._listed

    def hear(self, tick: Tick) -> None:
        self._heard.put_nowait(tick)

    async def ticks(self) -> AsyncIterator[Tick]:
        while True:
            yield await self._heard.get()

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        return Candles.empty()

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        tick = self._prices.last.get(symbol)
        if tick is None:
            raise QuoteNotFound(symbol=symbol)
        bid, ask = BookLevel(tick.bid, tick.size), BookLevel(tick.ask, tick.size)
        return OrderBook(symbol, (bid,), (ask,), tick.at)


class NoCandles:
    """A candle store that remembers nothing: files of candles are not part of this."""

    async def read(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> Candles:
        return Candles.empty()

    async def write(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, candles: Candles
    ) -> None:
        pass

    def append(
        self, venue: VenueName, symbol: Symbol, timeframe: Timeframe, bars: Sequence[Candle]
    ) -> None:
        pass

    async def flush(self) -> None:
        pass
