"""An account's past, replayed from its opening and its fills: what was held at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from engine.domain.account import CashEntry, Fill
from engine.domain.candles import Floats
from engine.domain.events import AccountOpened
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol, TradeId
from engine.domain.instrument import Instrument
from engine.domain.money import Currency
from engine.portfolio.book import AccountBook
from engine.ports.journal import TradeHistory

_PAGE = 10_000

Moments = NDArray[np.int64]
"""UTC epoch milliseconds, rising."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A fill and the profit it closed, before fees, in quote currency.

    `in_cost` is its fee in base units at its price: the cost of what is held has it already.
    """

    fill: Fill
    realized: Decimal
    in_cost: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """The opening, every fill since and all other cash that moved, oldest first."""

    opened: AccountOpened
    fills: tuple[Fill, ...]
    instruments: Mapping[Symbol, Instrument]
    entries: tuple[CashEntry, ...] = ()

    def book(self, before: int | None = None) -> AccountBook:
        """Cash and positions by what was booked before a moment (UTC ms), or by all."""
        book = AccountBook(self.opened.account, self.opened.cash, self.opened.at)
        for entry in self.entries:
            if before is None or entry.at < before:
                book.enter(entry, None)
        self._booked(book, self._until(before))
        return book

    def bookings(self, start: int, end: int) -> tuple[Booking, ...]:
        """What the fills with `start <= at < end` did, by average cost."""
        book = self.book(start)
        return self._booked(book, (f for f in self._until(end) if f.at >= start))

    def fee_in_quote(self, fill: Fill) -> Decimal:
        """A fee in the quote currency; one in base units is cost, others count nothing."""
        return fill.fee_in(self.instruments[fill.symbol].quote)

    def fee_in_base(self, fill: Fill) -> Decimal:
        """Base units that a fee took."""
        return fill.fee_in(self.instruments[fill.symbol].base)

    def cash(self, moments: Moments) -> Mapping[Currency, Floats]:
        """Each currency's cash at each moment, what moved at that very moment counted."""
        flows: dict[Currency, list[tuple[int, Decimal]]] = {}
        for currency, amount in self.opened.cash:
            flows.setdefault(currency, []).append((self.opened.at, amount))
        for entry in self.entries:
            flows.setdefault(entry.currency, []).append((entry.at, entry.amount))
        for fill in self.fills:
            instrument = self.instruments[fill.symbol]
            quote = instrument.quote
            paid = -fill.side.sign * fill.quantity * fill.price
            flows.setdefault(quote, []).append((fill.at, paid))
            if fill.fee_currency != instrument.base:
                flows.setdefault(fill.fee_currency, []).append((fill.at, -fill.fee))
        return {currency: _sums(sorted(each), moments) for currency, each in flows.items()}

    def quantities(self, moments: Moments) -> Mapping[Symbol, Floats]:
        """Each instrument's signed quantity at each moment, in base units."""
        flows: dict[Symbol, list[tuple[int, Decimal]]] = {}
        for fill in self.fills:
            base = self.instruments[fill.symbol].base
            flows.setdefault(fill.symbol, []).append((fill.at, fill.moved(base)))
        return {symbol: _sums(changes, moments) for symbol, changes in flows.items()}

    def prices(self, symbol: Symbol, moments: Moments) -> Floats:
        """The price of the account's own last fill of it at each moment, NaN before the first."""
        own = [fill for fill in self.fills if fill.symbol == symbol]
        times = np.array([fill.at for fill in own], np.int64)
        column = np.array([np.nan, *(float(fill.price) for fill in own)])
        last: Floats = column[np.searchsorted(times, moments, side="right")]
        return last

    def _until(self, before: int | None) -> Iterable[Fill]:
        return (fill for fill in self.fills if before is None or fill.at < before)

    def _booked(self, book: AccountBook, fills: Iterable[Fill]) -> tuple[Booking, ...]:
        return tuple(self._book_one(book, fill) for fill in fills)

    def _book_one(self, book: AccountBook, fill: Fill) -> Booking:
        booked = book.rebook(fill, self.instruments[fill.symbol])
        return Booking(booked, booked.realized, self.fee_in_base(fill) * fill.price)


async def read_ledger(
    book: AccountBook, history: TradeHistory, instruments: Mapping[Symbol, Instrument]
) -> Ledger:
    """The whole past of an account. Raises StoreUnavailable."""
    account = book.account.id
    opened = AccountOpened(book.account, book.opening, book.opened_at)
    fills = await all_fills(account, history)
    return Ledger(opened, fills, instruments, tuple(await history.entries(account)))


async def all_fills(
    account: AccountId,
    history: TradeHistory,
    symbol: Symbol | None = None,
    start: int = 0,
    end: int | None = None,
) -> tuple[Fill, ...]:
    """Fills with `start <= at < end` (UTC ms), oldest first, however many.

    Page by page; where a page ends within a millisecond, the next begins with it again.
    """
    fills: dict[tuple[ClientOrderId, TradeId], Fill] = {}
    while True:
        page = await history.fills(account, symbol=symbol, start=start, end=end, limit=_PAGE)
        known = len(fills)
        fills.update((fill.key, fill) for fill in page)
        if len(page) < _PAGE or len(fills) == known:
            return tuple(fills.values())
        start = page[-1].at


def _sums(changes: Sequence[tuple[int, Decimal]], moments: Moments) -> Floats:
    """Running sums, exact until the last step, as they stand at each moment."""
    times = np.array([at for at, _ in changes], np.int64)
    sums = np.array([0.0, *map(float, accumulate(amount for _, amount in changes))])
    standing: Floats = sums[np.searchsorted(times, moments, side="right")]
    return standing
