"""Better numbers are looked for in the background, told, stopped, doubted, and judged plainly."""

from __future__ import annotations

import csv
import io

import pytest

from bot.card import Card
from tests.room import Room

LINE = "/optimize sma-cross BTC/USDT 4h 180d 12"


def done(room: Room, line: str, who: str = "ann") -> list[Card]:
    """All that was said of a search, from its beginning to its end."""
    before = len(room.cards(who))
    room.say(line, who)
    room.run(room.chat.jobs.settled())
    room.wait(1)
    return room.cards(who)[before:]


def trials(card: Card) -> list[dict[str, str]]:
    found = [a.path for a in card.attachments if a.path.suffix == ".csv"]
    return list(csv.DictReader(io.StringIO(found[0].read_text("utf-8"))))


def test_a_search_begins_tells_how_far_it_is_and_what_it_found(room: Room) -> None:
    begun, *between, last = done(room, LINE)

    assert begun.title == "Looking for better numbers for sma-cross@1 on BTC/USDT"
    assert dict(begun.fields)["How"] == "evenly over the whole space"
    assert any("done" in card.title for card in between)
    assert last.title == "Numbers for sma-cross@1 on BTC/USDT"
    assert [a.path.suffix for a in last.attachments] == [".png", ".csv"]
    assert 4 <= len(trials(last)) <= 12


def test_what_was_searched_and_what_was_not_stand_side_by_side(room: Room) -> None:
    last = done(room, LINE)[-1]

    assert last.table is not None
    assert last.table.header == ("", "Searched (70%)", "The rest", "Own numbers, the rest")
    assert [row[0] for row in last.table.rows] == ["Return", "Score", "Maximum drawdown", "Trades"]
    best = max(float(row["score"]) for row in trials(last) if row["score"])
    assert last.table.rows[1][1] == f"{best:,.2f}"


def test_every_doubt_is_told(room: Room) -> None:
    facts = dict(done(room, LINE)[-1].fields)

    assert facts["Looks ahead"] == "no, later bars changed nothing"
    assert "windows made money" in facts["Walking forward"]
    assert facts["Deflated Sharpe"].endswith("trials")
    assert facts["With higher costs"].startswith("×2 ")
    assert "keep half of the score" in facts["A tenth beside"]


def test_the_button_backtests_the_numbers_found(room: Room) -> None:
    last = done(room, LINE)[-1]
    button = next(b for b in last.buttons if b.label == "Backtest with these")

    numbers = dict(last.fields)["Best numbers"].replace("=", " = ")
    assert dict(room.say(button.line).fields)["Numbers"] == numbers


def test_words_ask_for_it_too(room: Room) -> None:
    begun = done(room, "optimize sma-cross on btc 4h, 10 trials, best return")[0]

    facts = dict(begun.fields)
    assert (facts["Settings tried"], facts["Looked for"]) == ("10", "return")


def test_ranges_say_what_is_varied(room: Room) -> None:
    _, *_, last = done(room, "/optimize sma-cross BTC/USDT 4h 180d fast=5..8 slow=30..50:10")

    assert {(row["fast"], row["slow"]) for row in trials(last)} == {
        (str(fast), str(slow)) for fast in range(5, 9) for slow in (30, 40, 50)
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/optimize sma-cross BTC/USDT fast=2..200 slow=3..1000", "1.99e+05 combinations"),
        ("/optimize sma-cross BTC/USDT fast=1..5000", "outside"),
        ("/optimize sma-cross BTC/USDT speed=1..2", "there is no parameter"),
        ("/optimize sma-cross BTC/USDT fast=low..high", "is not a range such as fast=5..50"),
        ("/optimize sma-cross BTC/USDT 90000", "“90000” cannot be read"),
        ("/optimize buy-and-hold BTC/USDT", "no numbers that could be varied"),
        ("/optimize sma-cross BTC/USDT since=2030-01-01", "no bars in that time"),
    ],
)
def test_what_cannot_be_is_refused_at_once(room: Room, line: str, said: str) -> None:
    assert said in room.say(line).text
    assert len(room.run(room.app.stores.jobs.all())) == 0


def test_a_search_left_under_way_is_taken_up_again_by_the_next_start(room: Room) -> None:
    job = room.run(
        room.chat.jobs.start(room.message(LINE, "ann", "left"), "terminal:ann", LINE, "left")
    )
    room.restart()
    room.run(room.chat.jobs.settled())
    room.wait(1)

    assert "Numbers for sma-cross@1 on BTC/USDT" in room.titles()
    assert job.id not in [each.id for each in room.run(room.app.stores.jobs.all())]


def test_a_search_is_stopped_by_its_button_and_nothing_comes_of_it(room: Room) -> None:
    begun = room.say("/optimize sma-cross BTC/USDT 1h 365d 2000 tpe")
    stopped = room.say(begun.buttons[0].line)
    room.run(room.chat.jobs.settled())

    assert stopped.title.endswith("is stopped")
    assert room.run(room.app.stores.jobs.all()) == []
    assert not any(title.startswith("Numbers for") for title in room.titles())


def test_there_is_nothing_to_stop_where_nothing_goes_on(room: Room) -> None:
    card = room.say("/optimize sma-cross stop=j123456")

    assert "there is no search “j123456” of yours" in card.text


def test_it_speaks_french(room: Room) -> None:
    room.say("/language fr")
    begun, *_, last = done(room, "optimise sma-cross sur btc en 4h, 10 essais, meilleur sharpe")

    assert begun.title == "Je cherche de meilleurs paramètres pour sma-cross@1 sur BTC/USDT"
    assert last.title == "Paramètres pour sma-cross@1 sur BTC/USDT"
    assert dict(last.fields)["Regarde l’avenir"].startswith("non")
