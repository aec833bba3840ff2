"""Reports are read back: their pages, their words, their fonts."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from pypdf import PdfReader

from bot.presenters.paper.report import PerformanceReport, compose_report
from bot.presenters.paper.spec import Column, Curve, Definition, Figure, Months, Table

START = 1_640_995_200  # 1 January 2022, midnight UTC
TRADES = (Column("Symbol"), Column("Quantity", "right"), Column("Profit", "right", signed=True))


def curve(count: int = 400) -> Curve:
    gains = np.random.default_rng(2).normal(0.001, 0.01, count)
    times = START + 86_400 * np.arange(count, dtype=np.int64)
    equity = 10_000 * np.exp(np.cumsum(gains))
    return Curve(times, equity, np.linspace(10_000.0, 11_000.0, count), "Buy and hold")


def trades(count: int) -> Table:
    rows = tuple((f"BTC/USDT {index}", "0.25", f"−{index}.50") for index in range(count))
    return Table("Trades", TRADES, rows, empty="No trade.")


def report(count: int = 60) -> PerformanceReport:
    months = np.full((2, 12), 0.0123)
    return PerformanceReport(
        heading="Performance report",
        account="Desk Alpha",
        period="2022 – 2023",
        generated="Generated 31 Jan 2024",
        created=1_706_691_600,
        badge="simulated",
        caution="no real money",
        summary=("The account gained 12%.",),
        figures=(Figure("Total return", "+12.0%", "since 1 Jan", "good"),),
        curve=curve(),
        months=Months((2022, 2023), months),
        tables=(trades(count),),
        definitions=(Definition("Sharpe ratio", "mean(r) / stdev(r) × √P", "none"),),
    )


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_report_says_what_it_was_given() -> None:
    text = "\n".join(pages(compose_report(report())))
    for words in ("Performance report", "Desk Alpha", "+12.0%", "The account gained 12%."):
        assert words in text
    for words in ("Equity", "Drawdown", "Monthly returns", "1.2", "√P", "Buy and hold"):
        assert words in text


def test_what_is_simulated_says_so_on_every_page() -> None:
    sheets = pages(compose_report(report(200)))
    assert len(sheets) > 4
    assert all("SIMULATED" in sheet and "no real money" in sheet for sheet in sheets)
    live = compose_report(replace(report(), badge="", caution=""))
    assert all("SIMULATED" not in sheet for sheet in pages(live))


def test_every_page_bears_its_number_and_how_many_there_are() -> None:
    sheets = pages(compose_report(report(500)))
    assert len(sheets) > 9
    for number, sheet in enumerate(sheets, start=1):
        assert f"Page {number} of {len(sheets)}" in sheet


def test_a_long_table_runs_over_pages_under_its_head_and_loses_no_row() -> None:
    sheets = pages(compose_report(report(150)))
    listed = [sheet for sheet in sheets if "BTC/USDT" in sheet]
    assert len(listed) > 2
    assert all("Symbol" in sheet and "Quantity" in sheet for sheet in listed)
    assert all("continued" in sheet for sheet in listed[1:])
    text = "\n".join(sheets)
    assert all(f"BTC/USDT {index}" in text for index in range(150))


def test_an_empty_table_says_so() -> None:
    assert "No trade." in "\n".join(pages(compose_report(report(0))))


def test_both_languages_are_set_in_embedded_fonts() -> None:
    french = replace(
        report(),
        language="fr",
        heading="Résultats de l’été — « œuvre »",
        account="12\u202f345,67 €",
        labels={"equity": "Avoir"},
    )
    pdf = compose_report(french)
    text = "\n".join(pages(pdf))
    assert "Résultats de l’été — « œuvre »" in text
    assert "€" in text
    assert "Avoir" in text
    assert "Page 1 sur" in text
    assert "janv." in text
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "DejaVu" in descriptor["/FontName"]
            assert descriptor["/FontFile2"].get_object().get_data()


def test_an_amount_is_never_broken_over_two_lines() -> None:
    words = "Le compte a gagné " + "38\u202f420,55\u202f€ " * 40
    lines = "\n".join(pages(compose_report(replace(report(), summary=(words,))))).splitlines()
    amounts = [line for line in lines if "420,55" in line]
    assert len(amounts) > 3
    assert all(line.count("38\u202f") == line.count("420,55\u202f€") for line in amounts)


def test_the_same_spec_gives_the_same_bytes_with_its_own_date() -> None:
    pdf = compose_report(report())
    assert compose_report(pickle.loads(pickle.dumps(report()))) == pdf  # noqa: S301  # our own bytes
    metadata = PdfReader(io.BytesIO(pdf)).metadata
    assert metadata is not None
    assert metadata.creation_date is not None
    assert metadata.creation_date.timestamp() == 1_706_691_600
    assert metadata.title == "Performance report"


@pytest.mark.parametrize(
    "name",
    [
        "x" * 5_000,
        "two\nlines\x00\x1b[31m",
        "{nb} {page} %s {}",
        "**bold** <b>",
        "漢字🙂\u202e",
        "",
    ],
)
def test_no_name_breaks_the_layout(name: str) -> None:
    table = Table(name, (Column(name), Column(name, "right")), ((name, name), (name,), ()), name)
    hostile = replace(
        report(),
        heading=name,
        account=name,
        period=name,
        generated=name,
        badge=name,
        caution=name,
        summary=(name,),
        figures=tuple(Figure(name, name, name) for _ in range(9)),
        tables=(table,),
        definitions=(Definition(name, name, name),) * 3,
    )
    assert 1 <= len(pages(compose_report(hostile))) <= 8


@pytest.mark.parametrize("values", [[], [100.0], [np.nan, np.nan], [0.0, 0.0], [5.0, -5.0, 5.0]])
def test_any_equity_makes_a_report(values: list[float]) -> None:
    times = START + 86_400 * np.arange(len(values), dtype=np.int64)
    plain = Curve(times, np.array(values, np.float64))
    compose_report(replace(report(), curve=plain, months=Months((), np.empty((0, 12)))))
    compose_report(replace(report(), curve=None, months=None, tables=(), figures=(), summary=()))


def test_a_million_points_stay_a_small_document() -> None:
    long = Curve(START + np.arange(1_000_000, dtype=np.int64), np.linspace(1.0, 2.0, 1_000_000))
    assert len(compose_report(replace(report(), curve=long))) < 100_000


def test_building_a_report_loads_no_composing_library() -> None:
    program = (
        "import sys, bot.presenters.paper.report, bot.presenters.paper.csv;"
        "assert not {'fpdf', 'matplotlib', 'fontTools'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
