"""A strategy tried on past bars, in the chat: figures, pictures, trades, paper, and every no."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.card import AttachmentKind, Card
from tests.room import Room

MINUTES = Path(__file__).parents[1] / "data" / "candles" / "btc-usd-1m-2022-01.csv.gz"


def facts(card: Card) -> dict[str, str]:
    return {name: value.replace("\N{NO-BREAK SPACE}", " ") for name, value in card.fields}


def trades(card: Card) -> list[dict[str, str]]:
    found = [a.path for a in card.attachments if a.path.suffix == ".csv"]
    return list(csv.DictReader(io.StringIO(found[0].read_text("utf-8"))))


def paper(card: Card) -> PdfReader:
    return PdfReader(next(a.path for a in card.attachments if a.path.suffix == ".pdf"))


def bars(tmp_path: Path, rows: list[str], name: str = "bars.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(["time,open,high,low,close,volume", *rows]) + "\n", "utf-8")
    return path


def test_a_year_of_the_desks_own_candles(room: Room) -> None:
    card = room.say("/backtest sma-cross BTC/USDT 1h 365d")

    assert card.title.startswith("sma-cross@1 on BTC/USDT 1h: ")
    assert card.badge == "backtest · simulated prices"
    assert "8,760 bars" in card.text
    files = [(a.path.suffix, a.kind) for a in card.attachments]
    assert files == [
        (".png", AttachmentKind.PICTURE),
        (".png", AttachmentKind.PICTURE),
        (".pdf", AttachmentKind.DOCUMENT),
        (".csv", AttachmentKind.DOCUMENT),
    ]
    assert all(a.path.stat().st_size > 500 for a in card.attachments)


def test_the_figures_are_those_of_the_trades(room: Room) -> None:
    card = room.say("/backtest sma-cross BTC/USDT 1h 365d fast=10 slow=30")
    rows = trades(card)

    told = facts(card)
    assert int(told["Closed trades"]) == len(rows)
    profit = sum(float(row["profit"]) for row in rows)
    won = sum(float(row["profit"]) > 0 for row in rows)
    assert f"{profit / 10_000:+.2%}".replace("-", "−") in card.title
    assert told["Win rate"] == f"{won / len(rows):.2%}"
    assert told["Numbers"] == "fast = 10 · slow = 30"


def test_words_ask_for_the_same_as_a_slash_line(room: Room) -> None:
    said = room.say("backtest sma-cross on btc 1h over the last 90 days")

    assert said.title == room.say("/backtest sma-cross btc 90d 1h").title


def test_the_tear_sheet_has_four_pages_that_say_what_they_are(room: Room) -> None:
    pages = paper(room.say("/backtest sma-cross BTC/USDT 1h 365d")).pages

    assert 3 <= len(pages) <= 5
    words = "\n".join(page.extract_text() for page in pages)
    assert all("BACKTEST · SIMULATED PRICES" in page.extract_text().upper() for page in pages)
    for said in (
        "The rules",
        "What trading cost",
        "Monthly returns",
        "Closed trades",
        "crosses_above",
    ):
        assert said in words
    assert all("BACKTEST" in page.extract_text() for page in pages)


def test_a_file_that_is_sent_is_tested_on_as_it_is(room: Room) -> None:
    card = room.say(f"/backtest sma-cross {MINUTES}")

    assert card.badge == "backtest"
    with gzip.open(MINUTES, "rt") as file:
        count = sum(1 for _ in file) - 1
    assert f"{count:,} bars" in card.text
    assert card.title.startswith(f"sma-cross@1 on {MINUTES.name} 1m: ")


def test_amounts_of_a_file_are_of_no_currency(room: Room) -> None:
    fees = facts(room.say(f"/backtest sma-cross {MINUTES}"))["Fees of closed trades"]

    assert fees == fees.strip()
    assert float(fees.replace(",", "")) > 0


def test_numbers_are_told_as_the_document_writes_them(room: Room) -> None:
    card = room.say("/backtest rsi-reversion BTC/USDT 1h 90d stop=2.5%")

    assert facts(card)["Numbers"].endswith("overbought = 70 · stop = 2.5% · target = 4%")
    begun, *_ = room.all_said("/optimize rsi-reversion BTC/USDT 1h 90d trials=5")
    varied = facts(begun)["Varied"]
    assert varied.endswith("stop 0.1%–50% · target 0.1%–100%")


def test_others_are_held_beside_it_over_the_same_bars(room: Room) -> None:
    card = room.say("/backtest sma-cross BTC/USDT 1h 90d compare=all")

    assert card.table is not None
    assert {"sma-cross@1", "buy-and-hold@1", "macd-trend@1"} <= {r[0] for r in card.table.rows}
    alone = room.say("/backtest macd-trend BTC/USDT 1h 90d")
    row = next(row for row in card.table.rows if row[0] == "macd-trend@1")
    assert row[4] == facts(alone)["Closed trades"]


def test_the_button_compares_what_was_just_tested(room: Room) -> None:
    card = room.say("/backtest sma-cross BTC/USDT 1h 90d")
    button = next(b for b in card.buttons if b.label == "Compare")

    assert len(button.line.encode()) <= 64
    assert room.say(button.line).table is not None


def test_a_tested_version_does_not_change_any_more(room: Room) -> None:
    room.say("/import sma-cross name=mine")
    room.say("/backtest mine BTC/USDT 1h 30d")

    assert (
        dict(room.say("/strategy mine").fields)["First used"] != "never; it can still be replaced"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/backtest sma-cross BTC/USDT fast=9999", "9999 lies outside 2 to 200"),
        ("/backtest sma-cross BTC/USDT speed=3", "there is no parameter “speed”"),
        ("/backtest sma-cross BTC/USDT fast=quick", "is not a parameter with its number"),
        ("/backtest sma-cross BTC/USDT since=2026-02-30", "is not a date such as 2024-01-31"),
        (
            "/backtest sma-cross BTC/USDT since=2026-02-01 until=2026-01-01",
            "it is after until, 2026-01-01",
        ),
        ("/backtest sma-cross BTC/USDT 30d since=2026-01-01", "not both"),
        ("/backtest sma-cross BTC/USDT since=2030-01-01", "there are no bars in that time"),
        ("/backtest sma-cross BTC/USDT 1m 3650d", "5256000 bars"),
        ("/backtest nothing-like-it BTC/USDT", "See /strategies"),
        ("/backtest sma-cross BTD/USDT", "Did you mean BTC/USDT"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(room: Room, line: str, said: str) -> None:
    card = room.say(line)

    assert said in card.text
    assert card.attachments == ()


GOOD = [f"{1_700_000_000 + 60 * n},100,101,99,100,1" for n in range(50)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*GOOD[:9], GOOD[3], *GOOD[9:]], "sort the rows by time"),
        ([*GOOD[:9], "x" + GOOD[9], *GOOD[10:]], "line 11"),
        ([*GOOD[:9], GOOD[9].replace("101", "high"), *GOOD[10:]], "line 11"),
        ([*GOOD[:9], GOOD[9].replace("99,100", "102,100"), *GOOD[10:]], "below low"),
        ([], "no candles"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    room: Room, tmp_path: Path, rows: list[str], said: str
) -> None:
    card = room.say(f"/backtest sma-cross {bars(tmp_path, rows)}")

    assert card.title == "The candles cannot be read"
    assert said in card.text


def test_gaps_and_repeated_rows_are_told_and_do_no_harm(room: Room, tmp_path: Path) -> None:
    rows = [*GOOD[:9], GOOD[8], *GOOD[12:]]
    card = room.say(f"/backtest sma-cross {bars(tmp_path, rows)} fast=3 slow=5")

    assert "repeat the time of the next" in card.text
    assert "Gaps: 1;" in card.text


def test_files_made_to_do_harm_are_refused(room: Room, tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n1\n", "utf-8")
    bomb = tmp_path / "bomb.csv.gz"
    with gzip.open(bomb, "wb") as file:
        file.write(b"time,open,high,low,close,volume\n")
        for _ in range(64):
            file.write(b"0" * 1_000_000)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(2 * 1024**3)

    for path, said in ((wide, "never ends"), (bomb, "unpacks to over"), (huge, "larger than 512")):
        assert said in room.say(f"/backtest sma-cross {path}").text
    assert room.say("/price BTC/USDT").title


def test_it_speaks_french(room: Room) -> None:
    room.say("/language fr")
    card = room.say("backteste sma-cross sur btc en 1h sur les 90 derniers jours")

    assert card.title.startswith("sma-cross@1 sur BTC/USDT 1h\N{NO-BREAK SPACE}: ")
    assert "conserver BTC/USDT aurait fait" in card.text
    words = "\n".join(page.extract_text() for page in paper(card).pages)
    assert "Les règles" in words
