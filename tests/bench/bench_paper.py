"""Pictures and paper: a chart of 200 candles, a report of four pages."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from statistics import median

import numpy as np
from pypdf import PdfReader

from bot.presenters.paper.report import PerformanceReport, compose_report
from bot.presenters.paper.spec import Column, Curve, Definition, Figure, Months, Table
from bot.presenters.pictures.draw import draw_candles
from bot.presenters.pictures.spec import CandleChart, Overlay
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from tests.bench.rows import Row

PAGES = 4
ROWS = 70
DAY = 86_400
START = 1_640_995_200  # 1 January 2022, midnight UTC


def run() -> list[Row]:
    """Both, warm."""
    chart, report = _chart(), _report()
    pages = len(PdfReader(io.BytesIO(compose_report(report))).pages)
    assert pages == PAGES, f"the report has {pages} pages"
    draw_candles(chart)
    return [
        ("chart of 200 candles, warm", _ms(lambda: draw_candles(chart)), 150.0, "< ms"),
        ("PDF report of four pages, warm", _ms(lambda: compose_report(report)), 500.0, "< ms"),
    ]


def _ms(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(7):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
    return median(taken)


def _chart() -> CandleChart:
    times = np.arange(200, dtype=np.int64) * 3600 + 1_700_000_000
    closes = 60_000 + np.cumsum(np.sin(np.arange(200.0)) * 90)
    candles = Candles(times, closes - 20, closes + 90, closes - 90, closes, np.full(200, 12.0))
    return CandleChart(
        "BTC/USDT",
        Timeframe.H1,
        candles,
        overlays=(Overlay("sma", closes - 50), Overlay("rsi", np.full(200, 50.0), "below")),
        badge="simulated",
    )


def _report() -> PerformanceReport:
    """Two years by the day, months, trades, and a formula for every figure."""
    gains = np.random.default_rng(2).normal(0.001, 0.01, 700)
    equity = 10_000 * np.exp(np.cumsum(gains))
    columns = (
        Column("Symbol"),
        Column("Quantity", "right"),
        Column("Profit", "right", signed=True),
    )
    rows = tuple((f"BTC/USDT {n}", "0.25", f"−{n}.50") for n in range(ROWS))
    names = [f"Figure {n}" for n in range(16)]
    return PerformanceReport(
        heading="Performance report",
        account="Desk Alpha",
        period="2022 – 2023",
        generated="Generated 31 Jan 2024",
        created=START + 760 * DAY,
        badge="simulated",
        caution="no real money",
        summary=("The account gained 12%.",),
        figures=tuple(Figure(name, "+12.0%", "since 1 Jan", "good") for name in names[:8]),
        curve=Curve(
            START + DAY * np.arange(700, dtype=np.int64),
            equity,
            np.linspace(10_000.0, 11_000.0, 700),
            "Buy and hold",
        ),
        months=Months((2022, 2023), np.full((2, 12), 0.0123)),
        tables=(Table("Trades", columns, rows, empty="No trade."),),
        definitions=tuple(Definition(name, "mean(r) / stdev(r) × √P", "none") for name in names),
    )
