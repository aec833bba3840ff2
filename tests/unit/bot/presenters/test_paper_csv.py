"""CSV goes out as RFC 4180 and comes back as it went, and no cell is a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presenters.paper.csv import write_csv


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_rows_end_with_carriage_return_and_line_feed_and_quotes_double() -> None:
    written = write_csv(["symbol", "note"], [["BTC/USDT", 'a "good", long\none'], ["é", ""]])
    assert written == 'symbol,note\r\nBTC/USDT,"a ""good"", long\none"\r\né,\r\n'.encode()


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "+1,5", "-inf"]
)
def test_what_a_spreadsheet_would_run_is_made_words(cell: str) -> None:
    assert read(write_csv(["x"], [[cell]]))[1] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["-1.5", "+12", "-.5", "1e-8", "-1E+3", "BTC-USDT", "", "a=b"])
def test_numbers_and_harmless_words_stay_as_they_are(cell: str) -> None:
    assert read(write_csv(["x", "y"], [[cell, "1"]]))[1] == [cell, "1"]


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2), max_size=5)
)
def test_a_reader_gets_every_cell_back(rows: list[list[str]]) -> None:
    back = read(write_csv(["a", "b"], rows))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
