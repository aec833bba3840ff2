"""The desk's strategies: listed, shown, taken in from a file, copied, given back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.card import Card
from engine.documents import library_names, library_strategy, library_text, read_document
from tests.room import Room

DIPS = """
strategy: dip-buyer
about: Buys a fall of two averages, sells the rise.
timeframe: 1h
symbols: [BTC/USDT]
parameters:
  length: {default: 20, range: [5, 60]}
long:
  enter: close < sma(close, length) * 0.98
  exit: close > sma(close, length)
stop_loss: 3%
"""


def kept(tmp_path: Path, text: str = DIPS, name: str = "dips.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def exported(card: Card) -> str:
    return card.attachments[0].path.read_text("utf-8")


@pytest.mark.parametrize("name", library_names())
def test_the_library_is_described_in_the_readers_language(room: Room, name: str) -> None:
    english = room.say(f"/strategy {name}").text
    assert english == " ".join(library_strategy(name).about.split())

    room.say("/language fr")
    french = room.say(f"/strategy {name}").text
    assert french != english
    table = room.say("/strategies").table
    assert table is not None
    assert french in {row[-1] for row in table.rows}


def test_the_library_is_there_from_the_start(room: Room) -> None:
    card = room.say("what strategies do I have")

    assert card.table is not None
    names = [row[0] for row in card.table.rows]
    assert names == sorted(names)
    assert {"sma-cross", "rsi-reversion", "buy-and-hold", "gap-fill"} <= set(names)
    assert {row[3] for row in card.table.rows} == {"the library"}


def test_a_strategy_is_shown_with_its_rules_and_numbers(room: Room) -> None:
    facts = dict(room.say("/strategy sma-cross").fields)

    assert facts["Buys when"] == "crosses_above(sma(close, fast), sma(close, slow))"
    assert facts["Numbers"] == "fast 10 (2–200) · slow 30 (3–1000)"
    assert facts["Size"] == "100% of equity"


def test_an_unknown_name_is_answered_with_the_nearest(room: Room) -> None:
    card = room.say("/strategy sma-crosss")

    assert card.title == "No strategy sma-crosss"
    assert "sma-cross" in card.text


def test_what_is_imported_comes_back_as_the_same_strategy(room: Room, tmp_path: Path) -> None:
    card = room.say(f"/import {kept(tmp_path)}")
    assert card.title == "dip-buyer is kept as version 1"

    assert read_document(exported(room.say("/export dip-buyer"))) == read_document(DIPS)
    assert "dip-buyer" in [row[0] for row in room.say("/strategies").table.rows]


def test_every_library_strategy_comes_back_as_it_is(room: Room) -> None:
    for name in ("sma-cross", "opening-range", "bollinger-reversion"):
        text = exported(room.say(f"/export {name}"))
        assert read_document(text) == read_document(library_text(name))


def test_the_same_document_again_changes_nothing(room: Room, tmp_path: Path) -> None:
    room.say(f"/import {kept(tmp_path)}")

    again = room.say(f"/import {kept(tmp_path)}")
    assert again.title == "dip-buyer, version 1, says exactly this already"


def test_a_version_never_used_is_replaced_and_a_used_one_is_not(room: Room, tmp_path: Path) -> None:
    room.say(f"/import {kept(tmp_path)}")
    changed = DIPS.replace("0.98", "0.97")
    card = room.say(f"/import {kept(tmp_path, changed)}")
    assert card.title == "dip-buyer, version 1, is replaced; it had never been used"

    room.run(room.app.stores.strategies.use("dip-buyer", 1, room.clock.now_ms()))
    card = room.say(f"/import {kept(tmp_path, DIPS)}")
    assert card.title == "dip-buyer is kept as version 2; the earlier ones stay as they are"
    assert "0.97" in exported(room.say("/export dip-buyer@1"))
    assert "0.98" in exported(room.say("/export dip-buyer@2"))
    assert dict(room.say("/strategy dip-buyer").fields)["Made from"] == "dip-buyer@1"


def test_a_library_strategy_is_never_overwritten(room: Room, tmp_path: Path) -> None:
    changed = library_text("sma-cross").replace("default: 10", "default: 12")
    card = room.say(f"/import {kept(tmp_path, changed)}")

    assert card.title == "sma-cross is kept as version 2; the earlier ones stay as they are"
    assert read_document(exported(room.say("/export sma-cross@1"))) == read_document(
        library_text("sma-cross")
    )


def test_a_copy_has_a_name_of_its_own_and_remembers_where_it_came_from(room: Room) -> None:
    card = room.say("/import sma-cross name=my-cross")
    assert card.title == "my-cross is kept as version 1"
    assert card.text.endswith("Made from sma-cross@1.")

    room.say("/import my-cross name=third-cross")
    facts = dict(room.say("/strategy third-cross").fields)
    assert facts["Made from"] == "my-cross@1 ← sma-cross@1"


def test_a_copy_does_not_take_a_name_that_is_there(room: Room) -> None:
    card = room.say("/import sma-cross name=macd-trend")

    assert card.title == "The strategy has a mistake"
    assert "macd-trend already" in card.text


def test_it_is_all_there_after_a_restart(room: Room, tmp_path: Path) -> None:
    room.say(f"/import {kept(tmp_path)}")
    room.restart()

    assert room.say("/strategy dip-buyer").title == "dip-buyer, version 1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DIPS.replace("sma(close, length) * 0.98", "smaa(close, 9)"), "did you mean sma?"),
        (DIPS.replace("stop_loss", "stop_los"), "did you mean stop_loss?"),
        ("a: [1, 2", "line"),
        ("x: &a [*a]\n", "aliases"),
        ("strategy: deep\ntimeframe: 1h\nlong:\n  enter: " + "(" * 10_000, "long.enter"),
        ("strategy: long\ntimeframe: 1h\nlong:\n  enter: " + "1+" * 50_000, "at most 65536"),
        ("[" * 10_000, "levels deep"),
        ("y" * 300_000, "larger than 256 KB"),
    ],
)
def test_a_document_with_a_mistake_is_refused_with_its_place(
    room: Room, tmp_path: Path, text: str, said: str
) -> None:
    card = room.say(f"/import {kept(tmp_path, text)}")

    assert card.title == "The strategy has a mistake"
    assert said in card.text
    assert "dip-buyer" not in [row[0] for row in room.say("/strategies").table.rows]


def test_without_a_file_it_says_what_is_missing(room: Room) -> None:
    assert room.say("import this strategy").title == "There is no file to read"
    assert room.say("/import nowhere.yaml").title == "There is no file to read"


def test_a_viewer_looks_but_does_not_take_in(room: Room, tmp_path: Path) -> None:
    assert room.say("/strategy sma-cross", who="vic").title == "sma-cross, version 1"
    card = room.say(f"/import {kept(tmp_path)}", who="vic")
    assert card.title == "You may not do that here"


def test_it_speaks_french(room: Room, tmp_path: Path) -> None:
    room.say("/language fr")

    assert room.say("quelles stratégies j'ai").title == "Stratégies du desk"
    assert room.say(f"importe {kept(tmp_path)}").title == "dip-buyer est conservée en version 1"
    assert dict(room.say("/strategy dip-buyer").fields)["Taille"] == "100 % du capital"
