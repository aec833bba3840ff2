"""Recorded daily history as a feed without a present."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from connectors.recorded.stocks import NAMES, packaged_stocks, read_stocks
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import DataKind, OrderBook, Tick
from engine.domain.money import Currency
from engine.domain.resampling import resample
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, QuoteNotFound

RECORDED = VenueName("recorded")
_DOLLAR = Currency("USD")


class RecordedMarket:
    """Five stocks, day by day, 2000-03-01 to 2013-03-01; nothing to trade, all to look at.

    `path` is the data file, by default the one that `bokeh_sampledata` carries. Where there is
    no such file there are no instruments. The file is read when history is first asked for.
    """

    def __init__(self, path: Path | None = None) -> None:
        found = path or packaged_stocks()
        self._path = found if found and found.is_file() else None
        self._stocks: Mapping[str, Candles] | None = None

    @property
    def venue(self) -> VenueName:
        """`recorded`."""
        return RECORDED

    @property
    def kind(self) -> DataKind:
        """Recorded."""
        return DataKind.RECORDED

    def instruments(self) -> Sequence[Instrument]:
        """The stocks, or none where the package is absent."""
        if self._path is None:
            return ()
        return [_instrument(ticker, name) for ticker, name in NAMES.items()]

    async def ticks(self) -> AsyncIterator[Tick]:
        """Ends at once: the past has no next price."""
        none: tuple[Tick, ...] = ()
        for tick in none:
            yield tick

    async def history(self, symbol: Symbol, timeframe: Timeframe, start: int, end: int) -> Candles:
        """Days and weeks that open in `[start, end)` (UTC epoch seconds); no shorter bars.

        Prices are adjusted for splits and dividends. Raises InstrumentNotFound, CandlesInvalid.
        """
        self._check(symbol)
        days = self._read().get(symbol, Candles.empty())
        if timeframe is Timeframe.D1:
            return days.between(start, end)
        if timeframe is Timeframe.W1:
            return resample(days, timeframe).between(start, end)
        return Candles.empty()

    async def book(self, symbol: Symbol, depth: int) -> OrderBook:  # noqa: ARG002 - the port's shape
        """Raises QuoteNotFound, or InstrumentNotFound: the past has no book."""
        self._check(symbol)
        raise QuoteNotFound(symbol=symbol)

    def _check(self, symbol: Symbol) -> None:
        if self._path is None or symbol not in NAMES:
            near = get_close_matches(symbol.upper(), NAMES, n=1, cutoff=0.4) if self._path else ()
            raise InstrumentNotFound(symbol=symbol, nearest=next(iter(near), ""))

    def _read(self) -> Mapping[str, Candles]:
        if self._stocks is None:
            self._stocks = read_stocks(self._path) if self._path else {}
        return self._stocks


def _instrument(ticker: str, name: str) -> Instrument:
    return Instrument(
        Symbol(ticker),
        RECORDED,
        InstrumentKind.STOCK,
        Currency(ticker),
        _DOLLAR,
        Decimal("0.0001"),
        Decimal(1),
        minimum_quantity=Decimal(1),
        name=name,
    )
