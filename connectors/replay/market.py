"""A candle file replayed as a feed."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence

from connectors.replay.candle_file import CandleFile
from connectors.replay.tape import TICKS_A_BAR, instrument_of, ticks_of
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import BookLevel, DataKind, OrderBook, Tick
from engine.domain.resampling import resample
from engine.domain.timeframe import Timeframe
from engine.errors import CandlesInvalid, InstrumentNotFound, QuoteNotFound
from engine.ports.system import Clock

REPLAY = VenueName("replay")
_BREATH = 256
"""Ticks between two breaths of the loop when nothing is waited for."""


class ReplayMarket:
    """One symbol of one file, from the bar at or after `starts_at` (UTC epoch seconds) on.

    `bars_per_second` is the speed; a factor f of real time is `f / timeframe.seconds`, and
    `math.inf` is as fast as the ticks are taken. Ticks bear the file's own times, so their age
    must not be taken from the clock. What lies before the start is history from the beginning, a
    replayed bar once its last tick is out. A second `ticks()` goes on where the first stopped.
    """

    def __init__(
        self,
        clock: Clock,
        symbol: Symbol,
        file: CandleFile,
        *,
        bars_per_second: float = 1.0,
        starts_at: int = 0,
        spread_bps: float = 2.0,
        instrument: Instrument | None = None,
    ) -> None:
        """Raises CandlesInvalid where a price is not above zero or the bars have no timeframe."""
        if not bars_per_second > 0:
            raise ValueError("bars_per_second must be above 0")
        if (file.candles.low <= 0).any():
            raise CandlesInvalid("replay_not_above_zero")
        self._clock = clock
        self._bars = file.candles
        self._timeframe = file.timeframe
        self._bars_per_second = bars_per_second
        self._spread_bps = spread_bps
        self._instrument = instrument or instrument_of(symbol, file.candles, REPLAY)
        self._position = TICKS_A_BAR * int(self._bars.time.searchsorted(starts_at))
        self._last: Tick | None = None

    def go_on_from(self, moment: int) -> None:
        """Begin at the bar of that moment (UTC epoch seconds) if it is later than the start.

        Where the file ends before it, at its last bar.
        """
        bar = min(int(self._bars.time.searchsorted(moment)), len(self._bars) - 1)
        self._position = max(self._position, TICKS_A_BAR * bar)

    @property
    def venue(self) -> VenueName:
        """`replay`."""
        return REPLAY

    @property
    def kind(self) -> DataKind:
        """Replay."""
        return DataKind.REPLAY

    @property
    def timeframe(self) -> Timeframe:
        """The length of the file's bars."""
        return self._timeframe

    def now_ms(self) -> int:
        """The moment that the replay has reached, UTC ms of the file's time."""
        if self._last is not None:
            return self._last.at
        if self._replayed:
            return (int(self._bars.time[self._replayed - 1]) + self._timeframe.seconds) * 1_000
        return int(self._bars.time[0]) * 1_000

    def instruments(self) -> Sequence[Instrument]:
        """The one instrument."""
        return [self._instrument]

    async def ticks(self) -> AsyncIterator[Tick]:
        """Four ticks a bar, evenly paced; ends with the file."""
        began_ms, said = self._clock.now_ms(), 0
        while self._replayed < len(self._bars):
            bar, place = divmod(self._position, TICKS_A_BAR)
            for tick in self._ticks_of(bar)[place:]:
                await self._wait(began_ms, said)
                said += 1
                self._last = tick
                self._position += 1
                yield tick

    @property
    def _replayed(self) -> int:
        """How many bars are history."""
        return self._position // TICKS_A_BAR

    def _ticks_of(self, bar: int) -> Sequence[Tick]:
        candle, seconds = self._bars.row(bar), self._timeframe.seconds
        return tuple(ticks_of(candle, seconds, self._instrument, self._spread_bps))

    async def _wait(self, began_ms: int, said: int) -> None:
        """Until the tick after `said` ones is due; never paced by how long the last one took."""
        if math.isinf(self._bars_per_second):
            if said % _BREATH == 0:
                await self._clock.sleep(0)
            return
        due = said / (TICKS_A_BAR * self._bars_per_second)
        await self._clock.sleep(max(0.0, due - (self._clock.now_ms() - began_ms) / 1_000))

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """What has been replayed or lies before the start, opening in `[start, end)` (epoch s).

        Empty for a timeframe shorter than the file's. Raises InstrumentNotFound.
        """
        self._check(symbol)
        if timeframe.seconds < self._timeframe.seconds or not self._replayed:
            return Candles.empty()
        known = self._bars[: self._replayed].between(
            timeframe.open_of(start), end + timeframe.seconds
        )
        reached = int(self._bars.time[self._replayed - 1]) + self._timeframe.seconds
        return resample(known, timeframe, closed_by=reached).between(start, end)

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:  # noqa: ARG002 - the port's shape
        """One level a side: a file of candles knows no more.

        Raises InstrumentNotFound, QuoteNotFound before the first tick.
        """
        self._check(symbol)
        tick = self._last
        if tick is None:
            raise QuoteNotFound(symbol=symbol)
        bids, asks = ((BookLevel(price, tick.size),) for price in (tick.bid, tick.ask))
        return OrderBook(symbol, bids, asks, tick.at)

    def _check(self, symbol: Symbol) -> None:
        if symbol != self._instrument.symbol:
            raise InstrumentNotFound(symbol=symbol, nearest=self._instrument.symbol)
