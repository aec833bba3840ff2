"""Equity recomputed from fills, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.desk.ledger import Ledger
from engine.desk.marks import Marks, conversion_pairs, fitting_timeframe, marked, moments
from engine.desk.performance import Performance, Reckoning
from engine.domain.account import Account, CashEntry, CashReason, Fill
from engine.domain.candles import Candle, Candles
from engine.domain.events import AccountOpened
from engine.domain.identifiers import (
    AccountId,
    ClientOrderId,
    EntryId,
    Symbol,
    TradeId,
    VenueName,
)
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import DataKind, Tick
from engine.domain.money import ZERO, Currency, Price, Quantity
from engine.domain.order import Side
from engine.domain.timeframe import Timeframe
from engine.portfolio.valuation import valued

USDT, EUR, USD = Currency("USDT"), Currency("EUR"), Currency("USD")
BTC, ETH, MC = Symbol("BTC/USDT"), Symbol("ETH/USDT"), Symbol("MC")
BTC_EUR = Symbol("BTC/EUR")
START, HOUR = 1_772_442_000, 3_600
CENT = Decimal("0.01")
BUY, SELL = Side.BUY, Side.SELL


def instrument(symbol: Symbol, quote: Currency) -> Instrument:
    base = Currency(symbol.partition("/")[0])
    step = Decimal("0.01")
    return Instrument(symbol, VenueName("demo"), InstrumentKind.SPOT, base, quote, step, step)


INSTRUMENTS = {
    BTC: instrument(BTC, USDT),
    ETH: instrument(ETH, USDT),
    MC: instrument(MC, EUR),
    BTC_EUR: instrument(BTC_EUR, EUR),
}
ACCOUNT = Account(AccountId("paper"), VenueName("demo"), USDT, True, DataKind.SIMULATED)


def fill(
    hours: float,
    side: Side,
    quantity: str,
    price: str,
    symbol: Symbol = BTC,
    *,
    fee: str = "0",
    fee_currency: Currency | None = None,
    order: str = "",
) -> Fill:
    at = int((START + hours * HOUR) * 1000)
    return Fill(
        account=ACCOUNT.id,
        client_order_id=ClientOrderId(order or f"{at}{side}{quantity}{price}"),
        trade_id=TradeId(f"{at}{side}{quantity}{price}"),
        symbol=symbol,
        side=side,
        quantity=Quantity(Decimal(quantity)),
        price=Price(Decimal(price)),
        fee=Decimal(fee),
        fee_currency=fee_currency or INSTRUMENTS[symbol].quote,
        realized=ZERO,
        at=at,
    )


def ledger(fills: Sequence[Fill], cash: Mapping[Currency, str] | None = None) -> Ledger:
    held = tuple((c, Decimal(amount)) for c, amount in (cash or {USDT: "10000"}).items())
    return Ledger(AccountOpened(ACCOUNT, held, START * 1000), tuple(fills), INSTRUMENTS)


def tick(symbol: Symbol, price: str) -> Tick:
    value = Decimal(price)
    return Tick(symbol, value, value, value, ZERO, 0)


def reckoned(
    book: Ledger,
    columns: Mapping[Symbol, Sequence[float]],
    quotes: Mapping[Symbol, str],
    symbol: Symbol | None = None,
) -> Performance:
    """At one mark an hour; quotes are the prices of the end."""
    length = len(next(iter(columns.values())))
    times = START + HOUR * np.arange(length, dtype=np.int64)
    marks = Marks.of(times, {name: np.array(column) for name, column in columns.items()})
    return Reckoning(
        book,
        marks,
        START * 1000,
        int(times[-1]) * 1000 + 1,
        Timeframe.H1,
        {name: tick(name, price) for name, price in quotes.items()},
        symbol,
    ).performance()


def test_equity_is_cash_and_positions_at_the_marks_of_each_hour() -> None:
    book = ledger([fill(0.5, BUY, "0.1", "60000", fee="6"), fill(2, SELL, "0.1", "61000")])
    seen = reckoned(book, {BTC: [60000, 60500, 61000, 70000]}, {BTC: "70000"})

    assert seen.curve.values.tolist() == [10000, 10000 + 50 - 6, 10000 + 100 - 6, 10094]


def test_the_change_of_equity_is_told_apart() -> None:
    book = ledger([fill(0.5, BUY, "0.2", "60000", fee="6"), fill(2, SELL, "0.1", "61000")])
    seen = reckoned(book, {BTC: [60000, 60500, 61000, 62000]}, {BTC: "62000"})

    assert seen.realized == 100
    assert seen.fees == 6
    assert seen.closing.unrealized == 200
    assert seen.change == 100 - 6 + 200
    assert seen.currency_effect == 0


def test_a_period_starts_with_what_was_held_before_it() -> None:
    book = ledger([fill(0.5, BUY, "0.1", "60000"), fill(2.5, SELL, "0.1", "63000")])
    times = START + HOUR * np.arange(2, 5, dtype=np.int64)
    marks = Marks.of(times, {BTC: np.array([61000.0, 63000.0, 64000.0])})
    quotes = {BTC: tick(BTC, "64000")}
    start, end = int(times[0]) * 1000, int(times[-1]) * 1000
    seen = Reckoning(book, marks, start, end, Timeframe.H1, quotes).performance()

    assert seen.opening.equity == 10100
    assert (seen.realized, seen.unrealized_change, seen.change) == (300, -100, 200)
    assert len(seen.trips) == 1


def test_other_currencies_count_across_bitcoin_and_their_drift_is_no_profit() -> None:
    book = ledger([fill(1, BUY, "1", "500", MC, fee="1")], {USDT: "1000", EUR: "1000"})
    columns = {
        BTC: [110.0, 110.0, 120.0],
        BTC_EUR: [100.0, 100.0, 100.0],
        MC: [500.0, 500.0, 600.0],
    }
    seen = reckoned(book, columns, {BTC: "120", BTC_EUR: "100", MC: "600"})

    assert seen.opening.equity == Decimal(2100)
    assert seen.closing.equity == 1000 + Decimal("1.2") * (1000 - 501 + 600)
    assert seen.fees == Decimal("1.1")
    assert seen.closing.unrealized == 120
    assert seen.currency_effect == seen.change + Decimal("1.1") - 120
    assert seen.curve.values.tolist() == pytest.approx([2100, 2098.9, 2318.8])


@pytest.mark.parametrize(
    ("columns", "foreign"),
    [
        ({"USD/JPY": 150.0}, "JPY"),
        ({"USDC/EUR": 0.5}, "EUR"),
        ({"ETH/XBT": 0.5, "ETH/USDT": 3000.0}, "XBT"),
        ({"USD/JPY": 150.0, "EUR/JPY": 165.0}, "EUR"),
    ],
)
def test_a_currency_that_nothing_moved_is_no_profit_whatever_pair_tells_its_worth(
    columns: dict[str, float], foreign: str
) -> None:
    book = ledger([], {USDT: "1000", Currency(foreign): "1000"})
    wanted = conversion_pairs([USDT, Currency(foreign)], USDT, map(Symbol, columns))
    prices = {name: str(price) for name, price in columns.items()}
    seen = reckoned(
        book,
        {name: [columns[name]] * 3 for name in wanted},
        {Symbol(name): price for name, price in prices.items()},
    )

    assert seen.opening.missing == ()
    assert seen.change == 0
    assert seen.curve.values.tolist() == pytest.approx([float(seen.opening.equity)] * 3)


def test_a_fee_in_base_units_is_in_the_cost_and_counted_once() -> None:
    book = ledger(
        [
            one
            for hours in range(1, 11)
            for one in (
                fill(hours, BUY, "1", "100", fee="0.01", fee_currency=Currency("BTC")),
                fill(hours + 0.5, SELL, "0.99", "100.5"),
            )
        ]
    )
    seen = reckoned(book, {BTC: [100.5] * 13}, {BTC: "100.5"})

    assert (seen.fees, seen.fees_in_cost) == (0, 10)
    assert abs(seen.realized - Decimal("-5.05")) < CENT / 100
    assert seen.change == Decimal("-5.05")
    assert abs(seen.currency_effect) < CENT / 100
    assert abs(seen.results[0].net - seen.change) < CENT / 100
    assert sum(trip.profit for trip in seen.trips) == pytest.approx(-5.05)


def test_a_fee_in_base_units_still_held_is_in_open_profit() -> None:
    book = ledger([fill(1, BUY, "1", "100", fee="0.01", fee_currency=Currency("BTC"))])
    seen = reckoned(book, {BTC: [100.0, 100.0]}, {BTC: "100"})

    assert seen.closing.equity == 10000 - 1
    assert (seen.unrealized_change, seen.fees, seen.fees_in_cost) == (-1, 0, 1)
    assert [result.net for result in seen.results] == [-1]


def test_the_benchmark_is_the_most_traded_instrument_held_from_the_start() -> None:
    book = ledger([fill(1, BUY, "1", "100", ETH), fill(1, BUY, "1", "200")])
    seen = reckoned(book, {BTC: [200, 210, 240], ETH: [100, 50, 50]}, {BTC: "240", ETH: "50"})

    assert seen.benchmark_symbol == BTC
    assert seen.benchmark is not None
    assert seen.benchmark.tolist() == [10000, 10500, 12000]


def test_a_symbol_narrows_trades_and_results_but_not_equity() -> None:
    book = ledger([fill(1, BUY, "1", "100", ETH), fill(1, BUY, "1", "200")])
    columns = {BTC: [200.0, 210.0], ETH: [100.0, 50.0]}
    seen = reckoned(book, columns, {BTC: "210", ETH: "50"}, symbol=ETH)

    assert [result.symbol for result in seen.results] == [ETH]
    assert [booking.fill.symbol for booking in seen.bookings] == [ETH]
    assert seen.benchmark_symbol == ETH
    assert seen.change == -40


def test_without_trades_there_is_a_flat_curve_and_no_benchmark() -> None:
    seen = reckoned(ledger([]), {BTC: [100.0, 110.0]}, {})

    assert seen.curve.values.tolist() == [10000, 10000]
    assert seen.benchmark is None
    assert seen.figure("win_rate") is None


def test_figures_by_the_year_wait_for_thirty_days() -> None:
    book = ledger([fill(1, BUY, "1", "100")])
    short = reckoned(book, {BTC: [100.0, 101.0, 99.0] * 24}, {BTC: "99"})
    whole = reckoned(book, {BTC: [100.0, 101.0, 99.0] * 241}, {BTC: "99"})

    assert short.figure("sharpe") is None
    assert whole.figure("sharpe") is not None
    assert short.figure("maximum_drawdown") is not None


def moved(hours: float, amount: str, reason: CashReason, symbol: Symbol | None = None) -> CashEntry:
    at = int((START + hours * HOUR) * 1000)
    name = EntryId(f"{at}{amount}{reason}")
    return CashEntry(name, ACCOUNT.id, reason, USDT, Decimal(amount), at, symbol)


def test_money_put_in_at_the_first_moment_is_no_return() -> None:
    book = replace(ledger([]), entries=(moved(0, "10000", CashReason.DEPOSIT),))
    seen = reckoned(book, {BTC: [1.0, 1.0, 1.0]}, {BTC: "1"})

    assert (seen.change, seen.flows, seen.figure("total_return")) == (0, 10000, 0)


def test_money_taken_out_is_no_fall_of_what_was_earned() -> None:
    book = replace(ledger([]), entries=(moved(2, "-5000", CashReason.WITHDRAWAL),))
    seen = reckoned(book, {BTC: [1.0] * 4}, {BTC: "1"})

    assert seen.curve.values.tolist() == [10000, 10000, 5000, 5000]
    assert seen.earned.values.tolist() == [10000] * 4
    assert seen.figure("maximum_drawdown") == 0


def test_an_order_filled_in_parts_is_one_trade() -> None:
    parts = [fill(2 + part / 100, SELL, "0.25", "101", order="sale") for part in range(4)]
    lost = [fill(3, BUY, "1", "100"), fill(4, SELL, "1", "90")]
    seen = reckoned(ledger([fill(1, BUY, "1", "100"), *parts, *lost]), {BTC: [90.0] * 6}, {})

    figures = ("trades", "win_rate", "average_win", "average_loss", "expectancy")
    assert [seen.figure(name) for name in figures] == [2, 0.5, 1, -10, -4.5]


def test_funding_is_in_the_net_of_its_instrument() -> None:
    deals = [fill(1, SELL, "1", "100"), fill(4, BUY, "1", "100")]
    paid = (moved(2, "-30", CashReason.FUNDING, BTC), moved(2, "-2", CashReason.FUNDING, ETH))
    seen = reckoned(replace(ledger(deals), entries=paid), {BTC: [100.0] * 6}, {BTC: "100"})

    nets = {result.symbol: result.net for result in seen.results}
    assert nets == {BTC: -30, ETH: -2}
    assert sum(nets.values()) == seen.change


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Fill], list[float], str]:
    """Fills of both sides at any price, hourly marks, a last price."""
    prices = st.integers(1, 10_000_000).map(lambda cents: f"{cents / 100:.2f}")
    quantities = st.integers(1, 100_000).map(lambda parts: f"{parts / 100:.2f}")
    count = draw(st.integers(0, 12))
    fills = [
        fill(
            1 + place / 3,
            draw(st.sampled_from(Side)),
            draw(quantities),
            draw(prices),
            draw(st.sampled_from([BTC, ETH])),
            fee=draw(prices),
        )
        for place in range(count)
    ]
    marks = draw(st.lists(prices.map(float), min_size=7, max_size=7))
    return fills, marks, draw(prices)


@settings(deadline=None, max_examples=150)
@given(histories())
def test_realised_and_open_profit_less_fees_are_the_change_of_equity(
    drawn: tuple[list[Fill], list[float], str],
) -> None:
    fills, marks, last = drawn
    book = ledger(fills)
    quotes = {BTC: last, ETH: last}
    seen = reckoned(book, {BTC: marks, ETH: marks}, quotes)

    explained = seen.realized - seen.fees + seen.unrealized_change
    assert abs(explained - seen.change) < CENT
    ticks = {name: tick(name, price) for name, price in quotes.items()}
    assert seen.closing.equity == valued(book.book(), INSTRUMENTS, ticks).equity
    assert seen.curve.values[-1] == float(seen.closing.equity)
    net = sum((result.net for result in seen.results), ZERO)
    assert abs(net - seen.change) < CENT


@given(st.integers(0, 10**9), st.integers(1, 5 * 10**8))
def test_a_curve_has_both_ends_and_at_most_two_thousand_points(start: int, length: int) -> None:
    frame = fitting_timeframe(start, start + length, 2_000)
    times = moments(start, start + length, frame)

    assert (times[0], times[-1]) == (start, start + length)
    assert (np.diff(times) > 0).all()
    assert len(times) <= 2_002


def test_a_bar_marks_the_time_after_its_close() -> None:
    bars = [Candle(START, 1, 1, 1, 10, 1), Candle(START + HOUR, 1, 1, 1, 20, 1)]
    times = np.array([START, START + HOUR, START + HOUR + 1, START + 2 * HOUR], np.int64)

    column = marked(Candles.of(bars), Timeframe.H1, times)
    assert np.isnan(column[0])
    assert column[1:].tolist() == [10, 10, 20]


def test_the_account_s_own_fills_mark_what_has_no_candles() -> None:
    book = ledger([fill(1, BUY, "1", "100"), fill(3, BUY, "1", "120")])
    column = book.prices(BTC, 1000 * (START + HOUR * np.arange(4, dtype=np.int64)))

    assert np.isnan(column[0])
    assert column[1:].tolist() == [100, 100, 120]
