"""A yes is none to a card that came after it."""

from __future__ import annotations

import pytest

from tests.room import Room


@pytest.mark.parametrize("set_back_ms", [0, 3_600_000])
def test_a_yes_is_no_yes_to_a_card_that_came_after_it(room: Room, set_back_ms: int) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.price("BTC/USDT", 66000)

    room.in_one_breath(["/yes", "/yes"])

    asked, again, early = room.cards()
    assert dict(asked.fields)["Price"].startswith("60,000.01")
    assert dict(again.fields)["Price"].startswith("66,000.01")
    assert early.title == "Really buy 0.1 BTC/USDT?"
    assert early.hint.startswith("Your yes came before this card. Confirm with /yes ")
    room.clock._now_ms -= set_back_ms
    assert room.say("/yes").title == "Bought 0.1 BTC/USDT"


def test_a_no_is_one_to_a_card_that_came_after_it(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.price("BTC/USDT", 66000)

    room.in_one_breath(["/yes", "/no"])

    assert room.titles()[-1] == "Not done"
    assert room.say("/yes").title == "Nothing is waiting for a yes."
