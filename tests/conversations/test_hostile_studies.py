"""What is sent to break the strategies is refused at once, and the bot goes on answering others."""

from __future__ import annotations

import asyncio
import gzip
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from bot.card import Card
from tests.room import Room

START = 1_700_000_000
HEADER = "time,open,high,low,close,volume"
Rows = list[str]


def rows(count: int = 60) -> Rows:
    return [f"{START + 60 * n},100,101,99,100,1" for n in range(count)]


def csv(folder: Path, lines: Rows, header: str = HEADER, name: str = "bars.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    return path


def tried(room: Room, path: Path) -> Card:
    return room.say(f"/backtest sma-cross {path} fast=3 slow=5")


@pytest.fixture(autouse=True)
def others_are_answered(room: Room) -> Iterator[None]:
    """Whatever a test did, the desk answers somebody else afterwards."""
    yield
    assert "BTC/USDT" in room.say("/price BTC/USDT", who="olga").title


# -- candle files ----------------------------------------------------------------------------


def test_gaps_are_told_with_how_many(room: Room, tmp_path: Path) -> None:
    card = tried(room, csv(tmp_path, [*rows()[:20], *rows()[25:]]))

    assert "Gaps: 1;" in card.text


def test_duplicates_are_told_and_the_last_counts(room: Room, tmp_path: Path) -> None:
    lines = rows()
    card = tried(room, csv(tmp_path, [*lines[:20], lines[19], *lines[20:]]))

    assert "repeat the time of the next" in card.text


def test_unsorted_rows_are_refused_with_the_line(room: Room, tmp_path: Path) -> None:
    lines = rows()
    card = tried(room, csv(tmp_path, [*lines[:20], lines[3], *lines[20:]]))

    assert "sort the rows by time" in card.text
    assert "22" in card.text


@pytest.mark.parametrize("missing", ["time", "open", "high", "low", "close"])
def test_a_missing_column_is_refused_by_its_name(room: Room, tmp_path: Path, missing: str) -> None:
    header = HEADER.replace(missing, "other")
    card = tried(room, csv(tmp_path, rows(), header))

    assert card.title == "The candles cannot be read"
    assert missing in card.text


@pytest.mark.parametrize("word", ["n/a", "1,5x", "--", "1e999", "nan", ""])
def test_text_in_a_number_is_refused_with_the_line(room: Room, tmp_path: Path, word: str) -> None:
    lines = rows()
    lines[9] = lines[9].replace(",100,1", f',"{word}",1')
    card = tried(room, csv(tmp_path, lines))

    assert card.title == "The candles cannot be read"
    assert "11" in card.text


@pytest.mark.parametrize("offset", ["+00:00", "+05:30", "-08:00"])
def test_time_zones_are_read_as_the_same_moments(room: Room, tmp_path: Path, offset: str) -> None:
    sign, hours, minutes = offset[0], int(offset[1:3]), int(offset[4:])
    shift = timedelta(hours=hours, minutes=minutes) * (1 if sign == "+" else -1)
    moments = [datetime.fromtimestamp(START + 60 * n, UTC) + shift for n in range(60)]
    lines = [f"{m:%Y-%m-%dT%H:%M:%S}{offset},100,101,99,100,1" for m in moments]
    card = tried(room, csv(tmp_path, lines))

    plain = tried(room, csv(tmp_path, rows(), name="plain.csv"))
    assert card.text.partition("\n")[0] == plain.text.partition("\n")[0].replace("plain", "bars")


def test_a_million_columns_are_refused(room: Room, tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n1\n", "utf-8")

    assert "never ends" in tried(room, wide).text


def zeros(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"0" * 1_000_000


def gzip_bomb(path: Path) -> None:
    with gzip.open(path, "wb") as file:
        file.write(f"{HEADER}\n".encode())
        for block in zeros(64):
            file.write(block)


def zip_bomb(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bars.csv", "w") as file,
    ):
        for block in zeros(64):
            file.write(block)


def parquet_bomb(path: Path) -> None:
    same = pa.array(np.ones(11_500_000))
    names = ("time", "open", "high", "low", "close", "volume")
    parquet.write_table(pa.table(dict.fromkeys(names, same)), path, compression="zstd")


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("bomb.csv.gz", gzip_bomb, "unpacks to over 100 times its size"),
        ("bomb.parquet", parquet_bomb, "more than 512 MB once decompressed"),
        ("bomb.zip", zip_bomb, "is no file of candles"),
    ],
)
def test_a_bomb_is_refused_before_it_goes_off(
    room: Room, tmp_path: Path, name: str, make: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / name
    make(path)
    card = tried(room, path)

    assert said in card.text
    assert not card.attachments


def test_an_upload_of_two_gigabytes_is_refused_by_its_size(room: Room, tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(2 * 1024**3)

    assert "larger than 512" in tried(room, huge).text


@pytest.mark.parametrize("name", ["bars.parquet", "bars.feather"])
def test_a_file_that_is_not_what_it_says_is_refused(room: Room, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PAR1" + bytes(range(256)) * 40)

    assert tried(room, path).title == "The candles cannot be read"


def test_parquet_and_feather_are_read_like_csv(room: Room, tmp_path: Path) -> None:
    columns = list(zip(*(line.split(",") for line in rows()), strict=True))
    names = HEADER.split(",")
    data = {
        name: pa.array([int(v) if name == "time" else float(v) for v in column])
        for name, column in zip(names, columns, strict=True)
    }
    parquet.write_table(pa.table(data), tmp_path / "bars.parquet")
    feather.write_feather(pa.table(data), str(tmp_path / "bars.feather"))

    for name in ("bars.parquet", "bars.feather"):
        assert "60 bars" in tried(room, tmp_path / name).text


# -- formulas and documents -------------------------------------------------------------------

LONG = "1+" * 50_000 + "1"
DEEP = "(" * 10_000 + "1" + ")" * 10_000
NOTS = "not " * 10_000 + "close > 1"


@pytest.mark.parametrize("formula", [LONG, DEEP, NOTS], ids=["long", "deep", "nots"])
def test_a_monstrous_formula_is_refused_everywhere(
    room: Room, tmp_path: Path, formula: str
) -> None:
    path = tmp_path / "monster.yaml"
    path.write_text(f"strategy: m\ntimeframe: 1h\nlong:\n  enter: {formula} > 1\n", "utf-8")

    assert room.say(f"/import {path}").title == "The strategy has a mistake"
    said = {
        "vic": room.say(f"/alert BTC/USDT {formula} > 1", who="vic"),
        "ann": room.say(f"/chart BTC/USDT 1h {formula}", who="ann"),
        "bob": room.say(f"/design buy when {formula}", who="bob"),
    }
    for card in said.values():
        assert card.title == "That was too much at once"


@pytest.mark.parametrize(
    "formula", ["1+" * 900 + "1", "(" * 900 + "1" + ")" * 900, "not " * 450 + "1"]
)
def test_one_that_a_message_may_hold_is_refused_by_the_formula(room: Room, formula: str) -> None:
    card = room.say(f"/alert BTC/USDT {formula} > 1")

    assert card.title == "Something is wrong with “formula”"
    assert room.say("/alerts").table is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("strategy: me\ntimeframe: 1h\nlong: {enter: me > 1}\n", "nothing is called “me”"),
        (
            "strategy: me\ntimeframe: 1h\nparameters: {a: {default: a, range: [1, 2]}}\n",
            "not a number",
        ),
        ("strategy: &x me\ntimeframe: 1h\nlong: &y {enter: *y}\n", "aliases"),
        ("strategy: me\ntimeframe: 1h\npython: me\n", "there is no plug-in “me”"),
    ],
    ids=["rule", "parameter", "alias", "python"],
)
def test_a_strategy_that_refers_to_itself_is_refused(
    room: Room, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "me.yaml"
    path.write_text(text, "utf-8")
    card = room.say(f"/import {path}")

    assert card.title == "The strategy has a mistake"
    assert said in card.text


def test_a_copy_of_itself_is_no_loop(room: Room) -> None:
    room.say("/import sma-cross name=mine")
    assert "already" in room.say("/import mine name=mine").text
    assert dict(room.say("/strategy mine").fields)["Made from"] == "sma-cross@1"


# -- searches ---------------------------------------------------------------------------------

WIDE = """
strategy: wide
timeframe: 4h
symbols: [BTC/USDT]
parameters:
  a: {default: 10, range: [2, 1001]}
  b: {default: 20, range: [2, 1001]}
  c: {default: 30, range: [2, 1001]}
  d: {default: 40, range: [2, 1001]}
long:
  enter: sma(close, a) > sma(close, b) and sma(close, c) > sma(close, d)
  exit: sma(close, a) < sma(close, b)
"""


def test_a_grid_of_a_million_million_is_refused_and_not_begun(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "wide.yaml"
    path.write_text(WIDE, "utf-8")
    room.say(f"/import {path}")
    before = len(room.cards())
    ranges = " ".join(f"{name}=2..1001" for name in "abcd")
    card = room.say(f"/optimize wide BTC/USDT 4h 90d method=grid {ranges}")
    room.run(room.chat.jobs.settled())
    room.wait(1)

    assert "1e+12 combinations, and at most 20000 are tried" in card.text
    assert len(room.cards()) == before + 1


def test_others_are_answered_while_a_backtest_runs(room: Room, tmp_path: Path) -> None:
    path = csv(tmp_path, rows(4_000))

    async def both() -> tuple[int, int]:
        backtest = room.message(f"/backtest sma-cross {path}", "ann", "slow")
        price = room.message("/price BTC/USDT", "olga", "quick")
        await room.chat.intake.receive(backtest)
        await room.chat.intake.receive(price)
        while not room.cards("olga"):
            await asyncio.sleep(0)
        meanwhile = len(room.cards("ann"))
        await room.chat.intake.idle("terminal:ann")
        await room.chat.settled()
        return meanwhile, len(room.cards("ann"))

    assert room.run(both()) == (0, 1)


# -- files of another kind -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bars.zip", "bars.xlsx", "bars.csv.zip", "rules.yaml"])
@pytest.mark.parametrize("command", ["/backtest sma-cross", "/optimize sma-cross"])
def test_what_is_no_candle_file_is_told_what_is_taken(
    room: Room, tmp_path: Path, command: str, name: str
) -> None:
    (tmp_path / name).write_text("PK")
    card = room.say(f"{command} {tmp_path / name}")

    assert name in card.text
    assert "csv, parquet and feather" in card.text
    room.say("/language fr")
    assert "csv, parquet et feather" in room.say(f"{command} candles={name}").text


@pytest.mark.parametrize("name", ["rules.zip", "rules.pdf", "bars.csv"])
def test_what_is_no_document_is_told_what_is_taken(room: Room, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("PK")

    assert "yaml and json" in room.say(f"/import {tmp_path / name}").text
    room.say("/language fr")
    assert "yaml et json" in room.say(f"/import {name}").text


def test_a_ticker_with_a_dot_is_no_file(room: Room) -> None:
    assert "AIR.PA" in room.say("/backtest sma-cross AIR.PA").title
