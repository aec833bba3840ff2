"""What was done when the process died, and is answered by the next one: once, as it was done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from bot.card import Card
from connectors.storage.boundaries import INBOX_ANSWER, JOURNAL_APPEND
from engine.ports.boundary import watch_boundaries
from tests.room import Room

PATIENCE_SECONDS = 10
"""How long what is taken up waits for prices."""


@contextmanager
def dying(at: str, times: int = 1) -> Iterator[None]:
    """The process dies as it passes this boundary so many times."""
    passed: list[str] = []

    def die(name: str) -> None:
        passed.append(name)
        if name == at and passed.count(at) == times:
            raise asyncio.CancelledError

    watch_boundaries(die)
    try:
        yield
    finally:
        watch_boundaries(None)


def placed(room: Room, *lines: str) -> None:
    for line in lines:
        room.say(line)
        room.say("/yes")


def taken_up(
    room: Room, line: str, at: str = INBOX_ANSWER.before, times: int = 1
) -> Sequence[Card]:
    """What the next process says of words whose answer was lost."""
    with dying(at, times):
        room.deliver(line, "lost")
    room.restart()
    for symbol, price in (("BTC/USDT", 60_000), ("ETH/USDT", 3_000), ("SOL/USDT", 150)):
        room.price(symbol, price)
    room.wait(PATIENCE_SECONDS)
    return room.cards()


def titles(cards: Sequence[Card]) -> list[str]:
    return [card.title for card in cards]


@pytest.mark.parametrize("line", ["/close BTC/USDT", "/close all", "/close BTC/USDT 50%"])
def test_a_close_is_answered_as_it_was_done(room: Room, line: str) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    quantity = "0.05" if "%" in line else "0.1"
    room.say(line)

    answered = taken_up(room, "/yes")

    assert f"Order to sell {quantity} BTC/USDT is on its way" in titles(answered)
    assert len(room.run(room.app.stores.history.fills("paper"))) == 2


def test_a_close_of_several_is_answered_with_what_came_of_each(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1", "/buy SOL/USDT 10")
    placed(room, "/buy ETH/USDT 1", "/sell ETH/USDT 1 3500")
    asked = room.say("/close all")
    assert asked.text.startswith("ETH/USDT stays open.")

    answered = taken_up(room, "/yes")

    (told,) = (card for card in answered if "closing order" in card.title)
    assert told.title == "2 closing orders are on their way"
    assert told.text.splitlines()[-1] == asked.text
    assert [row[0] for row in room.say("/positions").table.rows] == ["ETH/USDT"]


def test_a_close_that_was_half_done_goes_on_with_the_rest(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1", "/buy ETH/USDT 1")
    room.say("/close all")

    answered = taken_up(room, "/yes", JOURNAL_APPEND.before, 2)

    assert "2 closing orders are on their way" in titles(answered)
    assert room.say("/positions").title == "Nothing is held"
    assert len(room.run(room.app.stores.history.fills("paper"))) == 4


@pytest.mark.parametrize("line", ["/cancel all", "/cancel BTC/USDT"])
def test_a_cancel_is_answered_as_it_was_done(room: Room, line: str) -> None:
    placed(room, "/buy BTC/USDT 0.1 50000")
    order = room.say("/orders").table.rows[0][0]
    room.say(line)

    assert f"Cancel asked for: {order}" in titles(taken_up(room, "/yes"))
    assert room.say("/orders").title == "No orders, open"


def test_a_cancel_that_needs_no_yes_is_answered_as_it_was_done(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1 50000")
    order = room.say("/orders").table.rows[0][0]

    assert f"Cancel asked for: {order}" in titles(taken_up(room, f"/cancel {order}"))
