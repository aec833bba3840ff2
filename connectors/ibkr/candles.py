"""Past candles, page by page, at the pace that Interactive Brokers allows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from connectors.ibkr.access import Access
from connectors.ibkr.codes import is_no_data
from connectors.ibkr.ear import GatewayError
from connectors.ibkr.line import Act
from connectors.ibkr.listing import Listed
from engine.domain.candles import Candles, gaps_in
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import InstrumentKind
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, RateLimited, VenueError, VenueUnavailable
from engine.ports.market_data import CandlePage

_DAY = 86_400
# How a bar is called, and how many seconds of them one question may be about.
_ASKED = {
    Timeframe.M1: ("1 min", _DAY),
    Timeframe.M5: ("5 mins", 7 * _DAY),
    Timeframe.M15: ("15 mins", 7 * _DAY),
    Timeframe.M30: ("30 mins", 28 * _DAY),
    Timeframe.H1: ("1 hour", 28 * _DAY),
    Timeframe.D1: ("1 day", 364 * _DAY),
}
# Longer ones begin with the session there and with the clock here, so they are made of these.
_MADE_OF = {
    Timeframe.H2: Timeframe.H1,
    Timeframe.H4: Timeframe.H1,
    Timeframe.W1: Timeframe.D1,
}
_TRIES = 5
_PACE_SECONDS = 0.35
"""Between questions about one contract: six are allowed in two seconds."""
_IN_EPOCH_SECONDS = 2


class IbkrCandles:
    """The candles of what is watched. What is still forming is never given.

    Intraday bars are of all hours, days of the regular session. While an exchange is closed there
    are none, which is no gap that could be filled.
    """

    def __init__(self, at: Access) -> None:
        self._at = at

    @property
    def venue(self) -> VenueName:
        """Whose candles these are."""
        return self._at.venue

    async def pages(
        self, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> AsyncIterator[CandlePage]:
        """Closed candles that open in `[start, end)` (UTC epoch seconds), oldest first.

        Raises InstrumentNotFound, VenueUnavailable, RateLimited.
        """
        listed = self._at.listing.known(symbol)
        if listed is None:
            raise InstrumentNotFound(symbol=symbol, nearest="")
        base = _MADE_OF.get(timeframe, timeframe)
        step = timeframe.seconds
        now = self._at.clock.now_ms() // 1000
        end = min(timeframe.open_of(end + step - 1), timeframe.open_of(now))
        at = timeframe.open_of(start + step - 1)
        if at >= end:
            return
        first = min(end, timeframe.open_of(await self._first(listed, base)))
        if first > at:
            yield CandlePage(Candles.empty(), first, ((at, first),))
            at = first
        while at < end:
            page_end = min(end, at + _ASKED[base][1])
            candles = gathered(await self._fetched(listed, base, at, page_end), timeframe)
            holes = gaps_in(candles.time.tolist(), step, at, page_end)
            yield CandlePage(candles, page_end, tuple(holes))
            at = page_end
            await self._at.clock.sleep(_PACE_SECONDS)

    async def _first(self, listed: Listed, base: Timeframe) -> int:
        """Since when there are any (UTC epoch seconds); 0 where it is not said."""
        number = self._at.line.new_id()
        what, regular = _shown(listed, base)
        try:
            answer = await self._asked(
                number,
                lambda client: client.reqHeadTimeStamp(
                    number, listed.contract, what, regular, _IN_EPOCH_SECONDS
                ),
            )
        except VenueUnavailable:
            return 0
        return int(answer[0]) if answer and str(answer[0]).isdigit() else 0

    async def _fetched(self, listed: Listed, base: Timeframe, start: int, end: int) -> Candles:
        number = self._at.line.new_id()
        name, _ = _ASKED[base]
        until = datetime.fromtimestamp(end, UTC).strftime("%Y%m%d-%H:%M:%S")
        what, regular = _shown(listed, base)
        rows = await self._asked(
            number,
            lambda client: client.reqHistoricalData(
                number,
                listed.contract,
                until,
                _duration(end - start),
                name,
                what,
                regular,
                _IN_EPOCH_SECONDS,
                False,
                [],
            ),
        )
        return _candles([row for row in rows if start <= _opened(row) < end])

    async def _asked(self, number: int, act: Act) -> Sequence[Any]:
        """The answer; nothing where there is no such data. Asked again where it came too soon."""
        for attempt in range(_TRIES):
            try:
                return await self._at.line.ask(number, act)
            except GatewayError as error:
                if is_no_data(error):
                    return ()
                failure = self._at.line.failures.of_question(error)
            except VenueError as error:
                failure = error
            if attempt == _TRIES - 1 or not isinstance(failure, RateLimited):
                raise failure from None
            await self._at.clock.sleep(failure.retry_after_seconds * 2**attempt)
        raise AssertionError("the last attempt raises")


def gathered(candles: Candles, timeframe: Timeframe) -> Candles:
    """Candles of a longer timeframe out of those of a shorter one."""
    opened = np.array([timeframe.open_of(time) for time in candles.time.tolist()], np.int64)
    begins = np.flatnonzero(np.diff(opened, prepend=-1))
    if len(begins) == len(candles):
        return candles
    ends = np.append(begins[1:], len(candles)) - 1
    return Candles(
        opened[begins],
        candles.open[begins],
        np.maximum.reduceat(candles.high, begins),
        np.minimum.reduceat(candles.low, begins),
        candles.close[ends],
        np.add.reduceat(candles.volume, begins),
    )


def _shown(listed: Listed, base: Timeframe) -> tuple[str, bool]:
    """What prices a bar is of, and whether of regular hours only."""
    is_pair = listed.instrument.kind is InstrumentKind.FOREX
    return "MIDPOINT" if is_pair else "TRADES", base is Timeframe.D1


def _duration(seconds: int) -> str:
    return f"{seconds} S" if seconds < _DAY else f"{-(-seconds // _DAY)} D"


def _opened(row: Any) -> int:
    """When a bar opened, in UTC epoch seconds; a day comes by its date."""
    text = str(row.date)
    if len(text) == len("20260131"):
        return int(datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).timestamp())
    return int(text)


def _candles(rows: Sequence[Any]) -> Candles:
    if not rows:
        return Candles.empty()
    figures = np.array([(r.open, r.high, r.low, r.close, max(r.volume, 0)) for r in rows])
    time = np.array([_opened(row) for row in rows], np.int64)
    return Candles(time, *(figures[:, column].copy() for column in range(5)))
