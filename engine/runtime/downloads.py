"""Brings a venue's candles into the store: what is missing, in pieces that outlast a kill each.

There is nothing to remember between two runs: what is stored says what is left to fetch.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, RateLimited, VenueUnavailable
from engine.ports.market_data import CandleStore, MarketData
from engine.ports.system import Clock

PIECE_BARS = 10_000
"""How many bars are asked for at once, and lost at most by a kill."""
_TRIES = 6
_FIRST_PAUSE_SECONDS = 1.0

Span = tuple[int, int]
"""`[start, end)`, UTC epoch seconds at the open of bars."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is, in bars.

    `total` fills the window without a hole; of them `stored` are there, and `left` are still to be
    asked for. What is neither is not to be had at the venue. `fetched` are new.
    """

    total: int
    stored: int
    left: int
    fetched: int = 0

    @property
    def absent(self) -> int:
        """What the venue has no bars of, as far as it was asked."""
        return self.total - self.stored - self.left


class Downloader:
    """Fetches windows of candles into one store."""

    def __init__(self, store: CandleStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def download(
        self, feed: MarketData, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> AsyncIterator[Progress]:
        """Fetch what is missing of the bars that open in `[start, end)` (UTC epoch seconds).

        Says how far it is at the beginning and after each piece, which is then on disk. Raises
        InstrumentNotFound, StoreUnavailable, CandlesInvalid, and VenueUnavailable or RateLimited
        where the venue stays away; asked again, it goes on from there.
        """
        step = timeframe.seconds
        first = timeframe.open_of(start + step - 1)
        last = max(first, timeframe.open_of(min(end, self._clock.now_ms() // 1000)))
        stored = await self._store.read(feed.venue, symbol, timeframe, first, last)
        spans = [
            (span, (span[1] - span[0]) // step - len(stored.between(*span)))
            for span in pieces(gaps(stored.time, step, first, last), step)
        ]
        left = sum(missing for _, missing in spans)
        progress = Progress((last - first) // step, len(stored), left)
        yield progress
        for span, missing in spans:
            found = await self._asked(feed, symbol, timeframe, span)
            await self._store.write(feed.venue, symbol, timeframe, found)
            new = len(np.setdiff1d(found.time, stored.between(*span).time))
            progress = replace(
                progress,
                stored=progress.stored + new,
                left=progress.left - missing,
                fetched=progress.fetched + new,
            )
            yield progress

    async def _asked(
        self, feed: MarketData, symbol: Symbol, timeframe: Timeframe, span: Span
    ) -> Candles:
        """One piece; a venue that is away or busy is asked again, ever more slowly."""
        pause = _FIRST_PAUSE_SECONDS
        for tries in range(1, _TRIES + 1):
            try:
                return (await feed.history(symbol, timeframe, *span)).between(*span)
            except RateLimited as error:
                if tries == _TRIES:
                    raise
                await self._clock.sleep(max(pause, error.retry_after_seconds))
            except VenueUnavailable:
                if tries == _TRIES:
                    raise
                await self._clock.sleep(pause)
            pause *= 2
        raise VenueUnavailable


def check_listed(feed: MarketData, symbol: Symbol) -> None:
    """Pass, or raise InstrumentNotFound with what else the venue has of the same."""
    listed = [instrument.symbol for instrument in feed.instruments()]
    if symbol not in listed:
        base = symbol.partition("/")[0]
        near = [str(each) for each in listed if each.partition("/")[0] == base]
        raise InstrumentNotFound(symbol=symbol, nearest=", ".join(near[:3]))


def gaps(time: NDArray[np.int64], step: int, first: int, last: int) -> Sequence[Span]:
    """The spans of `[first, last)` in which no bar opens; `step` is a bar's seconds."""
    edges = np.concatenate(([first - step], time, [last]))
    holes = np.flatnonzero(np.diff(edges) > step)
    return [(int(edges[hole]) + step, int(edges[hole + 1])) for hole in holes]


def pieces(spans: Sequence[Span], step: int) -> Iterator[Span]:
    """The same in requests: near ones joined, such as weekends, and long ones cut."""
    most = PIECE_BARS * step
    joined: list[Span] = []
    for since, until in spans:
        if joined and until - joined[-1][0] <= most:
            joined[-1] = (joined[-1][0], until)
        else:
            joined.append((since, until))
    for since, until in joined:
        for begin in range(since, until, most):
            yield begin, min(begin + most, until)
