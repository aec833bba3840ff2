"""Everybody chooses what they hear, how and when; what is critical arrives whatever they chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.card import Card
from bot.message import Delivery, OutgoingMessage, Priority, Sending
from bot.sections import RiskSection
from engine.domain.events import OrderCancelRejected
from engine.domain.identifiers import THE_DESK, IntentKey, PersonId
from engine.domain.requests import CancelOrders, ReplaceOrder
from tests.room import CONFIG, Room

CALM = RiskSection(max_data_age=None, max_quote_age=None)
"""No halt because of prices that stand still while hours pass."""
NOON = int(datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Ann reads English, in UTC, at noon."""
    made = Room(tmp_path / "home", CONFIG.model_copy(update={"risk": CALM}), NOON)
    made.price("BTC/USDT", 60_000)
    made.say("/timezone UTC")
    yield made
    made.close()


def buy(room: Room, quantity: str = "0.1", who: str = "ann") -> list[Card]:
    """A purchase, and all that was said of it from the yes on."""
    room.say(f"/buy BTC/USDT {quantity}", who)
    return room.all_said("/yes", who)


PRICED = ["Bought 0.1 BTC/USDT · 60,012.02", "Bought 0.2 BTC/USDT · 60,012.02"]


def lines(card: Card) -> list[str]:
    assert card.table is not None
    return [what for _, what in card.table.rows]


def test_fills_come_at_once_unless_somebody_chose_otherwise(room: Room) -> None:
    assert buy(room)[-1].title == "Bought 0.1 BTC/USDT"

    room.say("/notify fills digest")

    assert [card.title for card in buy(room)] == ["Order to buy 0.1 BTC/USDT is on its way"]


def test_a_digest_is_one_card_at_the_chosen_time(room: Room) -> None:
    room.say("/notify fills digest digest=18:30")
    for quantity in ("0.1", "0.2", "0.3"):
        buy(room, quantity)
    before = len(room.cards())
    room.wait(6 * HOUR)
    assert len(room.cards()) == before

    room.wait(HOUR)

    (digest,) = room.cards()[before:]
    assert digest.title == "3 pieces of news that waited for this moment"
    assert lines(digest) == [
        f"Bought {each} BTC/USDT · 60,012.02" for each in ("0.1", "0.2", "0.3")
    ]
    room.wait(2 * HOUR)
    assert room.cards()[-1] is digest


def test_what_waits_for_a_digest_outlives_a_restart(room: Room) -> None:
    room.say("/notify fills digest")
    buy(room, "0.1")
    buy(room, "0.2")

    room.restart(after_seconds=7 * HOUR)
    room.wait(1)

    (digest,) = [card for card in room.cards() if card.table is not None]
    assert lines(digest) == PRICED


def test_one_piece_of_news_that_waited_is_told_as_itself(room: Room) -> None:
    room.say("/notify fills digest")
    buy(room)
    room.wait(7 * HOUR)

    told = room.cards()[-1]
    assert told.title == "Bought 0.1 BTC/USDT"
    assert told.text == "This happened at 1 Jul 2026 12:00:00 and waited for this moment."


def test_what_waits_can_be_had_now(room: Room) -> None:
    room.say("/notify fills digest")
    buy(room, "0.1")
    buy(room, "0.2")

    answer, digest = room.all_said("/notify digest=now")

    assert answer.text == "2 pieces of news that waited are told now."
    assert lines(digest) == PRICED


def test_news_that_are_off_are_not_told(room: Room) -> None:
    room.say("/notify fills off")

    assert [card.title for card in buy(room)] == ["Order to buy 0.1 BTC/USDT is on its way"]
    room.wait(2 * HOUR)
    assert room.titles()[-1] == "Order to buy 0.1 BTC/USDT is on its way"


@pytest.mark.parametrize("choice", ["/notify all off", "/notify risk digest"])
def test_what_is_critical_arrives_whatever_was_chosen_and_says_so(room: Room, choice: str) -> None:
    room.say(choice)
    room.say("/halt", who="olga")

    halted = room.cards()[-1]
    assert halted.title == "Trading is halted"
    assert halted.hint.endswith("It is urgent, so it is told at once whatever /notify says.")


def test_what_is_critical_says_nothing_of_the_sort_to_who_wants_it_at_once(room: Room) -> None:
    room.say("/halt", who="olga")

    assert "urgent" not in room.cards()[-1].hint


def test_a_choice_may_be_for_one_weight_only(room: Room) -> None:
    room.say("/notify alerts off severity=info")
    room.say("/notify risk off severity=warning")
    room.say("/alert BTC/USDT price > 61000")
    room.price("BTC/USDT", 62_000)

    assert room.titles()[-1] == "Alert: BTC/USDT"  # an alert is a warning


