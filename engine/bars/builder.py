"""Candles of several timeframes from ticks, each bar said once, when it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.bars.forming import FormingBar
from engine.bars.resample import resample
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import Symbol
from engine.domain.market import BarClosed, Tick
from engine.domain.timeframe import Timeframe

_NOTHING: tuple[BarClosed, ...] = ()


class BarBuilder:
    """Builds bars of every timeframe for every symbol it hears of.

    A tick touches the finest bar only; longer ones take it in when it closes, which works because
    every timeframe is a whole number of each shorter one. A bar closes when the first tick of a
    later one arrives, or by `on_time`, whichever is first. Ticks of a bar that has closed are
    left out. Volume is the sum of the ticks' sizes, in base units. Without `resume` the first bars
    of a symbol hold only what was seen of them.
    """

    def __init__(self, timeframes: Iterable[Timeframe], grace_ms: int = 1_000) -> None:
        self._timeframes = tuple(sorted(set(timeframes), key=lambda frame: frame.seconds))
        self._grace_ms = grace_ms
        self._series: dict[Symbol, _Series] = {}
        if not self._timeframes:
            raise ValueError("a bar builder needs at least one timeframe")

    def on_tick(self, tick: Tick) -> Sequence[BarClosed]:
        """Take a price in; returns the bars it closes, shortest first."""
        series = self._series.get(tick.symbol)
        if series is None:
            series = self._begun(tick.symbol)
        bar = series.finest
        at = tick.at
        if not bar.start_ms <= at < bar.end_ms:
            return series.turned(tick)
        price = float(tick.last)
        if price > bar.high:
            bar.high = price
        elif price < bar.low:
            bar.low = price
        bar.close = price
        bar.volume += float(tick.size)
        return _NOTHING

    def on_time(self, now_ms: int) -> Sequence[BarClosed]:
        """The bars that ended at least the grace before `now_ms` without a later tick."""
        closed: list[BarClosed] = []
        for series in self._series.values():
            closed.extend(series.closed_by(now_ms - self._grace_ms))
        return closed

    def forming(self, symbol: Symbol, timeframe: Timeframe) -> Candle | None:
        """The bar not yet closed, as far as it is known."""
        series = self._series.get(symbol)
        return series.forming(timeframe) if series else None

    def resume(self, symbol: Symbol, candles: Candles) -> None:
        """Take up the longer bars where closed bars of the shortest timeframe leave them.

        `candles` should reach back to the opening of the longest bar; call it before any tick.
        """
        if len(candles):
            self._begun(symbol).resume(candles)

    def _begun(self, symbol: Symbol) -> _Series:
        return self._series.setdefault(symbol, _Series(symbol, self._timeframes))


class _Series:
    """The bars of one symbol, shortest first."""

    __slots__ = ("bars", "closed_until_ms", "finest", "symbol")

    def __init__(self, symbol: Symbol, timeframes: Sequence[Timeframe]) -> None:
        self.symbol = symbol
        self.bars = [FormingBar(frame) for frame in timeframes]
        self.finest = self.bars[0]
        self.closed_until_ms = 0

    def turned(self, tick: Tick) -> Sequence[BarClosed]:
        """A tick outside the finest bar: too late to count, or the first of a later bar."""
        if tick.at < self.closed_until_ms or (self.finest.is_open and tick.at < self.finest.end_ms):
            return _NOTHING
        closed = self.closed_by(tick.at)
        self.finest.begin(tick.at, float(tick.last), float(tick.size))
        return closed

    def closed_by(self, moment_ms: int) -> Sequence[BarClosed]:
        """Close all that ended at or before a moment."""
        finest = self.finest
        if finest.is_open and finest.end_ms <= moment_ms:
            for bar in self.bars[1:]:
                bar.fold(finest)
        ended = [bar for bar in self.bars if bar.is_open and bar.end_ms <= moment_ms]
        return [self._close(bar) for bar in ended] if ended else _NOTHING

    def _close(self, bar: FormingBar) -> BarClosed:
        said = BarClosed(self.symbol, bar.timeframe, bar.candle(), bar.end_ms)
        self.closed_until_ms = max(self.closed_until_ms, bar.end_ms)
        bar.is_open = False
        bar.start_ms = bar.end_ms = 0
        return said

    def forming(self, timeframe: Timeframe) -> Candle | None:
        bar = next((bar for bar in self.bars if bar.timeframe is timeframe), None)
        if bar is None:
            return None
        if bar is not self.finest and self.finest.is_open:
            return bar.with_finer(self.finest)
        return bar.candle() if bar.is_open else None

    def resume(self, candles: Candles) -> None:
        until = int(candles.time[-1]) + self.finest.timeframe.seconds
        self.closed_until_ms = until * 1000
        for bar in self.bars[1:]:
            last = resample(candles, bar.timeframe).row(-1)
            if last.time + bar.timeframe.seconds > until:
                bar.restore(last)
