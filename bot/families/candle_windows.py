"""Which candles to show: a timeframe and a period that suit each other, at most so many."""

from __future__ import annotations

from dataclasses import dataclass

from bot.families.periods import window
from engine.desk import MarketDesk
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol
from engine.domain.market import DataKind
from engine.domain.timeframe import Timeframe
from engine.errors import HistoryNotFound

MOST_CANDLES = 2_000
_USUAL = 150
_COMFORTABLE = 200
_FINEST = Timeframe.M1
_ALL = "all"
WITH_GAPS = 1.6
"""A stock's calendar days for each day on which it trades."""


@dataclass(frozen=True, slots=True)
class CandleWindow:
    """The last `most` candles of a timeframe that open in `[start, end)`, UTC epoch seconds.

    `is_cut` says that the period was longer, so that only its end is in it.
    """

    timeframe: Timeframe
    start: int
    end: int
    most: int = MOST_CANDLES
    is_cut: bool = False


async def candle_window(
    markets: MarketDesk,
    symbol: Symbol,
    timeframe: Timeframe | None,
    period: str | None,
    timezone: str,
) -> CandleWindow:
    """What was asked for, with what was not said chosen. Raises InstrumentNotFound."""
    end = await markets.until(symbol)
    finest = Timeframe.D1 if markets.kind(symbol) is DataKind.RECORDED else _FINEST
    if period is None:
        chosen = timeframe or max(finest, Timeframe.H1, key=lambda one: one.seconds)
        return CandleWindow(chosen, _back(chosen, end, _USUAL), end, _USUAL)
    first_ms, last_ms = window(period, (end - 1) * 1000, timezone)
    first, last = first_ms // 1000, min(-(-last_ms // 1000), end)
    if period == _ALL:
        first = await _beginning(markets, symbol, end)
    return _bounded(timeframe or _fitting(last - first, finest), first, last)


def _bounded(timeframe: Timeframe, first: int, last: int) -> CandleWindow:
    start, earliest = timeframe.open_of(first), _back(timeframe, last, MOST_CANDLES)
    return CandleWindow(timeframe, max(start, earliest), last, is_cut=start < earliest)


def _back(timeframe: Timeframe, end: int, count: int) -> int:
    """Where `count` candles up to an end begin, holidays and all."""
    gaps = WITH_GAPS if timeframe is Timeframe.D1 else 1.0
    return timeframe.open_of(end - 1) - (int(count * gaps) - 1) * timeframe.seconds


def _fitting(seconds: int, finest: Timeframe) -> Timeframe:
    """The finest timeframe in which so long a time is still easy to read."""
    fine_enough = [one for one in Timeframe if one.seconds >= finest.seconds]
    fitting = (one for one in fine_enough if seconds <= _COMFORTABLE * one.seconds)
    return next(fitting, fine_enough[-1])


async def _beginning(markets: MarketDesk, symbol: Symbol, end: int) -> int:
    """Where the known history begins, to the week."""
    try:
        weeks: Candles = await markets.candles(symbol, Timeframe.W1, 0, end)
    except HistoryNotFound:
        return end - _USUAL * Timeframe.H1.seconds
    return int(weeks.time[0])
