from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import feather, parquet

from bot.failures import failed
from bot.presenters.backtests.figures import oddity_told
from bot.voice import Voice
from connectors.replay import read_candle_file
from connectors.replay.table import MOST_BYTES
from engine.domain.timeframe import Timeframe
from engine.errors import CandlesInvalid

REAL = Path("tests/data/candles/btc-usd-1m-2022-01.csv.gz")
HEADER = "time,open,high,low,close,volume\n"
NEW_YEAR = 1_640_995_200


def text(folder, content, name="candles.csv"):
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def row(second, prices="1,3,0.5,2", volume="7"):
    return f"{NEW_YEAR + second},{prices},{volume}\n"


def refused(path):
    with pytest.raises(CandlesInvalid) as refusal:
        read_candle_file(path)
    assert failed(refusal.value, Voice("fr")).text
    return failed(refusal.value, Voice("en")).text


def oddities(file, language="en"):
    return [oddity_told(oddity, Voice(language)) for oddity in file.oddities]


def test_a_real_file_is_read_whole():
    file = read_candle_file(REAL)

    assert (len(file.candles), file.duplicates, file.gaps, file.oddities) == (1_500, 0, 0, ())
    assert file.timeframe is Timeframe.M1
    assert file.candles.row(0).time == 1_640_991_660
    assert file.candles.row(0).open == 46_319


def test_a_repeated_time_is_reported_and_its_last_row_kept(tmp_path):
    lines = gzip.decompress(REAL.read_bytes()).decode().splitlines(keepends=True)
    again = lines[5].replace(lines[5].split(",")[1], "46000.5", 1)
    file = read_candle_file(text(tmp_path, "".join([*lines[:6], again, *lines[6:]]), "a.csv.gz"))

    assert (len(file.candles), file.duplicates) == (1_500, 1)
    assert file.candles.open[4] == 46_000.5
    assert "first: line 6" in oddities(file)[0]


def test_gaps_are_counted(tmp_path):
    rows = "".join(row(60 * i) for i in (0, 1, 2, 5, 6, 20))
    file = read_candle_file(text(tmp_path, HEADER + rows))

    assert file.gaps == 2
    assert oddities(file) == ["Gaps: 2; bars missing in the longest: 13."]


@pytest.mark.parametrize(
    "header",
    [
        "time,open,high,low,close,volume",
        "Timestamp,Open,High,Low,Close,Volume",
        "DATE, OPEN, HIGH, LOW, CLOSE, VOLUME",
        "\ufeffOpen time,open,high,low,close,volume",
        "open_time;open;high;low;close;volume",
        '"datetime"\t"open"\t"high"\t"low"\t"close"\t"volume"',
    ],
)
def test_columns_are_found_by_name_whatever_their_case(tmp_path, header):
    delimiter = max(",;\t", key=header.count)
    line = row(0).replace(",", delimiter)
    file = read_candle_file(text(tmp_path, f"{header}\n{line}\n\n"))

    assert file.candles.row(0).high == 3


def test_the_order_of_columns_and_further_ones_do_not_matter(tmp_path):
    content = f"note,close,time,volume,low,high,open\nx,2,{NEW_YEAR},7,0.5,3,1\n"

    assert read_candle_file(text(tmp_path, content)).candles.row(0).open == 1


@pytest.mark.parametrize(
    "moment",
    [
        "1640995200",
        "1640995200.5",
        "1640995200000",
        "1640995200000000",
        "1640995200000000000",
        "2022-01-01",
        "2022-01-01 00:00:00",
        "2022-01-01T00:00:00.000000",
        "2022-01-01T00:00:00Z",
        "2022-01-01T01:00:00+01:00",
        "2021-12-31 19:00:00-05:00",
    ],
)
def test_times_are_read_in_every_usual_form(tmp_path, moment):
    content = HEADER + f"{moment},1,3,0.5,2,7\n"

    assert read_candle_file(text(tmp_path, content)).candles.time.tolist() == [NEW_YEAR]


def test_zones_may_be_mixed(tmp_path):
    rows = "2022-01-01T00:00:00,1,3,0.5,2,7\n2022-01-01T02:00:00+01:00,1,3,0.5,2,7\n"

    found = read_candle_file(text(tmp_path, HEADER + rows)).candles.time

    assert found.tolist() == [NEW_YEAR, NEW_YEAR + 3_600]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns", "texts", "int"])
