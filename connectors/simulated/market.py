"""The demo venue: a seeded market as a feed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from difflib import get_close_matches

import numpy as np

from connectors.simulated.bars import BarPath
from connectors.simulated.days import EPOCH_DAY
from connectors.simulated.listing import DEMO, DEMO_LISTINGS, Listing
from connectors.simulated.tape import Tape
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind, OrderBook, Tick
from engine.domain.resampling import resample
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound
from engine.ports.system import Clock

_CHUNK_DAYS = 28
"""Days of minutes drawn between two breaths of the loop; a whole number of weeks."""
_CATCH_UP_SECONDS = 120
"""A feed further behind than this, as after a laptop's sleep, goes on from the present."""
_DEEPEST = 100


class SimulatedMarket:
    """Prices that are a pure function of (seed, symbol, time): stopping changes nothing.

    Market time is the clock's at `speed` 1; otherwise it starts at the clock's moment of
    construction (or `starts_at_ms`, UTC ms) and runs `speed` seconds a second. Each symbol ticks
    every `tick_seconds` of market time. All instruments, stocks too, trade around the clock.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 1,
        *,
        tick_seconds: int = 1,
        speed: float = 1.0,
        starts_at_ms: int | None = None,
        listings: Sequence[Listing] = DEMO_LISTINGS,
    ) -> None:
        if not 1 <= tick_seconds <= 15 or 60 % tick_seconds:
            raise ValueError("tick_seconds must be 1, 2, 3, 4, 5, 6, 10, 12 or 15")
        if not 0 < speed <= 1_000_000:
            raise ValueError("speed must be above 0 and at most 1,000,000")
        self._clock = clock
        self._tick_ms = tick_seconds * 1_000
        self._speed = speed
        self._began_ms = clock.now_ms()
        self._starts_at_ms = self._began_ms if starts_at_ms is None else starts_at_ms
        self._paths = {listing.instrument.symbol: BarPath(listing, seed) for listing in listings}
        self._tapes = {
            symbol: Tape(path, seed, 60 // tick_seconds) for symbol, path in self._paths.items()
        }

    def go_on_from(self, moment: int) -> None:
        """Begin at that moment (UTC epoch seconds) if it is later than the start."""
        self._starts_at_ms = max(self._starts_at_ms, moment * 1_000)

    @property
    def venue(self) -> VenueName:
        """`demo`."""
        return DEMO

    @property
    def timeframe(self) -> Timeframe:
        """The shortest bars that it is kept in."""
        return Timeframe.M1

    @property
    def kind(self) -> DataKind:
        """Simulated."""
        return DataKind.SIMULATED

    def now_ms(self) -> int:
        """Market time, UTC ms."""
        return self._starts_at_ms + int((self._clock.now_ms() - self._began_ms) * self._speed)

    def instruments(self) -> Sequence[Instrument]:
        """All that is listed."""
        return [path.listing.instrument for path in self._paths.values()]

    async def ticks(self) -> AsyncIterator[Tick]:
        """Every symbol's tick each `tick_seconds`, the current ones first; never ends."""
        slot = self.now_ms() // self._tick_ms
        while True:
            for tape in self._tapes.values():
                yield tape.tick(slot)
            slot = await self._next(slot)

    async def _next(self, slot: int) -> int:
        """Wait for the slot after this one; far behind, skip to the present."""
        now = self.now_ms()
        if now - slot * self._tick_ms > _CATCH_UP_SECONDS * 1_000 * max(1.0, self._speed):
            slot = now // self._tick_ms - 1
        due_ms = (slot + 1) * self._tick_ms
        await self._clock.sleep(max(0.0, (due_ms - now) / 1_000 / self._speed))
        return slot + 1

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Closed candles that open in `[start, end)` (UTC epoch seconds), from 2016-01-04 on.

        Raises InstrumentNotFound.
        """
        path = self._path(symbol)
        length = timeframe.seconds
        first = timeframe.open_of(max(start, EPOCH_DAY * 86_400) + length - 1)
        closed = timeframe.open_of(self.now_ms() // 1_000)
        last = min(timeframe.open_of(end + length - 1), closed)
        if first >= last:
            return Candles.empty()
        return (await self._drawn(path, timeframe, first, last)).between(first, last)

    async def _drawn(self, path: BarPath, timeframe: Timeframe, first: int, last: int) -> Candles:
        """The days that hold `[first, last)`, with a breath of the loop between two chunks."""
        by_hours = timeframe.seconds >= 3_600
        source, days = (path.hours, _CHUNK_DAYS * 13) if by_hours else (path.minutes, _CHUNK_DAYS)
        parts = []
        for day, until in _chunks(first, last, days):
            parts.append(resample(source(day, until).candles(path.listing), timeframe))
            await self._clock.sleep(0)
        return Candles(
            *(np.concatenate(c) for c in zip(*(p.columns() for p in parts), strict=True))
        )

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:
        """At most 100 synthetic levels a side around the present price.

        Raises InstrumentNotFound.
        """
        self._path(symbol)
        slot = self.now_ms() // self._tick_ms
        return self._tapes[symbol].book(slot, max(1, min(depth, _DEEPEST)))

    def _path(self, symbol: Symbol) -> BarPath:
        path = self._paths.get(symbol)
        if path is None:
            raise InstrumentNotFound(symbol=symbol, nearest=_nearest(symbol, self._paths))
        return path


def _chunks(first: int, last: int, days: int) -> Iterator[tuple[int, int]]:
    """The days, counted from the epoch, that hold `[first, last)` (epoch seconds), in chunks."""
    day, until = first // 86_400 - EPOCH_DAY, (last - 1) // 86_400 + 1 - EPOCH_DAY
    for begin in range(day, until, days):
        yield begin, min(begin + days, until)


def _nearest(symbol: Symbol, listed: Iterable[Symbol]) -> str:
    return next(iter(get_close_matches(symbol.upper(), list(listed), n=1, cutoff=0.4)), "")
