"""What is told together: a digest where much waits, and all that waits where it waited long."""

from __future__ import annotations

from bot.message import OutgoingMessage, Priority
from bot.notifications.merging import DIGEST_FROM, DIGEST_LINES, OLD_MS, joined
from engine.domain.identifiers import PersonId

NOW = 10 * OLD_MS


def news(number: int, at: int = NOW, priority: Priority = Priority.ANSWER) -> OutgoingMessage:
    return OutgoingMessage(
        platform="slack",
        conversation="slack:@U1",
        person=PersonId("ann"),
        priority=priority,
        key=f"event:{number}",
        created_at=at,
        sequence=number,
        id=number,
        subject=f"order:{number}",
    )


def test_fresh_fills_of_two_orders_are_two_cards() -> None:
    assert joined(news(1), [news(2)], NOW) == []


def test_fresh_fills_of_many_orders_are_one_card() -> None:
    others = [news(number) for number in range(2, DIGEST_FROM + 1)]
    assert joined(news(1), others, NOW) == others


def test_a_fill_that_waited_long_takes_along_all_that_waits_for_its_reader() -> None:
    old, fresh = news(2, NOW - OLD_MS - 1), news(3)
    assert joined(news(1, NOW - OLD_MS - 1), [old, fresh], NOW) == [old, fresh]


def test_no_card_has_more_subjects_than_it_has_lines() -> None:
    others = [news(number, 0) for number in range(2, 2 * DIGEST_LINES)]
    assert len(joined(news(1, 0), others, NOW)) == DIGEST_LINES - 1


def test_an_alert_that_was_missed_leaves_fresh_ones_to_be_told_as_such() -> None:
    missed = news(2, 0, Priority.ALERT)
    fresh = news(3, NOW, Priority.ALERT)
    assert joined(news(1, 0, Priority.ALERT), [missed, fresh], NOW) == [missed]


def test_what_is_urgent_is_told_by_itself_however_late() -> None:
    assert joined(news(1, 0, Priority.URGENT), [news(2, 0, Priority.URGENT)], NOW) == ()