def test_quiet_hours_hold_news_back_until_they_end_by_the_persons_own_clock(room: Room) -> None:
    room.say("/timezone Asia/Tokyo")  # nine hours ahead: it is 21:00 there
    room.say("/notify quiet=22:00-07:00")
    room.say("/alert BTC/USDT price > 61000")
    room.say("/alert BTC/USDT price > 62000")
    room.wait(2 * HOUR)
    before = len(room.cards())

    room.price("BTC/USDT", 63_000)
    assert len(room.cards()) == before

    room.wait(8 * HOUR - 60)  # 06:59
    assert len(room.cards()) == before
    room.wait(60)
    (told,) = room.cards()[before:]
    assert lines(told) == ["Alert: BTC/USDT ×2"]


def test_quiet_hours_may_let_warnings_pass(room: Room) -> None:
    room.say("/notify quiet=11:00-13:00 passes=warning")
    room.say("/alert BTC/USDT price > 61000")
    room.price("BTC/USDT", 62_000)
    assert room.titles()[-1] == "Alert: BTC/USDT"

    assert buy(room)[-1].title == "Order to buy 0.1 BTC/USDT is on its way"


def test_answers_and_questions_never_wait(room: Room) -> None:
    room.say("/notify all off")
    room.say("/notify quiet=00:00-23:59")

    assert room.say("/price btc").title.startswith("BTC/USDT")
    assert room.say("/buy BTC/USDT 0.1").title.startswith("Really buy")


def test_the_choices_are_shown_with_what_waits(room: Room) -> None:
    room.say("/notify fills digest")
    buy(room)

    card = room.say("/notify")

    assert card.table is not None
    assert card.table.rows[0] == ("Orders and fills", "in the digest", "in the digest", "at once")
    assert card.table.rows[1] == ("Alerts", "at once", "at once", "at once")
    assert ("Waiting for their time", "1") in card.fields


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/notify fills", "“how”"),
        ("/notify fills loudly", "now, digest, silent or off"),
        ("/notify quiet=22:00", "two times of day"),
        ("/notify quiet=25:00-07:00", "no time of day"),
        ("/notify digest=noon", "no time of day"),
        ("/notify fills off severity=critical", "always told at once"),
        ("/notify passes=warning", "“quiet”"),
    ],
)
def test_a_choice_that_is_none_is_refused_in_words(room: Room, line: str, says: str) -> None:
    refused = room.say(line)

    assert refused.tone == "bad"
    assert says in f"{refused.title} {refused.text} {refused.hint}"


def test_a_test_shows_how_news_would_come(room: Room) -> None:
    room.say("/notify fills digest")
    room.say("/notify alerts off")

    at_once = room.all_said("/testfire risk")
    waits = room.all_said("/testfire fills")
    nothing = room.all_said("/testfire alerts warning")
    urgent = room.all_said("/testfire alerts critical")

    assert [card.title for card in at_once] == [
        "A test of “Risk” (for information) comes at once",
        "Test: news of “Risk”",
    ]
    assert [card.title for card in waits] == [
        "A test of “Orders and fills” (for information) waits until 1 Jul 2026 18:00 UTC"
    ]
    assert [card.title for card in nothing] == ["Nothing comes: news of “Alerts” (warning) is off"]
    assert urgent[0].hint == "It is urgent, so it is told at once whatever /notify says."
    room.wait(7 * HOUR)
    assert room.titles()[-1] == "Test: news of “Orders and fills”"


def test_urgent_news_are_acknowledged_by_their_button(room: Room) -> None:
    room.say("/halt", who="olga")
    seen, again = [button.line for button in room.cards()[-1].buttons][-2:]

    first = room.say(seen)
    assert first.title == "Noted that you have seen it"
    assert room.say(seen).title == "You had seen it already"
    assert "Ann" in room.say(seen, who="olga").text

    room.say(again)
    before = len(room.cards())
    room.wait(HOUR - 60)
    assert len(room.cards()) == before
    room.wait(120)
    assert room.titles()[-1] == "Trading is halted"
    assert "waited for this moment" in room.cards()[-1].text


def test_nobody_reads_the_news_of_another_by_their_number(room: Room) -> None:
    buy(room)
    for sequence in range(1, 40):
        assert room.say(f"/snooze news:{sequence} 1h", who="vic").title == "There is no such news"
        assert room.say(f"/seen news:{sequence}", who="vic").title == "There is no such news"


def test_what_a_schedule_says_comes_as_reports_are_wanted(room: Room) -> None:
    room.say('/schedule "/price btc" 0 13 * * *')
    room.say("/notify reports digest")
    before = len(room.cards())
    room.wait(2 * HOUR)
    assert len(room.cards()) == before

    room.wait(5 * HOUR)

    assert room.titles()[-1].startswith("BTC/USDT")


def test_a_scheduled_order_is_told_of_however_reports_are_wanted(room: Room) -> None:
    room.say('/schedule "/buy BTC/USDT 0.1" "*/30 * * * *"')
    room.say("/notify reports off")

    room.wait(29 * 60 + 50)
    for _ in range(15):
        room.price("BTC/USDT", 60_000)
        room.wait(1)

    assert room.titles()[-1] == "Really buy 0.1 BTC/USDT?"


