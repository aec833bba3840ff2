"""Placing an order: asked, shown, confirmed, filled, told."""

from __future__ import annotations

from tests.room import Room


def test_money_moves_only_after_a_yes_from_the_person_who_asked(room: Room) -> None:
    assert room.say("/buy BTC/USDT 0.1", who="ann").title == "Really buy 0.1 BTC/USDT?"
    assert room.say("/yes", who="bob").title == "Nothing is waiting for a yes."

    assert room.say("/yes", who="ann").title == "Bought 0.1 BTC/USDT"


def test_a_yes_counts_once(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.say("/yes")

    assert room.say("/yes").title == "Nothing is waiting for a yes."
    assert [title for title in room.titles() if title.startswith("Bought")] == [
        "Bought 0.1 BTC/USDT"
    ]


def test_an_amount_is_confirmed_as_the_quantity_that_is_sent(room: Room) -> None:
    question = room.say("/buy ETH/USDT 600USDT")

    assert question.title == "Really buy 0.1999 ETH/USDT?"
    assert room.say("/yes").title == "Bought 0.1999 ETH/USDT"
