"""What a report says of a performance."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from pypdf import PdfReader

from bot.presenters.paper.report import PerformanceReport, compose_report
from bot.presenters.pictures.draw import draw_equity
from bot.presenters.pictures.drawdown import drawdowns
from bot.presenters.report_tables import results_table
from bot.presenters.reports import Report
from bot.voice import Voice
from engine.desk import Performance
from engine.domain.account import CashReason
from engine.domain.money import Currency
from tests.unit.engine.desk.test_performance import (
    BTC,
    BUY,
    ETH,
    HOUR,
    SELL,
    START,
    USDT,
    fill,
    ledger,
    moved,
    reckoned,
)


def report(seen: Performance, timezone: str = "UTC") -> Report:
    return Report(seen, "Performance", 0, Voice("en", timezone))


def test_money_put_in_does_not_count_in_the_share_that_was_made() -> None:
    deals = [fill(3, BUY, "1", "50000"), fill(4, SELL, "1", "50500")]
    deposit = moved(2, "99000", CashReason.DEPOSIT)
    book = replace(ledger(deals, {USDT: "1000"}), entries=(deposit,))
    made = report(reckoned(book, {BTC: [50000] * 4 + [50500] * 2}, {BTC: "50500"}))

    assert {figure.label: figure.note for figure in made.headlines()}[
        "Change of equity"
    ] == "+0.50%"
    assert "(+0.50%)" in made.sentences()[0]


def test_money_taken_out_is_drawn_as_no_fall() -> None:
    book = replace(ledger([]), entries=(moved(2, "-5000", CashReason.WITHDRAWAL),))
    made = report(reckoned(book, {BTC: [1.0] * 4}, {BTC: "1"}))
    curve = made.paper().curve

    assert curve is not None
    assert curve.equity.tolist() == [10000, 10000, 5000, 5000]
    for earned in (curve.earned, made.picture().earned):
        assert earned is not None
        assert not drawdowns(np.array(earned)).any()


def test_falls_are_drawn_of_what_was_earned() -> None:
    book = replace(ledger([]), entries=(moved(2, "-5000", CashReason.WITHDRAWAL),))
    made = report(reckoned(book, {BTC: [1.0] * 4}, {BTC: "1"}))
    chart, paper = made.picture(), made.paper()
    assert paper.curve is not None
    fallen = replace(paper, curve=replace(paper.curve, earned=None))

    assert draw_equity(chart) != draw_equity(replace(chart, earned=None))
    assert "50.00%" in words(fallen)
    assert "50.00%" not in words(paper)


def test_months_are_those_of_the_readers_time_zone() -> None:
    april = (datetime(2026, 4, 1, tzinfo=UTC).timestamp() - START) / HOUR
    bought, sold = april + 0.5, april + 2.5
    book = ledger([fill(bought, BUY, "1", "5000"), fill(sold, SELL, "1", "6000")])
    prices = [5000.0 if place < sold - 1 else 6000.0 for place in range(24 * 45)]
    seen = reckoned(book, {BTC: prices}, {BTC: "6000"})

    for zone, month in (("UTC", 4), ("America/New_York", 3)):
        months = report(seen, zone).paper().months
        assert months is not None
        assert months.returns[0][month - 1] == pytest.approx(0.1)


def test_a_row_an_instrument_tells_funding_where_there_was_some() -> None:
    book = ledger([fill(1, BUY, "1", "100"), fill(2, SELL, "1", "110")])
    funded = replace(book, entries=(moved(1, "-3", CashReason.FUNDING, BTC),))
    tables = [
        results_table(reckoned(each, {BTC: [110.0] * 4}, {BTC: "110"}), Voice("en", "UTC"))
        for each in (book, funded)
    ]

    assert tables[0].rows == ((BTC, "+10.00", "0.00", "0.00", "+10.00", "2"),)
    assert tables[1].rows == ((BTC, "+10.00", "0.00", "0.00", "−3.00", "+7.00", "2"),)
    assert [len(table.columns) for table in tables] == [6, 7]


def test_a_report_on_one_instrument_tells_what_that_brought() -> None:
    coin = Currency("ETH")
    deals = [
        fill(1, BUY, "1", "1000", fee="2"),
        fill(1, BUY, "1", "100", ETH, fee="0.01", fee_currency=coin),
        fill(2, SELL, "1", "500"),
        fill(2, SELL, "0.99", "120", ETH, fee="3"),
    ]
    prices = {BTC: [1000.0, 1000, 500, 500], ETH: [100.0, 100, 120, 120]}
    made = report(reckoned(ledger(deals), prices, {BTC: "500", ETH: "120"}, ETH))
    figures = {figure.label: (figure.value, figure.note) for figure in made.headlines()}

    assert {name: value.split("\N{NO-BREAK SPACE}")[0] for name, (value, _) in figures.items()} == {
        "Net profit": "+15.80",
        "Realized profit": "+18.80",
        "Open profit": "0.00",
        "Fees": "4.00",
        "Closed trades": "1",
    }
    assert figures["Fees"][1] == "1.00\N{NO-BREAK SPACE}USDT in the cost"
    assert round(made.change, 9) == Decimal("15.8")
    assert made.sentences()[0].startswith("ETH/USDT brought +15.80")


def words(paper: PerformanceReport) -> str:
    pages = PdfReader(io.BytesIO(compose_report(paper))).pages
    return "\n".join(page.extract_text() for page in pages)
