"""Who is who: one person on two platforms, roles, and the desk's first owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.card import Card
from bot.identity.linking import CODE_LIVES_MS
from bot.message import Role
from engine.runtime.system import SystemIdentities
from tests.room import CONFIG, Room

PEOPLE = {**CONFIG.people, "telegram:77": "viewer"}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Codes are real ones; on Telegram nobody walks in, and 77 is a viewer."""
    config = CONFIG.model_copy(update={"people": PEOPLE})
    made = Room(tmp_path / "home", config, identities=SystemIdentities())
    made.price("BTC/USDT", 60_000)
    yield made
    made.close()


def code_in(card: Card) -> str:
    found = re.search(r"/link (\w+)", card.text)
    assert found is not None, card
    return found[1]


def facts(card: Card) -> dict[str, str]:
    return dict(card.fields)


def rows(card: Card) -> list[tuple[str, ...]]:
    assert card.table is not None
    return list(card.table.rows)


# -- one person on two platforms -------------------------------------------------------------


def test_a_code_shown_in_one_platform_and_typed_in_another_joins_them_after_a_yes(
    room: Room,
) -> None:
    room.say("/language fr")
    code = code_in(room.say("/link"))
    assert room.say("/balance", "501", on="telegram").title == "You may not do that here"

    typed = room.say(f"/link {code}", "501", on="telegram")
    assert typed.title == "Now go back to Terminal"
    assert room.say("/balance", "501", on="telegram").title == "You may not do that here"

    asked = room.cards()[-1]
    assert asked.title.startswith("Ce compte est-il à vous")
    assert facts(asked)["Son identifiant"] == "501"
    assert [button.line for button in asked.buttons] == ["/link yes", "/link no"]

    assert room.say("/link yes").title.startswith("telegram:501, c’est vous")
    assert room.cards("501", on="telegram")[-1].title == "Ici, vous êtes désormais Ann"
    assert facts(room.say("/settings", "501", on="telegram"))["Rôle"] == "opérateur"


def test_nothing_changes_when_the_codes_person_says_no(room: Room) -> None:
    code = code_in(room.say("/link"))
    room.say(f"/link {code}", "501", on="telegram")

    assert room.say("/link no").title == "telegram:501 was kept out"
    assert room.say("/link yes").title == "No account waits for your answer"
    assert room.say("/status", "501", on="telegram").title == "You may not do that here"
    assert room.say(f"/link {code}", "501", on="telegram").title == "That code links nothing"


def test_a_stolen_code_shows_the_thief_and_is_taken_by_one_account_only(room: Room) -> None:
    code = code_in(room.say("/link"))
    room.say(f"/link {code}", "666", on="telegram")

    assert facts(room.cards()[-1])["Its id"] == "666"
    assert room.say(f"/link {code}", "501", on="telegram").title == "That code links nothing"
    assert room.say("/link yes", who="vic").title == "No account waits for your answer"


def test_a_late_an_earlier_and_a_foreign_code_link_nothing(room: Room) -> None:
    first, second = code_in(room.say("/link")), code_in(room.say("/link"))
    assert room.say(f"/link {first}", "501", on="telegram").title == "That code links nothing"

    room.wait(CODE_LIVES_MS / 1000)
    assert room.say(f"/link {second}", "501", on="telegram").title == "That code links nothing"
    assert room.say("/link zzzzzzzz", "501", on="telegram").title == "That code links nothing"


def test_guesses_are_counted_and_then_not_even_the_right_code_is_taken(room: Room) -> None:
    code = code_in(room.say("/link"))
    for number in range(5):
        room.say(f"/link wrong{number}", "501", on="telegram")
    locked = room.say(f"/link {code}", "501", on="telegram")
    assert locked.title == "Too many wrong codes"
    assert "15 minutes" in locked.text

    room.restart(after_seconds=60)
    assert room.say(f"/link {code}", "501", on="telegram").title == "Too many wrong codes"
    assert room.say(f"/link {code}", "502", on="telegram").title == "Now go back to Terminal"