@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_parquet_and_feather_hold_the_same_as_csv(tmp_path, ending, unit):
    candles = read_candle_file(REAL).candles
    time = pa.array(candles.time)
    if unit == "texts":
        time = pa.array([str(np.datetime64(int(t), "s")) for t in candles.time])
    elif unit != "int":
        time = time.cast(pa.timestamp("s")).cast(pa.timestamp(unit, "UTC"))
    names = ("Open", "High", "Low", "Close", "Volume")
    table = pa.table({"Date": time, **dict(zip(names, candles.columns()[1:], strict=True))})
    path = tmp_path / f"candles.{ending}"
    (parquet.write_table if ending == "parquet" else feather.write_feather)(table, path)

    found = read_candle_file(path).candles

    for ours, theirs in zip(found.columns(), candles.columns(), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (row(0) + row(120) + row(60), ("line 4", "sort")),
        (row(0) + row(60, "1,3,0.5,two"), ("line 3", "close is “two”", "number")),
        (row(0) + row(60, "1,3,,2"), ("line 3", "low is missing")),
        (row(0) + row(60, "1,nan,0.5,2"), ("line 3", "high is nan")),
        (row(0) + row(60, "1,inf,0.5,2"), ("line 3", "high is inf")),
        (row(0) + row(60, "1,0.4,0.5,2"), ("line 3", "high 0.4 is below low 0.5")),
        (row(0, volume="-1"), ("line 2", "volume -1 is below zero")),
        (row(0) + "yesterday,1,3,0.5,2,7\n", ("line 3", "time is “yesterday”", "2022-01-31T")),
        (row(0) + ",1,3,0.5,2,7\n", ("line 3", "time is missing")),
        (row(0) + "1640995260,1,3,0.5,2\n", ("line 3", "5 values for 6 columns")),
        (row(0) + "\n" + row(60), ("line 3", "missing")),
        ("20220131,1,3,0.5,2,7\n", ("line 2", "before 1990", "2022-01-31")),
        ("1e300,1,3,0.5,2,7\n", ("line 2", "no moment")),
        ("", ("no candles",)),
    ],
)
def test_what_is_broken_is_refused_with_its_line_and_the_fix(tmp_path, rows, words):
    detail = refused(text(tmp_path, HEADER + rows))

    assert all(word in detail for word in words), detail


def test_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path):
    path = text(tmp_path, HEADER.encode() + row(0).encode() + b"1640995260,1,\xff,1,1,1\n")

    assert "line 3: it is not UTF-8" in refused(path)


def test_missing_columns_are_named_with_those_that_are_there(tmp_path):
    detail = refused(text(tmp_path, "when,open,high,low,last\n1,1,1,1,1\n"))

    assert "close, volume, time" in detail
    assert "when, open, high, low, last" in detail


def test_prices_that_are_not_above_zero_are_reported(tmp_path):
    file = read_candle_file(text(tmp_path, HEADER + row(0) + row(60, "0,3,-1,2")))

    assert oddities(file) == ["Rows with a price that is not above zero: 1 (first: line 3)."]
    assert oddities(file, "fr")[0].endswith(
        "zéro\N{NO-BREAK SPACE}: 1 (la première\N{NO-BREAK SPACE}: ligne 3)."
    )


def test_bars_without_a_known_length_have_no_timeframe(tmp_path):
    file = read_candle_file(text(tmp_path, HEADER + row(0) + row(7)))

    with pytest.raises(CandlesInvalid, match="seconds 7"):
        _ = file.timeframe


def test_a_million_columns_are_refused_at_once(tmp_path):
    names = ",".join(f"c{i}" for i in range(1_000_000))
    assert "first line" in refused(text(tmp_path, f"{names}\n1\n"))

    names = ",".join(f"c{i}" for i in range(2_000))
    assert "at most 1000" in refused(text(tmp_path, f"{names}\n1\n"))


def test_a_wide_table_is_refused_at_once(tmp_path):
    table = pa.table({f"c{i}": [1.0] for i in range(1_200)})
    parquet.write_table(table, tmp_path / "a.parquet")
    feather.write_feather(table, tmp_path / "a.feather")

    assert "at most 1000" in refused(tmp_path / "a.parquet")
    assert "at most 1000" in refused(tmp_path / "a.feather")


def test_an_oversized_file_is_refused_at_once(tmp_path):
    path = tmp_path / "candles.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    assert "512 MB" in refused(path)


@pytest.mark.parametrize("name", ["time", "close"])
@pytest.mark.parametrize("value", [[1.0], {"a": 1}, b"\xff", None])
def test_columns_of_another_type_are_refused(tmp_path, name, value):
    names = ("open", "high", "low", "close", "volume")
    columns = {"time": [NEW_YEAR], **{n: [1.0] for n in names}, name: [value]}
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({n: pa.array(column) for n, column in columns.items()}), path)

    assert name in refused(path)


def test_an_archive_made_to_burst_is_refused_at_once(tmp_path):
    path = tmp_path / "candles.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(HEADER.encode())
        file.write(bytes(24_000_000))

    assert "100 times its size" in refused(path)


def test_a_parquet_file_that_unpacks_to_too_much_is_refused_at_once(tmp_path):
    names = ("time", "open", "high", "low", "close", "volume")
    column = pa.array(np.zeros(12_000_000, np.int8))
    table = pa.table(dict.fromkeys(names, column))
    parquet.write_table(table, tmp_path / "a.parquet")

    assert "512 MB" in refused(tmp_path / "a.parquet")


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.feather"])
@pytest.mark.parametrize("content", [b"", b"rubbish", b"\xff\xfe\x00" * 40, b"PAR1" * 9])
def test_rubbish_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    assert name in refused(path)


def test_a_truncated_archive_is_refused(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(REAL.read_bytes()[:-500])

    assert "a.csv.gz" in refused(path)


def test_a_file_that_is_not_there_or_of_another_kind_is_refused(tmp_path):
    assert "no file" in refused(tmp_path / "candles.csv")
    assert ".parquet" in refused(text(tmp_path, HEADER, "candles.xlsx"))
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be read" in refused(tmp_path / "folder.csv")


@given(st.binary(max_size=300))
def test_no_content_does_anything_but_read_or_refuse(tmp_path_factory, content):
    path = text(tmp_path_factory.getbasetemp(), HEADER.encode() + content, "any.csv")
    with suppress(CandlesInvalid):
        assert len(read_candle_file(path).candles) > 0
