"""What recurs: read at once, kept once, said on time, made up once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config
from tests.room import CONFIG, Room

DAY = 86_400


def in_hops(room: Room, seconds: int) -> None:
    """Time passes slowly enough for the database to follow."""
    for _ in range(0, seconds, 10):
        room.wait(10)


def test_a_command_is_scheduled_by_cron_and_shows_its_next_three_times(room: Room) -> None:
    card = room.say('/schedule "/price BTC/USDT" "0 10 * * 1-5"')

    facts = dict(card.fields)
    assert card.title.startswith("Scheduled as s")
    assert facts["Says"] == "/price symbols=BTC/USDT"
    assert facts["Next"].split(" · ") == [
        "2 Mar 2026 10:00 UTC",
        "3 Mar 2026 10:00 UTC",
        "4 Mar 2026 10:00 UTC",
    ]


@pytest.mark.parametrize(
    "line",
    [
        '/schedule "/price BTC/USDT" "every weekday at 10am"',
        "/schedule /price BTC/USDT every weekday at 10am",
        "/schedule /price BTC/USDT 0 10 * * 1-5",
        '/schedule "price btc" when="0 10 * * 1-5"',
        '/schedule command="/price btc" when=every weekday at 10am',
        '/schedule "/price symbols=btc" "en semaine à 10h"',
    ],
)
def test_the_line_and_the_time_may_be_written_in_many_ways(room: Room, line: str) -> None:
    card = room.say(line)

    facts = dict(card.fields)
    assert facts["Says"] == "/price symbols=BTC/USDT"
    assert facts["When"] == "0 10 * * 1-5 (UTC)"


def test_a_schedule_may_be_asked_for_in_plain_words(room: Room) -> None:
    card = room.say("buy 50 dollars of btc every friday at noon")

    facts = dict(card.fields)
    assert facts["Says"] == "/buy symbol=BTC/USDT amount=50"
    assert facts["When"] == "0 12 * * 5 (UTC)"


def test_it_is_said_when_it_is_due_as_its_owner_would(room: Room) -> None:
    room.say('/schedule "/price BTC/USDT" "30 9 * * *"')

    room.wait(29 * 60)
    assert len(room.titles()) == 1
    room.wait(2 * 60)
    assert room.titles()[1:] == ["BTC/USDT 60,000 USDT"]
    assert "made up" not in room.cards()[-1].text
    room.wait(DAY - 150)
    in_hops(room, 180)
    assert room.titles()[2:] == ["BTC/USDT 60,000 USDT"]


def test_what_was_missed_is_made_up_once_and_says_so(room: Room) -> None:
    room.say('/schedule "/price BTC/USDT" "30 9 * * *"')
    room.clock._now_ms += 2 * DAY * 1000
    room.wait(5)

    late = room.cards()[1:]
    assert len(late) == 1
    assert late[0].text.startswith("This was due at 2 Mar 2026 09:30 UTC")


def test_a_scheduled_order_asks_for_a_yes_each_time(room: Room) -> None:
    card = room.say('/schedule "/buy BTC/USDT 0.1" "*/30 * * * *"')
    assert "asked for a yes" in card.text

    room.wait(29 * 60 + 50)
    for _ in range(15):
        room.price("BTC/USDT", 60000)
        room.wait(1)
    assert room.titles()[-1] == "Really buy 0.1 BTC/USDT?"
    assert room.say("/yes").title == "Bought 0.1 BTC/USDT"


def test_all_that_are_due_together_are_said_and_use_up_nothing(tmp_path: Path) -> None:
    people = {**CONFIG.people, "telegram:ann": "trader"}
    room = Room(tmp_path / "home", CONFIG.model_copy(update={"people": people}))
    room.price("BTC/USDT", 60000)
    for _ in range(50):
        room.say('/schedule "/price BTC/USDT" "0 10 * * *"', on="telegram")
        room.wait(1)

    room.wait(58 * 60)
    in_hops(room, 80)

    said = [card.title for card in room.cards(on="telegram")][50:]
    assert said == ["BTC/USDT 60,000 USDT"] * 50
    room.run(flooded(room, 30))
    said = [card.title for card in room.cards(on="telegram")][100:]
    assert said == ["BTC/USDT 60,000 USDT"] * 30
    room.close()


async def flooded(room: Room, times: int) -> None:
    for number in range(times):
        message = room.message("/price BTC/USDT", "ann", f"typed:{number}", on="telegram")
        await room.chat.intake.receive(message)
    await room.chat.intake.idle("telegram:ann")
    await room.chat.settled()


def test_its_times_are_those_of_the_persons_zone(room: Room) -> None:
    room.say("/timezone Europe/Paris")
    card = room.say('/schedule "/price BTC/USDT" "0 8 * * *"')

    assert dict(card.fields)["Next"].startswith("3 Mar 2026 08:00 CET")
    assert dict(card.fields)["When"] == "0 8 * * * (Europe/Paris)"


def test_a_delivery_that_comes_twice_makes_one_schedule(room: Room) -> None:
    for _ in range(2):
        room.deliver('/schedule "/price BTC/USDT" "0 8 * * *"', "again")

    table = room.say("/schedules").table
    assert table is not None
    assert len(table.rows) == 1


def test_the_same_line_said_twice_makes_two_schedules(room: Room) -> None:
    for _ in range(2):
        room.say('/schedule "/price BTC/USDT" "0 8 * * *"')

    table = room.say("/schedules").table
    assert table is not None
    assert len({row[0] for row in table.rows}) == 2


def test_a_schedule_is_forgotten_by_its_owner_and_can_be_had_back(room: Room) -> None:
    made = room.say('/schedule "/price BTC/USDT" "0 8 * * *"')
    button = made.buttons[0].line
    assert room.say(button, who="bob").title.startswith("No schedule s")

    gone = room.say(button)
    assert gone.title.endswith("is forgotten")
    assert room.say("/schedules").title == "You have no schedules"

    assert room.say(gone.buttons[0].line).title.startswith("Scheduled as")


def test_schedules_survive_a_restart(room: Room) -> None:
    room.say('/schedule "/price BTC/USDT" "0 8 * * *"')
    room.restart()

    table = room.say("/schedules").table
    assert table is not None
    assert table.rows[0][1] == "/price symbols=BTC/USDT"


@pytest.mark.parametrize("line", ["/schedule /price btc 0 8 * * *", "/yes", "/no"])
def test_what_only_a_person_may_say_is_not_scheduled(room: Room, line: str) -> None:
    card = room.say(f'/schedule "{line}" "0 9 * * *"')

    assert "cannot be scheduled" in card.text
    assert room.say("/schedules").title == "You have no schedules"


def test_a_viewer_schedules_no_order(room: Room) -> None:
    card = room.say('/schedule "/buy BTC/USDT 0.1" "0 8 * * *"', who="vic")

    assert card.title == "You may not do that here"
    assert room.say('/schedule "/price BTC/USDT" "0 8 * * *"', who="vic").title.startswith("Sched")


def test_a_person_has_at_most_fifty(room: Room) -> None:
    for _ in range(50):
        room.say('/schedule "/price BTC/USDT" "0 8 * * *"')

    assert "at most 50" in room.say('/schedule "/price BTC/USDT" "0 8 * * *"').text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/schedule", "command: it is missing"),
        ('/schedule "/price BTC/USDT"', "when: it is missing"),
        ('/schedule "/price BTC/USDT" "0 25 * * *"', "when: the hour of a schedule"),
        ('/schedule "/price BTC/USDT" "every day"', "when: say at what time"),
        ('/schedule "/price BTC/USDT" "0 0 30 2 *"', "when: there is no such day"),
        ('/schedule "/report daily" "at 8am"', "when: it is missing"),
        ('/schedule "/price BTC/USDT" when=soon', "when: “soon” is not a schedule"),
        ('/schedule "/prise BTC/USDT" "0 8 * * *"', "Did you mean"),
        ('/schedule "/price" "0 8 * * *"', "symbols: it is missing"),
        ('/schedule "/buy BTC/USDT much" "0 8 * * *"', "quantity:"),
        ("/unschedule", "schedule: it is missing"),
        ("/unschedule nothing", "You have no schedule of that id"),
        ("/unschedule a b", "b: there is no place for it"),
        ("/schedules all", "all: this command takes no arguments"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_nothing_is_kept(
    room: Room, line: str, said: str
) -> None:
    assert said in room.say(line).text
    assert room.say("/schedules").title == "You have no schedules"


def test_it_all_reads_in_french(tmp_path: Path) -> None:
    french = Config.model_validate({"desk": {"language": "fr", "timezone": "Europe/Paris"}})
    room = Room(tmp_path / "home", french)
    try:
        made = room.say('/schedule "/schedules" "tous les lundis à 9h"')
        assert made.title.startswith("Planifié sous s")
        assert dict(made.fields)["Prochaine fois"].startswith("9 mars 2026 09:00 CET")
        assert room.say("/schedules").title == "Vos planifications"
        assert room.say(made.buttons[0].line).title.endswith("est oubliée")
    finally:
        room.close()