def test_a_code_is_never_made_in_a_group_and_is_void_once_written_there(room: Room) -> None:
    assert room.say("/link", group="pit").title == "Not in a group"

    code = code_in(room.say("/link"))
    seen = room.say(f"/link {code}", "501", on="telegram", group="pit")
    assert seen.title == "That code is void now"
    assert room.say(f"/link {code}", "501", on="telegram").title == "That code links nothing"


def test_a_code_is_not_stored_as_it_is_shown_and_survives_a_restart(
    room: Room, tmp_path: Path
) -> None:
    code = code_in(room.say("/link"))
    room.restart()
    stored = room.run(room.app.stores.link_codes.of("terminal:ann", room.clock.now_ms()))
    assert stored is not None
    assert code.lower() not in repr(stored)

    assert room.say(f"/link {code}", "501", on="telegram").title == "Now go back to Terminal"


def test_the_greater_account_is_never_swallowed_by_the_lesser_one(room: Room) -> None:
    code = code_in(room.say("/link", "77", on="telegram"))
    assert room.say(f"/link {code}", who="olga").title == "Begin at the other end"
    assert room.say(f"/link {code}", "77", on="telegram").title.startswith("That is the account")

    code = code_in(room.say("/link", who="olga"))
    room.say(f"/link {code}", "77", on="telegram")
    room.say("/link yes", who="olga")
    assert facts(room.say("/settings", "77", on="telegram"))["Role"] == "owner"


def test_an_account_that_is_taken_back_is_on_its_own_again(room: Room) -> None:
    code = code_in(room.say("/link"))
    room.say(f"/link {code}", "77", on="telegram")
    room.say("/link yes")
    listed = room.say("/unlink")
    assert listed.text == "telegram:77, terminal:ann"
    assert listed.buttons[0].line == "/unlink telegram:77"

    assert room.say("/unlink telegram:77").title == "Take telegram:77 from yourself?"
    assert facts(room.say("/settings", "77", on="telegram"))["Role"] == "trader"
    assert room.say("/yes").title == "telegram:77 is no longer you"
    assert facts(room.say("/settings", "77", on="telegram"))["Role"] == "viewer"
    assert room.say("/unlink terminal:ann").title == "That is your only account"
    assert room.say("/unlink telegram:77").title == "That account is not yours"


def test_a_stolen_first_account_is_shut_out_until_an_owner_lets_it_in(room: Room) -> None:
    code = code_in(room.say("/link"))
    room.say(f"/link {code}", "501", on="telegram")
    room.say("/link yes")
    room.say("/unlink terminal:ann", "501", on="telegram")
    room.say("/yes", "501", on="telegram")

    assert room.say("/balance").title == "You may not do that here"
    assert facts(room.say("/settings", "501", on="telegram"))["Role"] == "trader"
    room.say("/role terminal:ann viewer", who="olga")
    room.say("/yes", who="olga")
    assert facts(room.say("/settings"))["Role"] == "viewer"


# -- roles -----------------------------------------------------------------------------------


def test_an_owner_lists_gives_and_takes_roles_after_a_yes(room: Room) -> None:
    room.say("/status")
    asked = room.say("/role ann manager", who="olga")
    assert asked.title == "Change what Ann may do?"
    assert facts(asked) == {"Accounts": "terminal:ann", "Now": "trader", "From then on": "manager"}

    assert room.say("/yes", who="olga").title == "Ann: manager"
    assert room.cards()[-1].title == "Your role on this desk is now: manager"
    assert ("Ann", "manager", "terminal:ann") in rows(room.say("/role", who="olga"))
    assert ("Olga", "/role", "member=person:terminal:ann role=manager") in [
        row[1:4] for row in rows(room.say("/audit", who="olga"))
    ]


