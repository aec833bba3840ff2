"""What an account made of its money: equity over time, statistics, profit by instrument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from engine.desk.ledger import Booking, Ledger
from engine.desk.marks import Marks
from engine.domain.account import Account, CashEntry, Position
from engine.domain.candles import Floats
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO, Currency
from engine.domain.timeframe import Timeframe
from engine.portfolio.book import AccountBook
from engine.portfolio.valuation import Valuation, rate, valued
from engine.reporting.curve import EquityCurve
from engine.reporting.history import History
from engine.reporting.performance import METRICS, Unit, measured
from engine.reporting.trips import RoundTrip, round_trips

LEAST_ANNUAL_DAYS = 30
"""From how much history on a figure is told by the year."""
_ANNUAL = frozenset({"annual_return", "volatility", "sharpe", "sortino", "calmar", "turnover"})
_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic with how it is reckoned; None where it is not defined."""

    name: str
    unit: Unit
    formula: str
    value: float | None


@dataclass(frozen=True, slots=True)
class InstrumentResult:
    """What one instrument brought in the period, in account currency; open profit at its end."""

    symbol: Symbol
    realized: Decimal
    fees: Decimal
    unrealized: Decimal
    fills: int
    funding: Decimal = ZERO
    fees_in_cost: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """Realised and open profit less fees, with what its venue paid or took for it."""
        return self.realized + self.unrealized - self.fees + self.funding


@dataclass(frozen=True, slots=True)
class Held:
    """A position at the end of the period, in quote currency; no price is None."""

    position: Position
    instrument: Instrument
    price: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """What it is worth."""
        return None if self.price is None else self.position.quantity * self.price

    @property
    def unrealized(self) -> Decimal | None:
        """What closing it would bring, before fees."""
        return None if self.value is None else self.value - self.position.cost


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """An account over `[start, end)` (UTC ms), amounts in its own currency.

    `opening + flows + realized - fees + funding + unrealized change + currency effect = closing`.
    Flows are money put in or taken out, which are no profit; funding is what the venue paid or took
    apart from trades; fees taken in base units are in profit already, as cost, and are told as
    `fees_in_cost`; the currency effect is what cash and profits in other currencies gained or
    lost against the account's own.
    With a `symbol`, bookings, trips and results are of it alone, and all else of the whole account.
    `earned` is the curve without money put in or taken out: what returns and falls are those of.
    `benchmark` is the opening equity put into the most traded instrument and held.
    """

    account: Account
    start: int
    end: int
    timeframe: Timeframe
    curve: EquityCurve
    earned: EquityCurve
    opening: Valuation
    closing: Valuation
    realized: Decimal
    fees: Decimal
    fees_in_cost: Decimal
    flows: Decimal
    funding: Decimal
    bookings: tuple[Booking, ...]
    trips: tuple[RoundTrip, ...]
    results: tuple[InstrumentResult, ...]
    held: tuple[Held, ...]
    figures: tuple[Figure, ...]
    benchmark: Floats | None
    benchmark_symbol: Symbol | None
    instruments: Mapping[Symbol, Instrument]
    symbol: Symbol | None = None

    @property
    def change(self) -> Decimal:
        """Of equity, money put in or taken out apart."""
        return self.closing.equity - self.opening.equity - self.flows

    @property
    def unrealized_change(self) -> Decimal:
        """Of open profit."""
        return self.closing.unrealized - self.opening.unrealized

    @property
    def currency_effect(self) -> Decimal:
        """What is left of the change."""
        traded = self.realized - self.fees + self.unrealized_change
        return self.change - traded - self.funding

    def figure(self, name: str) -> float | None:
        """A statistic by name."""
        return next(figure.value for figure in self.figures if figure.name == name)


