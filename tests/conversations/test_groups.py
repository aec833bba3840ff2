"""A group shows, a private chat tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.card import Card
from tests.room import CONFIG, Room

APART = "Ann: the answer is in your private chat."


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Ann has spoken to the desk in private before."""
    made = Room(tmp_path / "home")
    made.price("BTC/USDT", 60_000)
    made.say("/language en")
    yield made
    made.close()


def test_a_price_is_shown_in_the_group(room: Room) -> None:
    assert room.say("/price btc", group="pit").title.startswith("BTC/USDT")


@pytest.mark.parametrize(
    "line", ["/balance", "/positions", "/pnl", "/orders", "/fills", "/settings", "/mfa"]
)
def test_what_is_ones_own_goes_to_the_private_chat(room: Room, line: str) -> None:
    private = room.say(line)
    (shown,) = room.all_said(line, group="pit")

    assert shown.title == APART
    assert not shown.fields
    assert room.cards()[-1].title == private.title


def test_an_order_from_a_group_is_confirmed_in_private_and_nowhere_else(room: Room) -> None:
    assert room.say("/buy BTC/USDT 0.1", group="pit").title == APART
    asked = room.cards()[-1]
    assert asked.title.startswith("Really buy")

    assert room.say("/yes", group="pit").title == "Nothing is waiting for a yes."
    assert room.say(asked.buttons[0].line, group="pit").title == "Nothing is waiting for a yes."
    assert room.say(asked.buttons[0].line, who="bob", group="pit").tone == "bad"
    assert room.say("/yes").title.startswith("Bought 0.1 BTC/USDT")


def test_who_was_never_heard_in_private_is_asked_to_write_there_first(room: Room) -> None:
    refused = room.say("/balance", who="zoe", group="pit")

    assert refused.title == "That is for you alone"
    assert not refused.fields


def test_a_question_that_lists_ones_orders_lists_them_in_private_alone(room: Room) -> None:
    for line in ("/buy BTC/USDT 0.1 price=50000", "/yes"):
        room.say(line)
    (order,) = (row[0] for row in room.say("/orders").table.rows)

    asked = room.say("cancel my order")
    assert [button.line for button in asked.buttons] == [f"/cancel order={order}"]
    assert asked.table is not None

    shown = room.say("cancel my order", group="pit")
    assert [button.line for button in shown.buttons] == ["/orders"]
    assert shown.table is None


def test_halting_works_from_a_group_at_once(room: Room) -> None:
    room.say("/halt", group="pit")

    assert room.say("/status").title.endswith("trading is halted")


def test_a_desk_may_show_all_in_its_groups(tmp_path: Path) -> None:
    desk = CONFIG.desk.model_copy(update={"groups": "open"})
    room = Room(tmp_path / "open", CONFIG.model_copy(update={"desk": desk}))
    room.price("BTC/USDT", 60_000)
    room.say("/buy BTC/USDT 0.1", group="pit")
    sent, filled = room.all_said("/yes", group="pit")
    shown = room.say("/balance", group="pit")
    room.close()

    assert sent.title == "Order to buy 0.1 BTC/USDT is on its way"
    assert filled.title == "Bought 0.1 BTC/USDT"
    assert shown.fields or shown.table


def test_who_was_shown_the_door_hears_nothing_more(room: Room) -> None:
    room.say("/role ann none", who="olga")
    room.say("/yes", who="olga")
    before = len(room.cards())
    room.say("/halt", who="olga")

    assert len(room.cards()) == before


def _apart(room: Room, text: str, number: int, who: str = "ann") -> tuple[list[Card], list[Card]]:
    """What comes of it in the group, and in its corner that the sender alone sees."""
    corner = f"terminal:pit:@{who}"
    message = room.message(text, who, f"corner:{number}", group="pit")
    shown = room.adapter.shown
    before = len(shown["terminal:pit"]), len(shown[corner])
    room.run(room._heard(replace(message, aside=corner)))
    return shown["terminal:pit"][before[0] :], shown[corner][before[1] :]


def test_where_a_group_has_corners_what_is_ones_own_is_told_there(room: Room) -> None:
    in_group, in_corner = _apart(room, "/price btc", 1)
    assert (len(in_group), in_corner) == (1, [])

    in_group, in_corner = _apart(room, "/buy BTC/USDT 0.1", 2)
    assert (in_group, len(in_corner)) == ([], 1)
    assert in_corner[0].title.startswith("Really buy")

    assert _apart(room, "/yes", 3, who="bob")[1][-1].title == "Nothing is waiting for a yes."
    in_group, in_corner = _apart(room, "/yes", 4)
    assert (in_group, in_corner[0].title) == ([], "Order to buy 0.1 BTC/USDT is on its way")


def test_a_mistake_in_a_group_with_corners_is_pointed_out_there(room: Room) -> None:
    in_group, in_corner = _apart(room, "/pirce btc", 1)

    assert (in_group, in_corner[0].tone) == ([], "bad")


def test_who_was_never_heard_in_private_is_told_in_their_corner(room: Room) -> None:
    in_group, in_corner = _apart(room, "/balance", 1, who="zoe")

    assert (in_group, len(in_corner)) == ([], 1)


def test_who_only_ever_spoke_in_groups_hears_their_news_where_they_are_reached(room: Room) -> None:
    for number, line in enumerate(("/buy BTC/USDT 0.1", "/yes")):
        message = room.message(line, "zoe", f"first:{number}", group="pit")
        reached = replace(message, aside="terminal:pit:@zoe", home="terminal:zoe")
        room.run(room._heard(reached))

    assert [card.title for card in room.cards("zoe")] == ["Bought 0.1 BTC/USDT"]
