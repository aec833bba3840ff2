"""What happens at the venue past the desk is found, told, and ended as a person decides."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.homes import DATABASE
from engine.domain.identifiers import AccountId
from engine.domain.order import Side
from tests.room import Room

ROUND_MS = 200_000


def yes(room: Room) -> str:
    """Confirm as Olga; what the desk then tells everybody comes after the answer."""
    return room.all_said("/yes", who="olga")[0].title


def positions(room: Room) -> list[tuple[str, ...]]:
    table = room.say("/positions").table
    return [] if table is None else [row[:2] for row in table.rows]


def found(room: Room) -> list[str]:
    """Differences told since the room opened, apart from what is said again unacknowledged."""
    disagree = "The venue and the desk disagree"
    cards = [card for card in room.cards("olga") if card.title.startswith(disagree)]
    return [card.title for card in cards if "Said again" not in repr(card)]


def look(room: Room) -> None:
    """Wait until the desk has begun and ended a comparison."""
    room.say("/help", who="olga")
    asked_at = room.clock.now_ms()
    for _ in range(100):
        if room.app.runtime.reconciler.compared_at > asked_at + ROUND_MS:
            room.wait(1)
            return
        room.wait(60)
    raise AssertionError("the desk no longer compares")


def test_where_all_agrees_it_says_so(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.say("/yes")
    look(room)

    assert found(room) == []
    assert room.say("/reconcile", who="olga").title == "The desk and its venues agree"


def test_a_position_traded_by_hand_is_told_and_pauses_what_adds_risk(room: Room) -> None:
    room.say("/help", who="olga")
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)

    assert found(room) == ["The venue and the desk disagree: size of BTC/USDT"]
    assert [b.line for b in room.cards("olga")[-1].buttons[:3]] == [
        "/reconcile adopt btc/usdt",
        "/reconcile close btc/usdt",
        "/reconcile ignore btc/usdt",
    ]
    room.price("BTC/USDT", 60000)
    refused = room.say("/buy BTC/USDT 0.1")
    assert "disagree" in refused.text
    assert "/reconcile" in (refused.hint or "")


def test_it_is_adopted_at_the_last_price_and_trading_goes_on(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)
    room.price("BTC/USDT", 61000)

    card = room.say("/reconcile adopt btc/usdt", who="olga")
    assert card.title == "Really adopt the size of BTC/USDT?"
    assert dict(card.fields)["Venue"] == "0.5"
    assert yes(room) == "Adopted: size of BTC/USDT"

    assert positions(room) == [("BTC/USDT", "0.5")]
    assert room.say("/buy BTC/USDT 0.1").title == "Really buy 0.1 BTC/USDT?"
    look(room)
    assert len(found(room)) == 1


def test_it_is_closed_at_the_venue(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)
    room.price("BTC/USDT", 60000)

    room.say("/reconcile close btc/usdt", who="olga")
    room.say("/yes", who="olga")
    room.price("BTC/USDT", 60000)

    assert positions(room) == []
    assert room.run(room.app.venue.holdings(AccountId("paper")))["BTC/USDT"] == 0


def test_what_is_ignored_is_told_again_only_when_it_changes(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)
    room.say("/reconcile ignore btc/usdt", who="olga")
    assert yes(room) == "Ignored: size of BTC/USDT"

    look(room)
    assert len(found(room)) == 1
    room.price("BTC/USDT", 60000)
    assert room.say("/buy BTC/USDT 0.1").title == "Really buy 0.1 BTC/USDT?"

    room.trade_by_hand(Side.BUY, "0.1", name="hand2")
    look(room)
    assert len(found(room)) == 2


def test_an_order_of_somebody_else_can_be_adopted_and_then_fills_here(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.2", price="59000")
    look(room)
    assert found(room) == [
        "The venue and the desk disagree: order on BTC/USDT that the desk never placed"
    ]

    room.say("/reconcile adopt hand", who="olga")
    room.say("/yes", who="olga")
    room.price("BTC/USDT", 58900)

    assert positions(room) == [("BTC/USDT", "0.2")]
    look(room)
    assert room.say("/reconcile", who="olga").title == "The desk and its venues agree"


def test_an_order_of_somebody_else_can_be_canceled(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.2", price="59000")
    look(room)
    room.say("/reconcile close hand", who="olga")
    room.say("/yes", who="olga")
    look(room)

    assert room.say("/reconcile", who="olga").title == "The desk and its venues agree"
    room.price("BTC/USDT", 58900)
    assert positions(room) == []


def test_it_survives_a_restart(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)
    room.restart()
    room.price("BTC/USDT", 60000)

    assert "disagree" in room.say("/buy BTC/USDT 0.1").text


def test_it_goes_away_by_itself_when_the_venue_does(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)
    room.trade_by_hand(Side.SELL, "0.5", name="hand2")
    look(room)

    assert room.titles("olga")[-1] == "Agreed with the venue again: size of BTC/USDT"
    room.price("BTC/USDT", 60000)
    assert room.say("/buy BTC/USDT 0.1").title == "Really buy 0.1 BTC/USDT?"


def test_only_a_manager_may_end_it(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)

    assert "role" in room.say("/reconcile adopt btc/usdt", who="ann").text.lower()


def test_a_wrong_id_is_told_with_those_that_are_there(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)

    assert "btc/usdt" in room.say("/reconcile adopt eth", who="olga").text


def test_in_french(room: Room) -> None:
    room.say("/language fr", who="olga")
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)

    assert room.titles("olga")[-1] == "La plateforme et le desk divergent\u00a0: taille de BTC/USDT"
    card = room.say("/reconcile", who="olga")
    assert card.title.startswith("1 écart")


def test_what_the_venue_forgot_while_the_desk_was_away_ends(room: Room, tmp_path: Path) -> None:
    room.say("/buy BTC/USDT 0.1 59000")
    room.say("/yes")
    room.say("/buy ETH/USDT 1 2900")
    room.say("/yes")
    assert room.say("/orders").title == "2 orders, open"
    room.close()
    with closing(sqlite3.connect(tmp_path / "home" / DATABASE)) as venue:
        venue.execute("DELETE FROM paper_orders")
        venue.commit()

    room.reopen()
    room.price("BTC/USDT", 60000)
    room.price("ETH/USDT", 3000)
    look(room)

    assert room.say("/orders").title == "No orders, open"
    assert room.say("/reconcile", who="olga").title == "The desk and its venues agree"
