"""Past candles, page by page, from the port on which a server serves its history.

Servers may serve one question a connection, so each page has a connection of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import numpy as np

from connectors.dtc.handshake import hang_up, shake_hands
from connectors.dtc.line import PATIENCE_SECONDS
from connectors.dtc.listing import Listed, Listing
from connectors.dtc.messages import Kind, Refusal
from connectors.dtc.server import Server
from connectors.dtc.wire import Message, NotUnderstood, number, read_message, written
from engine.domain.candles import Candles, gaps_in
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.resampling import resample
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, RateLimited, VenueUnavailable
from engine.ports.market_data import CandlePage
from engine.ports.system import Clock

_PAGE_BARS = 5_000
_PAUSE_SECONDS = 5.0
"""Where the server asks to come again and does not say when."""
# The protocol has no bars of four hours, and weeks that begin where the server has them begin.
_MADE_OF = {Timeframe.H4: Timeframe.H1, Timeframe.W1: Timeframe.D1}
_MICROSECONDS_FROM = 10**12
"""A time is in seconds or in microseconds; which one, its size tells."""
_FIGURES = ("OpenPrice", "HighPrice", "LowPrice", "LastPrice", "Volume")

_Row = tuple[int, *tuple[float, ...]]
"""When a bar opened, in UTC epoch seconds, and its figures."""


class DtcCandles:
    """The candles of what is listed. What is still forming is never given."""

    def __init__(
        self,
        venue: VenueName,
        server: Server,
        listing: Listing,
        clock: Clock,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._venue = venue
        self._server = replace(server, port=server.history_port)
        self._listing = listing
        self._clock = clock
        self._patience = patience_seconds

    @property
    def venue(self) -> VenueName:
        """Whose candles these are."""
        return self._venue

    async def pages(
        self, symbol: Symbol, timeframe: Timeframe, start: int, end: int
    ) -> AsyncIterator[CandlePage]:
        """Closed candles that open in `[start, end)` (UTC epoch seconds), oldest first.

        Raises InstrumentNotFound, VenueUnavailable, RateLimited, KeysRefused.
        """
        listed = self._listing.get(symbol)
        if listed is None:
            raise InstrumentNotFound(symbol=symbol, nearest="")
        base, step = _MADE_OF.get(timeframe, timeframe), timeframe.seconds
        now = self._clock.now_ms() // 1000
        end = min(timeframe.open_of(end + step - 1), timeframe.open_of(now))
        at = timeframe.open_of(start + step - 1)
        whole = max(step, _PAGE_BARS * base.seconds // step * step)
        while at < end:
            until = min(end, at + whole)
            rows = await self._fetched(listed, base, at, until)
            candles = _candles(rows, float(listed.size))
            if base is not timeframe:
                candles = resample(candles, timeframe)
            gaps = tuple(gaps_in(candles.time.tolist(), step, at, until))
            yield CandlePage(candles, until, gaps)
            at = until

    async def _fetched(self, listed: Listed, base: Timeframe, start: int, end: int) -> list[_Row]:
        """The bars that open in `[start, end)`, oldest first, each once."""
        socket = await shake_hands(self._server, self._patience)
        try:
            question = written(
                Kind.HISTORICAL_PRICE_DATA_REQUEST,
                RequestID=1,
                Symbol=listed.instrument.symbol,
                Exchange=listed.exchange,
                RecordInterval=base.seconds,
                StartDateTime=start,
                EndDateTime=end,
                MaxDaysToReturn=0,
                UseZLibCompression=0,
                RequestDividendAdjustedStockData=0,
            )
            socket.writer.write(question)
            rows = {row[0]: row async for row in self._rows(socket.reader)}
        except NotUnderstood as error:
            text = f"the history is not understood: {error}"
            raise VenueUnavailable(text, why="server_strange") from None
        except (OSError, EOFError, TimeoutError) as error:
            text = f"the history was cut short: {type(error).__name__}"
            raise VenueUnavailable(text, why="server_away") from None
        finally:
            hang_up(socket)
        return [rows[opened] for opened in sorted(rows) if start <= opened < end]

    async def _rows(self, reader: asyncio.StreamReader) -> AsyncIterator[_Row]:
        while True:
            async with asyncio.timeout(self._patience):
                said = await read_message(reader)
            match said["Type"]:
                case Kind.HISTORICAL_PRICE_DATA_REJECT:
                    _check(said)
                    return
                case Kind.HISTORICAL_PRICE_DATA_RESPONSE_HEADER:
                    if said.get("UseZLibCompression"):
                        raise NotUnderstood("compressed though not asked for")
                    if said.get("NoRecordsToReturn"):
                        return
                case Kind.HISTORICAL_PRICE_DATA_RECORD_RESPONSE:
                    # The last record may be there to be the last, and nothing else.
                    if said.get("StartDateTime"):
                        yield _row(said)
                    if said.get("IsFinalRecord"):
                        return
                case Kind.HISTORICAL_PRICE_DATA_RESPONSE_TRAILER:
                    return
                case Kind.LOGOFF:
                    raise EOFError


def _check(said: Message) -> None:
    """Nothing where there is no such data. Raises RateLimited, VenueUnavailable."""
    match said.get("RejectReasonCode"):
        case Refusal.OUTSIDE_BOUNDS:
            return
        case Refusal.RETRY:
            raise RateLimited(float(number(said, "RetryTimeInSeconds") or _PAUSE_SECONDS))
        case _:
            raise VenueUnavailable("the server refuses this history", why="server_history")


def _row(said: Message) -> _Row:
    moment = number(said, "StartDateTime")
    figures = [number(said, each) for each in _FIGURES]
    if moment is None or None in figures:
        raise NotUnderstood("a bar is not whole")
    opened = int(moment)
    if opened >= _MICROSECONDS_FROM:
        opened //= 1_000_000
    return (opened, *(float(each) for each in figures if each is not None))


def _candles(rows: Sequence[_Row], size: float) -> Candles:
    if not rows:
        return Candles.empty()
    time = np.array([row[0] for row in rows], np.int64)
    figures = np.array([row[1:] for row in rows], np.float64)
    figures[:, -1] *= size
    return Candles(time, *(figures[:, column].copy() for column in range(len(_FIGURES))))
