"""What a strategy saw when it decided: the bars it had, its lines, the values it compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.card import AttachmentKind, Card
from tests.room import Room

ABOVE = """
strategy: above
timeframe: 1m
symbols: [BTC/USDT]
long:
  enter: close > 60100 and sma(close, 2) > 100
  exit: close < 59900
stop_loss: 5%
"""


@pytest.fixture
def desk(room: Room, tmp_path: Path) -> Room:
    """A desk on which a strategy has bought."""
    path = tmp_path / "above.yaml"
    path.write_text(ABOVE, "utf-8")
    for line in (f"/import {path}", "/run above BTC/USDT 1m 1000", "/yes"):
        room.say(line)
    bar(room, 60_050)
    bar(room, 60_200)
    return room


def bar(room: Room, price: int) -> None:
    for _ in range(12):
        room.price("BTC/USDT", price)
        room.wait(5)
    room.price("BTC/USDT", price)
    room.wait(1)


def orders(room: Room, words: str = "") -> list[tuple[str, ...]]:
    table = room.say(f"/orders {words}").table
    assert table is not None
    return list(table.rows)


def saw(room: Room) -> Card:
    seen = room.say("/strategy above")
    return room.say(next(b.line for b in seen.buttons if b.label == "What it saw"))


def seen(card: Card) -> dict[str, str]:
    return dict(card.fields)


def test_a_strategys_order_is_shown_with_what_it_saw(desk: Room) -> None:
    card = saw(desk)

    assert "above@1 wanted to buy: the bar that closed at 2 Mar 2026 09:0" in card.text
    assert [a.kind for a in card.attachments] == [AttachmentKind.PICTURE]
    assert seen(card)["the close"] == "60,050 → 60,200"
    assert seen(card)["the 2-bar average"].endswith(" → 60,125")


def test_what_came_later_does_not_change_what_it_saw(desk: Room) -> None:
    first = saw(desk)
    bar(desk, 60_500)

    again = saw(desk)
    assert (again.fields, again.text) == (first.fields, first.text)


def test_its_stop_and_its_exit_lead_there_too(desk: Room) -> None:
    stop = next(row[0] for row in orders(desk))
    assert "above@1 wanted to buy" in desk.say(f"/why {stop}").text

    bar(desk, 59_800)
    card = saw(desk)
    assert "above@1 wanted to sell" in card.text
    assert seen(card) == {"the close": "60,200 → 59,800"}


def test_after_a_restart_it_is_all_there(desk: Room) -> None:
    name = next(b.line for b in desk.say("/strategy above").buttons if "/why" in b.line)
    desk.restart()
    for symbol, price in (("BTC/USDT", 60_200), ("ETH/USDT", 3000), ("SOL/USDT", 150)):
        desk.price(symbol, price)

    assert "above@1 wanted to buy" in desk.say(name).text


def test_a_persons_own_order_saw_nothing(room: Room) -> None:
    room.say("/buy BTC/USDT 0.01 price=50000")
    room.say("/yes")
    card = room.say(f"/why {orders(room)[0][0]}")

    assert card.fields == ()
    assert card.attachments == ()


def test_a_wish_that_was_refused_offers_no_order_to_look_at(desk: Room) -> None:
    bar(desk, 59_800)
    desk.say("/halt")
    bar(desk, 60_300)

    assert not any("/why" in b.line for b in desk.say("/strategy above").buttons)


def test_it_speaks_french(desk: Room) -> None:
    desk.say("/language fr")
    buttons = desk.say("/strategy above").buttons
    card = desk.say(next(b.line for b in buttons if b.label == "Ce qu’elle a vu"))

    assert "above@1 a voulu acheter" in card.text
    assert "la clôture" in seen(card)