def test_a_channel_hears_what_a_manager_chose_for_it(room: Room) -> None:
    assert room.say("/notify fills now", who="ann", group="pit").title == "You may not do that here"
    room.say("/notify fills now", who="olga", group="pit")

    buy(room)

    heard = room.adapter.shown["terminal:pit"][-1]
    assert heard.title == "Bought 0.1 BTC/USDT"
    assert ("By", "Ann") in heard.fields
    room.say("/halt", who="olga")
    assert room.adapter.shown["terminal:pit"][-1].title == heard.title  # it does not hear of risk


def test_a_channel_that_chose_nothing_hears_nothing(room: Room) -> None:
    room.say("/price btc", group="pit")
    buy(room)
    room.say("/halt", who="olga")

    assert [card.title[:8] for card in room.adapter.shown["terminal:pit"]] == ["BTC/USDT"]


def test_who_was_only_heard_in_a_group_is_told_there_that_there_is_news(room: Room) -> None:
    room.say("/price btc", who="zoe", group="pit")
    room.say("/halt", who="olga")

    shown = room.adapter.shown["terminal:pit"][-1]
    assert shown.title == "Zoe: there is urgent news for you alone"
    assert not shown.fields

    first, told = room.all_said("/help", who="zoe")
    assert first.title == "What Outcry can do"
    assert told.title == "Trading is halted"
    assert room.all_said("/help", who="zoe")[-1].title == "What Outcry can do"


def test_the_status_tells_what_was_given_up_and_what_waits(room: Room) -> None:
    room.say("/notify fills digest")
    buy(room)
    lost = OutgoingMessage("elsewhere", "elsewhere:1", PersonId(""), Priority.ANSWER, "lost", NOON)
    outbox = room.app.stores.outbox
    room.run(outbox.follow("test", 0, [lost]))
    (row,) = room.run(outbox.pending("elsewhere", {Priority.ANSWER: 0}, 9))
    room.run(outbox.record([Sending(row, Delivery.DEAD, NOON, "blocked")]))

    fields = dict(room.say("/status").fields)

    assert fields["News waiting for you"] == "1"
    told = "nothing waits; none sent yet; 1 message given up, the last one 0 s ago"
    assert fields["To elsewhere"] == told


def pass_(room: Room, minutes: int) -> None:
    """Time passes so slowly that whoever looks each minute does."""
    for _ in range(minutes + 1):
        room.wait(60)


def said_again(room: Room, who: str = "ann") -> list[Card]:
    return [card for card in room.cards(who) if "Said again" in card.text]


def test_what_is_urgent_and_was_not_acknowledged_is_said_again_twice(room: Room) -> None:
    room.say("/language en")
    room.say("/halt", who="olga")
    pass_(room, 13)
    assert not said_again(room)

    pass_(room, 3)
    (again,) = said_again(room)
    assert again.title == "Trading is halted"
    assert "this was so at 1 Jul 2026 12:00" in again.text
    assert [button.label for button in again.buttons] == ["Seen", "Again in 1 h"]

    pass_(room, 40)
    assert len(said_again(room)) == 2


def test_what_was_acknowledged_is_not_said_again(room: Room) -> None:
    room.say("/language en")
    room.say("/halt", who="olga")
    room.say("/seen")
    pass_(room, 40)

    assert not said_again(room)


def test_ones_own_doing_is_not_said_again(room: Room) -> None:
    room.say("/language en")
    room.say("/halt", who="olga")
    pass_(room, 40)

    assert not said_again(room, "olga")


def test_what_was_said_again_is_not_said_a_third_time_after_a_restart(room: Room) -> None:
    room.say("/language en")
    room.say("/halt", who="olga")
    pass_(room, 17)
    assert len(said_again(room)) == 1

    room.restart(after_seconds=5 * 60)
    pass_(room, 3)
    assert not said_again(room)
    pass_(room, 40)
    assert len(said_again(room)) == 1


def test_a_change_of_a_stop_that_the_desk_refuses_after_the_yes_is_told(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1 stop_loss=58000")
    room.say("/yes")
    (stop,) = room.app.runtime.kernel.orders.open.values()
    name, key, now = stop.client_order_id, IntentKey("yes"), room.app.runtime.clock.now_ms()
    wish = ReplaceOrder(key, stop.account, name, stop.placed_by, now, None, stop.terms.quantity)
    room.run(room.app.runtime.ask(wish, key, key))
    room.wait(1)

    assert f"Order {name[:6]} is not changed" in room.titles()


@pytest.mark.parametrize("is_the_desks", [True, False])
def test_what_only_the_desk_could_not_cancel_is_no_news(room: Room, *, is_the_desks: bool) -> None:
    room.say("/buy BTC/USDT 0.1 50000 stop_loss=48000")
    room.say("/yes")
    (entry,) = room.app.runtime.kernel.orders.open.values()
    name, now = entry.client_order_id, room.app.runtime.clock.now_ms()
    by = THE_DESK if is_the_desks else entry.placed_by
    room.run(
        room.app.runtime.ask(CancelOrders(entry.account, (name,), by, now), IntentKey("c"), "c")
    )
    room.run(room.app.runtime.turns.take(OrderCancelRejected(name, "already canceled", now)))
    room.wait(1)

    assert (f"Order {name[:6]} could not be canceled" in room.titles()) is not is_the_desks
