"""/why: an order from the words in the chat to its fill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from bot.card import Card
from bot.voice.catalogue import texts
from engine.domain.events import OrderEvent
from tests.room import Room


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "home")
    room.price("BTC/USDT", 60_000)
    yield room
    room.close()


def steps(card: Card) -> list[str]:
    assert card.table is not None
    return [row[1] for row in card.table.rows]


def placed(desk: Room, words: str) -> str:
    desk.say(words)
    return dict(desk.say("/yes").fields)["Order"]


def test_the_chain_goes_from_the_words_to_the_fill(desk: Room) -> None:
    desk.say("buy 0.1 btc please")
    desk.say("/yes")
    desk.price("BTC/USDT", 60_000)
    order = dict(next(c for c in desk.cards() if c.title.startswith("Bought")).fields)["Order"]

    told = steps(desk.say(f"/why {order}"))

    beginnings = (
        "Ann wrote on terminal: “buy 0.1 btc please”",
        "shown for a yes: /buy",
        "Ann said yes",
        "passed every risk rule: buy 0.1 BTC/USDT, market",
        "sent to the venue",
        "accepted there as",
        "filled 0.1 at 60,",
    )
    assert len(told) == len(beginnings)
    for said, begins in zip(told, beginnings, strict=True):
        assert said.startswith(begins)


def test_it_is_told_after_a_restart_as_before(desk: Room) -> None:
    order = placed(desk, "/buy BTC/USDT 0.1 50000")
    before = steps(desk.say(f"/why {order}"))

    desk.restart()
    desk.price("BTC/USDT", 60_000)

    assert steps(desk.say(f"/why {order}")) == before


def test_a_stop_says_whose_it_is_and_leads_there(desk: Room) -> None:
    entry = placed(desk, "/buy BTC/USDT 0.1 stop_loss=5%")
    desk.price("BTC/USDT", 60_000)
    table = desk.say("/orders").table
    assert table is not None

    card = desk.say(f"/why {table.rows[0][0]}")

    assert f"the stop loss of order {entry}" in card.text
    assert [button.line for button in card.buttons] == [f"/why {entry}"]
    assert "wrote" in str(desk.say(card.buttons[0].line).table)


def test_a_cancel_and_a_change_are_part_of_the_story(desk: Room) -> None:
    order = placed(desk, "/buy BTC/USDT 0.1 50000")
    desk.say(f"/replace {order} price=51000")
    desk.say("/yes")
    desk.say(f"/cancel {order}")

    told = " | ".join(steps(desk.say(f"/why {order}")))

    assert "changed: buy 0.1 BTC/USDT, limit 51,000" in told
    assert "the venue is asked to cancel it" in told
    assert "canceled: " in told


def test_the_words_are_shown_to_who_said_them_and_to_managers(desk: Room) -> None:
    order = placed(desk, "/buy BTC/USDT 0.1 50000")

    assert "50000" in steps(desk.say(f"/why {order}", "olga"))[0]
    assert "50000" not in steps(desk.say(f"/why {order}", "vic"))[0]


def test_an_order_that_is_not_there_is_said_so(desk: Room) -> None:
    assert desk.say("/why 123abc").title == "No order 123abc"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_kind_of_entry_has_its_words(language: str) -> None:
    kinds = {event.__name__ for event in get_args(OrderEvent)}

    assert not [kind for kind in kinds if f"why.event.{kind}" not in texts(language)]


@pytest.mark.parametrize("words", ["why did my order not fill?", "/why"])
def test_where_no_order_is_named_the_newest_are_shown_to_choose_from(
    desk: Room, words: str
) -> None:
    assert desk.say(words).table is None
    orders = [placed(desk, f"/buy BTC/USDT 0.1 {price}") for price in (40_000, 50_000)]

    card = desk.say(words)

    assert card.table is not None
    assert [row[0] for row in card.table.rows] == orders[::-1]
    assert [button.line for button in card.buttons] == [f"/why order={o}" for o in orders[::-1]]
    assert steps(desk.say(card.buttons[0].line))[-1].startswith("accepted there as")
