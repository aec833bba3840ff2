"""An order is spoken of as what it is: `my stop`, `my target`, not by its id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "home")
    made.price("BTC/USDT", 60_000)
    made.say("/buy BTC/USDT 0.1 stop_loss=58000 take_profit=63000")
    made.say("/yes")
    yield made
    made.close()


def order_at(room: Room, level: int) -> str:
    """The id of the one that rests there."""
    orders = room.app.runtime.kernel.orders.open.values()
    (found,) = [o for o in orders if level in {o.terms.price, o.terms.stop_price}]
    return found.client_order_id[:6]


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("move my stop to 58500", 58_000),
        ("raise my btc stop loss to 58500", 58_000),
        ("remonte mon stop sur btc à 58500", 58_000),
        ("move my target to 64000", 63_000),
    ],
)
def test_the_only_one_of_its_kind_is_the_one_to_change(room: Room, words: str, level: int) -> None:
    card = room.say(words)

    assert card.title == f"Really change order {order_at(room, level)}?"
    room.say("/yes")
    prices = {
        o.terms.stop_price or o.terms.price for o in room.app.runtime.kernel.orders.open.values()
    }
    assert level not in prices


@pytest.mark.parametrize(
    ("words", "level"), [("cancel my stop", 58_000), ("annule mon objectif", 63_000)]
)
def test_the_only_one_of_its_kind_is_canceled_after_a_yes(
    room: Room, words: str, level: int
) -> None:
    name = order_at(room, level)
    card = room.say(words)
    assert card.title == "Really cancel 1 order?"
    assert ("stands unprotected" in card.text) is (level == 58_000)

    assert room.all_said("/yes")[0].title == f"Cancel asked for: {name}"
    assert len(room.app.runtime.kernel.orders.open) == 1


def test_of_several_of_a_kind_those_alone_are_shown(room: Room) -> None:
    room.price("ETH/USDT", 3_000)
    room.say("/buy ETH/USDT 1 stop_loss=2900")
    room.say("/yes")

    card = room.say("move my stop to 2950")
    assert card.title == "This looks like /replace, but something is missing"
    assert card.table is not None
    assert {row[4] for row in card.table.rows} == {"stop 58,000.00", "stop 2,900.00"}
    assert room.say("move my eth stop to 2950").title.startswith("Really change order")


def test_where_none_of_its_kind_rests_all_are_shown(room: Room) -> None:
    room.say("cancel my stop")
    room.say("/yes")

    card = room.say("move my stop to 58500")
    assert card.table is not None
    assert [row[4] for row in card.table.rows] == ["limit 63,000.00"]