def test_who_was_shown_the_door_stays_outside(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.say("/role ann none", who="olga")
    room.say("/yes", who="olga")

    assert room.say("/yes").title == "You may not do that here"
    room.restart()
    assert room.say("/balance").title == "You may not do that here"
    assert room.say("/link zzzzzzzz").title == "You may not do that here"


def test_a_stranger_is_let_in_by_their_account_and_named_when_they_speak(room: Room) -> None:
    assert room.say("/price btc", "501", on="telegram").title == "You may not do that here"
    room.say("/role telegram:501 trader", who="olga")
    room.say("/yes", who="olga")

    assert room.say("/price btc", "501", on="telegram").title.startswith("BTC/USDT")
    assert ("501", "trader", "telegram:501") in rows(room.say("/role", who="olga"))


def test_nobody_but_an_owner_gives_roles(room: Room) -> None:
    for who in ("ann", "vic"):
        refused = room.say(f"/role {who} owner", who=who)
        assert refused.title == "You may not do that here"
        assert "owner" in refused.text


def test_the_last_owner_stays(room: Room) -> None:
    room.say("/status")
    room.say("/role olga viewer", who="olga")
    assert room.say("/yes", who="olga").title == "The desk would have no owner left"
    assert facts(room.say("/settings", who="olga"))["Role"] == "owner"

    room.say("/role ann owner", who="olga")
    room.say("/yes", who="olga")
    room.say("/role olga viewer", who="olga")
    assert room.say("/yes", who="olga").title == "Olga: viewer"


def test_a_role_lost_meanwhile_gives_nothing_any_more(room: Room) -> None:
    room.say("/status")
    room.say("/status", who="vic")
    room.say("/role ann owner", who="olga")
    room.say("/yes", who="olga")
    assert room.say("/role vic owner").title == "Change what Vic may do?"
    room.run(room.app.stores.people.set_role("terminal:ann", Role.TRADER))

    assert room.say("/yes").title == "You may not do that here"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("/role nobody trader", "Nobody here is called that"),
        ("/role telegram: trader", "Nobody here is called that"),
        ("/role myspace:7 trader", "Nobody here is called that"),
        ("/role ann king", "Something is wrong with “role”"),
        ("/role ann", "Something is wrong with “role”"),
        ("/role role=trader", "Something is wrong with “member”"),
        ("/unlink telegram:1", "That account is not yours"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_waits_for_a_yes(
    room: Room, line: str, title: str
) -> None:
    assert room.say(line, who="olga").title == title
    assert room.say("/yes", who="olga").title == "Nothing is waiting for a yes."


def test_two_of_one_name_are_told_apart_by_their_accounts(room: Room) -> None:
    room.say("/status")
    room.say("/status", "77", on="telegram")
    room.run(room.app.stores.people.set_name("telegram:77", "Ann"))

    refused = room.say("/role ann manager", who="olga")
    assert refused.title == "Several are called that"
    assert "telegram:77, terminal:ann" in refused.text


# -- the first owner -------------------------------------------------------------------------


def test_the_setup_code_makes_one_owner_once(room: Room) -> None:
    linker = room.app.linker
    code = room.run(linker.setup_code({"telegram"}))
    assert code is not None

    assert room.say("/link guess", "501", on="telegram").title == "That code links nothing"
    assert room.say(f"/link {code}", "501", on="telegram").title == "You own this desk"
    assert facts(room.say("/settings", "501", on="telegram"))["Role"] == "owner"
    assert room.say(f"/link {code}", "502", on="telegram").title == "That code links nothing"
    assert room.run(linker.setup_code({"telegram"})) is None


def test_no_setup_code_is_made_where_the_configuration_names_an_owner(room: Room) -> None:
    assert room.run(room.app.linker.setup_code({"terminal"})) is None
    assert room.run(room.app.linker.setup_code({"slack"})) is not None


def test_a_setup_code_written_in_a_group_makes_nobody_the_owner(room: Room) -> None:
    code = room.run(room.app.linker.setup_code({"telegram"}))

    assert room.say(f"/link {code}", "501", on="telegram", group="pit").title.endswith("void now")
    assert room.say(f"/link {code}", "501", on="telegram").title == "That code links nothing"
