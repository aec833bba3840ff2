"""The desk about itself: help, status, settings, language, time zone, audit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.command import Catalogue
from bot.config import Config
from bot.presenters.command_help import meaning, summary
from bot.presenters.examples import examples
from bot.voice import LANGUAGES, Voice
from bot.voice.catalogue import texts
from tests.room import Room

COMMANDS = list(Catalogue.discover())


def test_help_lists_what_is_built_by_section_and_nothing_else(room: Room) -> None:
    table = room.say("/help").table
    assert table is not None

    listed = [row[0] for row in table.rows if row[0].startswith("/")]
    assert listed == [f"/{command.spec.name}" for command in COMMANDS]
    assert "/publish" not in listed
    assert "— Orders —" in [row[0] for row in table.rows]


@pytest.mark.parametrize("name", [command.spec.name for command in COMMANDS])
def test_help_of_a_command_shows_its_whole_use(room: Room, name: str) -> None:
    card = room.say(f"/help {name}")

    facts = dict(card.fields)
    assert card.title == f"/{name}"
    assert card.text
    assert facts["Usage"].startswith(f"/{name}")
    assert facts["Least role"] in {"viewer", "trader", "manager", "owner"}


def test_help_of_buy_names_arguments_choices_examples_and_the_yes(room: Room) -> None:
    card = room.say("/help /buy")

    facts = dict(card.fields)
    assert card.table is not None
    rows = {row[0]: row[1:] for row in card.table.rows}
    assert rows["symbol*"] == ("Which instrument, such as BTC/USDT.", "")
    assert rows["time_in_force"][1] == "gtc, ioc, fok, day"
    assert facts["Asks for a yes"].startswith("yes")
    assert len(facts["You may say"].split(" · ")) > 1


def test_help_of_a_misspelt_command_offers_the_nearest(room: Room) -> None:
    card = room.say("/help byu")

    assert card.title == "There is no command /byu"
    assert "/buy" in card.text


@pytest.mark.parametrize(
    "line", ["/follow bob", "/leaders", "follow @bob with 500 usdt", "follow @bob"]
)
def test_what_is_to_come_is_not_called_unknown(line: str, room: Room) -> None:
    assert room.say(line).title == "Outcry cannot do that yet"


def test_a_command_without_an_example_file_has_no_examples() -> None:
    assert examples("nothing_of_that_name", "en") == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_argument_is_explained_in_both_languages(language: str) -> None:
    voice = Voice(language)

    missing = [
        f"{command.spec.name}.{name}"
        for command in COMMANDS
        for name in command.arguments()
        if not meaning(command.spec.name, name, voice)
    ]
    assert missing == []
    assert all(summary(command, voice) for command in COMMANDS)


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    english, french = texts("en"), texts("fr")

    def facts(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    assert set(english) == set(french)
    assert [key for key in english if facts(english[key]) != facts(french[key])] == []


def test_status_shows_account_mode_prices_counts_and_queues(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.say("/yes")
    card = room.say("/status")

    facts = dict(card.fields)
    assert card.title.endswith("all is well")
    assert facts["Account"] == "paper (paper)"
    assert facts["Prices of demo (simulated prices)"] == "0 s ago, 4 instruments"
    assert facts["Open positions"] == "1"
    assert facts["Open orders"] == "0"
    assert int(facts["Journal entry"]) > 1
    assert facts["Version"]
    assert card.badge == "paper · simulated prices"


def test_status_says_that_prices_are_old_and_how_long_it_has_been_up(room: Room) -> None:
    room.wait(180)
    card = room.say("/status")

    assert card.title.endswith("prices are missing or old")
    assert dict(card.fields)["Up for"] == "3 min"


def test_status_says_that_trading_is_halted(room: Room) -> None:
    room.say("/halt")
    card = room.say("/status")

    assert card.title.endswith("trading is halted")
    assert card.buttons[0].line == "/resume"


def test_settings_show_the_person_and_their_buttons_change_them(room: Room) -> None:
    card = room.say("/settings")

    facts = dict(card.fields)
    assert facts["Language"] == "English"
    assert facts["Time zone"] == "UTC (2 Mar 2026 09:00 UTC)"
    assert facts["Role"] == "trader"
    assert "max_order_value 25,000" in facts["Risk limits"]

    assert card.buttons[0].line == "/language fr"
    assert room.say(card.buttons[0].line).title.startswith("Je vous parle français")
    assert room.say("/settings").title == "Réglages de Ann"


def test_language_is_answered_in_the_new_one_with_the_way_back(room: Room) -> None:
    card = room.say("/language fr")
    assert card.buttons[0].line == "/language en"

    assert room.say(card.buttons[0].line).title == "I speak English to you from now on."
    assert room.say("/language en").buttons == ()


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("Paris", "Europe/Paris"),
        ("New York", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_time_zone_is_known_by_its_name_or_a_city(room: Room, said: str, zone: str) -> None:
    assert room.say(f"/timezone {said}").title == f"Your times are told in {zone} from now on"


def test_a_time_zone_is_kept_and_can_be_undone(room: Room) -> None:
    card = room.say("/timezone Asia/Tokyo")
    assert card.text == "It is 2 Mar 2026 18:00 JST there."
    room.restart()
    assert dict(room.say("/settings").fields)["Time zone"].startswith("Asia/Tokyo")

    room.say(card.buttons[0].line)
    assert dict(room.say("/settings").fields)["Time zone"].startswith("UTC")


def test_audit_is_for_managers_and_names_who_did_what(room: Room) -> None:
    room.say("/timezone Paris", who="bob")
    room.wait(60)
    room.say("/language fr", who="vic")
    assert room.say("/audit").title == "You may not do that here"

    card = room.say("/audit today", who="olga")
    assert card.table is not None
    assert [row[1:4] for row in card.table.rows] == [
        ("Vic", "/language", "language=fr"),
        ("Bob", "/timezone", "timezone=Europe/Paris"),
    ]
    assert card.text.startswith("The record is whole")


def test_audit_names_who_set_a_limit_and_not_who_looked(room: Room) -> None:
    room.say("/risk", who="olga")
    room.say("/risk max_order_value 9000", who="olga")
    room.say("/yes", who="olga")

    rows = room.say("/audit today", who="olga").table.rows
    assert [(row[1], row[2]) for row in rows if row[2] == "/risk"] == [("Olga", "/risk")]


def test_an_audit_of_a_quiet_time_says_so(room: Room) -> None:
    assert room.say("/audit yesterday", who="olga").title == "Nobody changed anything (yesterday)"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/help a b", "b: there is no place for it"),
        ("/status now", "now: this command takes no arguments"),
        ("/settings all", "all: this command takes no arguments"),
        ("/language", "language: it is missing"),
        ("/language de", "language: it must be en or fr"),
        ("/language en fr", "fr: there is no place for it"),
        ("/timezone", "timezone: it is missing"),
        ("/timezone Parris", "did you mean Europe/Paris"),
        ("/timezone 99999999999999999999", "timezone: it is no time zone"),
        ("/timezone ../../etc/passwd", "timezone: it is no time zone"),
        ("/audit sometime", "period: “sometime” is not a period"),
        ("/audit -7d", "period: “-7d” is not a period"),
        ("/audit 7d 8d", "8d: there is no place for it"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_nothing_changes(
    room: Room, line: str, said: str
) -> None:
    before = room.say("/settings", who="olga")
    assert said in room.say(line, who="olga").text
    assert room.say("/settings", who="olga") == before


def test_it_all_reads_in_french(tmp_path: Path) -> None:
    french = Config.model_validate(
        {"desk": {"language": "fr"}, "people": {"terminal:olga": "owner"}}
    )
    room = Room(tmp_path / "home", french)
    try:
        assert room.say("/help").title == "Ce que fait Outcry"
        assert "Usage" in dict(room.say("/help buy").fields)
        assert room.say("/status").title.endswith("des prix manquent ou datent")
        assert room.say("/settings").title == "Réglages de Ann"
        assert "Europe/Paris" in room.say("/timezone Parris").text
        assert room.say("/audit", who="olga").title.startswith("Personne n’a rien changé")
    finally:
        room.close()
