"""What happens at the venue past the desk is found, told, and ended as a person decides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from bot.homes import DATABASE
from bot.sections import AccountSection
from engine.domain.identifiers import AccountId
from engine.domain.order import Side
from tests.room import CONFIG, Room

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
        "/reconcile adopt paper:BTC/USDT",
        "/reconcile close paper:BTC/USDT",
        "/reconcile ignore paper:BTC/USDT",
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


def test_a_yes_counts_for_what_the_card_showed_and_for_nothing_since(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)
    room.price("BTC/USDT", 60000)
    room.trade_by_hand(Side.BUY, "2", name="hand2")
    room.say("/reconcile", who="olga")
    asked = room.say("/reconcile close btc/usdt", who="olga")
    assert dict(asked.fields)["Venue"] == "0.5"
    for _ in range(8):
        room.wait(5)
    assert len(found(room)) == 2

    answered = room.all_said("/yes", who="olga")[0]

    assert answered.title == "That is not what differs any more"
    assert dict(answered.fields)["Venue"] == "2.5"
    assert room.run(room.app.venue.holdings(AccountId("paper")))["BTC/USDT"] == Decimal("2.5")
    assert positions(room) == []
    assert room.say("/yes", who="olga").title == "Nothing is waiting for a yes."

    assert dict(room.say(answered.buttons[0].line, who="olga").fields)["Venue"] == "2.5"
    assert yes(room) == "Adopted: size of BTC/USDT"
    assert positions(room) == [("BTC/USDT", "2.5")]


def test_a_yes_to_what_is_gone_since_does_nothing(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)
    room.price("BTC/USDT", 60000)
    room.say("/reconcile adopt btc/usdt", who="olga")
    room.trade_by_hand(Side.SELL, "0.5", name="hand2")
    room.say("/reconcile", who="olga")
    room.wait(5)

    assert yes(room) == "That is not what differs any more"
    assert positions(room) == []


def test_what_is_booked_at_a_price_is_asked_again_where_that_has_moved(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.5")
    look(room)
    room.price("BTC/USDT", 60000)
    room.say("/reconcile adopt btc/usdt", who="olga")
    room.price("BTC/USDT", 63000)

    again = room.say("/yes", who="olga")

    assert again.title == "Really adopt the size of BTC/USDT?"
    assert dict(again.fields)["Price"] == "63,000"
    assert positions(room) == []
    assert yes(room) == "Adopted: size of BTC/USDT"


def test_an_order_of_somebody_else_is_shown_with_its_terms(room: Room) -> None:
    room.trade_by_hand(Side.BUY, "0.2", price="59000")
    look(room)

    shown = dict(room.say("/reconcile adopt hand", who="olga").fields)

    assert (shown["Side"], shown["Quantity"], shown["Type"]) == ("buy", "0.2", "limit 59,000")


def test_an_order_that_has_ended_here_and_rests_there_is_told_and_ended(
    room: Room, tmp_path: Path
) -> None:
    room.say("/buy BTC/USDT 0.1 59000")
    room.say("/yes")
    (order,) = room.app.runtime.kernel.orders.open
    for change in (
        ("CREATE TABLE lost AS SELECT * FROM paper_orders", "DELETE FROM paper_orders"),
        ("INSERT INTO paper_orders SELECT * FROM lost", "DROP TABLE lost"),
    ):
        room.close()
        with closing(sqlite3.connect(tmp_path / "home" / DATABASE)) as venue:
            for statement in change:
                venue.execute(statement)
            venue.commit()
        room.reopen()
        room.price("BTC/USDT", 60000)
        look(room)
        assert room.say("/orders").title == "No orders, open"

    told = next(card for card in room.cards("olga") if "has ended here" in card.title)
    assert [button.label for button in told.buttons[:2]] == ["Close", "Ignore"]
    refused = room.say(f"/reconcile adopt {order}", who="olga")
    assert refused.title.startswith("Not to be adopted")
    assert "disagree" in room.say("/buy BTC/USDT 0.1").text

    room.say(told.buttons[0].line, who="olga")
    assert yes(room).startswith("Being canceled at the venue")
    look(room)
    assert room.say("/reconcile", who="olga").title == "The desk and its venues agree"
    room.price("BTC/USDT", 58000)
    assert positions(room) == []


TWO = ("one", "two")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Room]:
    """A desk with two accounts, each of which holds what nobody here has bought."""
    cash = {"USDT": Decimal(500_000)}
    accounts = tuple(AccountSection(id=name, cash=cash) for name in TWO)
    room = Room(tmp_path / "home", CONFIG.model_copy(update={"accounts": accounts}))
    room.price("BTC/USDT", 60000)
    for name in TWO:
        room.trade_by_hand(Side.BUY, "0.5", name=f"hand-{name}", account=name)
    look(room)
    room.price("BTC/USDT", 60000)
    yield room
    room.close()


def test_one_instrument_that_differs_on_two_accounts_is_settled_by_its_whole_name(
    two: Room,
) -> None:
    shown = two.say("/reconcile", who="olga")
    assert shown.table is not None
    assert [row[0] for row in shown.table.rows] == ["one:BTC/USDT", "two:BTC/USDT"]
    assert "one:BTC/USDT or two:BTC/USDT" in two.say("/reconcile ignore btc/usdt", who="olga").text

    asked = two.say("/reconcile ignore two:btc/usdt", who="olga")
    assert dict(asked.fields)["Account"] == "two"
    assert yes(two) == "Ignored: size of BTC/USDT"
    assert two.say("/buy BTC/USDT 0.1 account=two").title == "Really buy 0.1 BTC/USDT?"
    assert "disagree" in two.say("/buy BTC/USDT 0.1 account=one").text

    two.say(shown.buttons[2].line, who="olga")
    assert yes(two) == "Ignored: size of BTC/USDT"
    assert two.say("/reconcile", who="olga").title == "The desk and its venues agree"


def test_an_order_is_found_by_its_whole_name_where_others_begin_like_it(room: Room) -> None:
    for name in ("web_one", "web_one_2", "Web_two"):
        room.trade_by_hand(Side.BUY, "0.1", price="59000", name=name)
    look(room)

    for name in ("web_one", "web_two"):
        room.say(f"/reconcile close {name}", who="olga")
        assert yes(room) == "Adopted and being closed: order on BTC/USDT that the desk never placed"
    left = room.say("/reconcile", who="olga").table
    assert left is not None
    assert len(left.rows) == 1


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