@dataclass(frozen=True, slots=True, eq=False)
class Reckoning:
    """All that a performance is drawn from; `quotes` are the prices at the end."""

    ledger: Ledger
    marks: Marks
    start: int
    end: int
    timeframe: Timeframe
    quotes: Mapping[Symbol, Tick]
    symbol: Symbol | None = None

    def performance(self) -> Performance:
        """The whole of it."""
        ledger, book = self.ledger, self.ledger.book(self.end)
        opening = valued(ledger.book(self.start), ledger.instruments, self.marks.quotes(0))
        closing = valued(book, ledger.instruments, self.quotes)
        bookings = ledger.bookings(self.start, self.end)
        wanted = tuple(b for b in bookings if self.symbol in {None, b.fill.symbol})
        trips = self._trips()
        curve = self._curve(float(opening.equity), float(closing.equity))
        earned = curve.without(self._flows())
        benchmark = self.symbol or self._most_traded(bookings)
        return Performance(
            account=ledger.opened.account,
            start=self.start,
            end=self.end,
            timeframe=self.timeframe,
            curve=curve,
            earned=earned,
            opening=opening,
            closing=closing,
            realized=sum((self._worth(b, b.realized) for b in bookings), ZERO),
            fees=sum((self._fee(b) for b in bookings), ZERO),
            fees_in_cost=sum((self._worth(b, b.in_cost) for b in bookings), ZERO),
            flows=sum((self._moved(e) for e in self._entries() if e.reason.is_flow), ZERO),
            funding=sum((self._moved(e) for e in self._entries() if not e.reason.is_flow), ZERO),
            bookings=wanted,
            trips=trips,
            results=self._results(wanted, book),
            held=self._held(book),
            figures=self._figures(earned, trips),
            benchmark=self._benchmark(benchmark, float(opening.equity)),
            benchmark_symbol=benchmark,
            instruments=ledger.instruments,
            symbol=self.symbol,
        )

    # -- equity ---------------------------------------------------------------------------

    def _curve(self, first: float, last: float) -> EquityCurve:
        """Cash and positions at each moment, marked; both ends as exact valuation has them."""
        moments = self.marks.times * 1_000
        values = np.zeros(len(moments))
        for currency, amounts in self.ledger.cash(moments).items():
            values += amounts * self._rates(currency)
        for symbol, quantities in self.ledger.quantities(moments).items():
            prices = self.marks.prices.get(symbol)
            if prices is not None:
                values += quantities * prices * self._rates(self._quote(symbol))
        values[0], values[-1] = first, last
        return EquityCurve(self.marks.times, values)

    def _entries(self) -> Sequence[CashEntry]:
        return [e for e in self.ledger.entries if self.start <= e.at < self.end]

    def _moved(self, entry: CashEntry) -> Decimal:
        return entry.amount * self._factor(entry.currency, entry.at)

    def _flows(self) -> Floats:
        """Money put in or taken out between each moment and the one before it."""
        moments = self.marks.times * 1_000
        flows = np.zeros(len(moments))
        for entry in self._entries():
            if entry.reason.is_flow:
                place = int(np.searchsorted(moments, entry.at))
                flows[min(max(place, 1), len(flows) - 1)] += float(self._moved(entry))
        return flows

    def _benchmark(self, symbol: Symbol | None, equity: float) -> Floats | None:
        prices = self.marks.prices.get(symbol) if symbol is not None else None
        if symbol is None or prices is None:
            return None
        worth = prices * self._rates(self._quote(symbol))
        held: Floats | None = worth / worth[0] * equity if worth[0] else None
        return held

    def _most_traded(self, bookings: Sequence[Booking]) -> Symbol | None:
        traded: dict[Symbol, Decimal] = {}
        for booking in bookings:
            fill = booking.fill
            value = self._worth(booking, fill.quantity * fill.price)
            traded[fill.symbol] = traded.get(fill.symbol, ZERO) + value
        return max(traded, key=lambda symbol: (traded[symbol], symbol), default=None)

    # -- trades ---------------------------------------------------------------------------

    def _trips(self) -> tuple[RoundTrip, ...]:
        fills = [f for f in self.ledger.fills if f.at < self.end]
        trips = round_trips(fills, self.ledger.fee_in_quote, self.ledger.fee_in_base)
        inside = (trip for trip in trips if trip.exit_time * 1_000 >= self.start)
        return tuple(trip for trip in inside if self.symbol in {None, trip.symbol})

    def _figures(self, curve: EquityCurve, trips: Sequence[RoundTrip]) -> tuple[Figure, ...]:
        same = tuple(self._in_account_currency(trip) for trip in trips)
        values = measured(History(curve, same))
        if curve.years * _YEAR_DAYS < LEAST_ANNUAL_DAYS:
            values.update(dict.fromkeys(_ANNUAL))
        return tuple(Figure(m.name, m.unit, m.formula, values[m.name]) for m in METRICS.values())

    def _in_account_currency(self, trip: RoundTrip) -> RoundTrip:
        factor = float(self._factor(self._quote(trip.symbol), int(trip.exit_time * 1_000)))
        return replace(
            trip,
            entry_price=trip.entry_price * factor,
            exit_price=trip.exit_price * factor,
            fees=trip.fees * factor,
            profit=trip.profit * factor,
        )

    # -- instruments ----------------------------------------------------------------------

    def _results(
        self, bookings: Sequence[Booking], book: AccountBook
    ) -> tuple[InstrumentResult, ...]:
        held = {s for s, p in book.positions.items() if p.quantity}
        funded = self._funded()
        known = {b.fill.symbol for b in bookings} | held | set(funded)
        names = sorted(name for name in known if self.symbol in {None, name})
        return tuple(
            replace(self._result(symbol, bookings, book), funding=funded.get(symbol, ZERO))
            for symbol in names
        )

    def _funded(self) -> Mapping[Symbol, Decimal]:
        """What was paid or taken for each instrument, in account currency."""
        sums: dict[Symbol, Decimal] = {}
        for entry in self._entries():
            symbol = entry.symbol
            if symbol is None or symbol not in self.ledger.instruments:
                continue
            if not entry.reason.is_flow:
                sums[symbol] = sums.get(symbol, ZERO) + self._moved(entry)
        return sums

    def _result(
        self, symbol: Symbol, bookings: Sequence[Booking], book: AccountBook
    ) -> InstrumentResult:
        own = [booking for booking in bookings if booking.fill.symbol == symbol]
        held = self._holding(book.position(symbol))
        account = self.ledger.opened.account
        factor = rate(held.instrument.quote, account.currency, self.quotes) or ZERO
        return InstrumentResult(
            symbol=symbol,
            realized=sum((self._worth(b, b.realized) for b in own), ZERO),
            fees=sum((self._fee(b) for b in own), ZERO),
            fees_in_cost=sum((self._worth(b, b.in_cost) for b in own), ZERO),
            unrealized=(held.unrealized or ZERO) * factor,
            fills=len(own),
        )

    def _held(self, book: AccountBook) -> tuple[Held, ...]:
        positions = [p for _, p in sorted(book.positions.items()) if p.quantity]
        return tuple(self._holding(p) for p in positions if self.symbol in {None, p.symbol})

    def _holding(self, position: Position) -> Held:
        tick = self.quotes.get(position.symbol)
        instrument = self.ledger.instruments[position.symbol]
        return Held(position, instrument, tick.last if tick else None)

    # -- currencies -----------------------------------------------------------------------

    def _worth(self, booking: Booking, amount: Decimal) -> Decimal:
        """An amount of a fill's quote currency in account currency, at its time."""
        return amount * self._factor(self._quote(booking.fill.symbol), booking.fill.at)

    def _fee(self, booking: Booking) -> Decimal:
        """What a fee took of cash, in account currency."""
        fill = booking.fill
        if fill.fee_currency == self.ledger.instruments[fill.symbol].base:
            return ZERO
        return fill.fee * self._factor(fill.fee_currency, fill.at)

    def _factor(self, currency: Currency, at: int) -> Decimal:
        """How many of the account's currency one was at a moment (UTC ms)."""
        return self.marks.rate_at(currency, self.ledger.opened.account.currency, at)

    def _rates(self, currency: Currency) -> Floats:
        return self.marks.rates(currency, self.ledger.opened.account.currency)

    def _quote(self, symbol: Symbol) -> Currency:
        return self.ledger.instruments[symbol].quote
