"""A second factor: a key shown once, codes entered in a form, each of them once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyotp
import pytest

from bot.card import Tone
from bot.homes import DATABASE
from bot.identity.second_factor import STEP_MS
from bot.sections import SecuritySection
from engine.runtime.system import SystemIdentities
from tests.room import CONFIG, Room


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def room(home: Path) -> Iterator[Room]:
    made = Room(home, identities=SystemIdentities())
    made.price("BTC/USDT", 60_000)
    yield made
    made.close()


class Authenticator:
    """An app that was given Olga's key."""

    def __init__(self, room: Room) -> None:
        self._room = room
        before = len(room.cards("olga"))
        room.say("/mfa enroll", who="olga")
        shown = dict(room.cards("olga")[before].fields)
        self.key = shown["Key"].replace(" ", "")
        assert f"secret={self.key}" in shown["Link"]

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.key).generate_otp(self._room.clock.now_ms() // STEP_MS + steps)


def enrolled(room: Room) -> tuple[Authenticator, list[str]]:
    app = Authenticator(room)
    assert room.enter(app.code()).title == "Your second factor is on"
    recovery = room.cards("olga")[-2]
    assert recovery.title == "Your recovery codes"
    room.wait(STEP_MS / 1000)
    return app, recovery.text.splitlines()


def halted(room: Room) -> None:
    room.say("/halt", who="olga")
    assert room.say("/resume", who="olga").title == "Really let orders through again?"
    assert room.say("/yes", who="olga").title == "One code more"


def test_lifting_a_halt_takes_a_code_of_who_has_enrolled(room: Room) -> None:
    app, _ = enrolled(room)
    halted(room)
    assert room.say("/status").title.endswith("trading is halted")

    assert room.enter(app.code()).title == "Trading goes on"
    assert not room.say("/status").title.endswith("trading is halted")


def test_who_has_not_enrolled_is_asked_for_a_yes_alone(room: Room) -> None:
    room.say("/halt", who="olga")
    room.say("/resume", who="olga")

    assert room.say("/yes", who="olga").title == "Trading goes on"


def test_a_desk_may_demand_a_second_factor_of_all(home: Path) -> None:
    security = SecuritySection(second_factor="required")
    room = Room(home, CONFIG.model_copy(update={"security": security}))
    refused = room.say("/risk max_order_value 5", who="olga")
    limits = room.say("/risk", who="olga")
    room.close()

    assert refused.title == "This desk asks for a second factor"
    assert "25,000" in repr(limits)


@pytest.mark.parametrize("line", ["/risk max_order_value 5", "/role ann manager", "/mfa disable"])
def test_limits_roles_and_the_factor_itself_take_a_code(room: Room, line: str) -> None:
    room.say("/status")
    app, _ = enrolled(room)
    room.say(line, who="olga")
    assert room.say("/yes", who="olga").title == "One code more"

    assert room.enter("000000").title == "That code is wrong"
    assert room.say("/yes", who="olga").title == "One code more"
    assert room.enter(app.code()).tone is not Tone.BAD
    assert room.say("/yes", who="olga").title == "Nothing is waiting for a yes."


def test_halting_and_reducing_never_take_a_code(room: Room) -> None:
    enrolled(room)
    room.price("BTC/USDT", 60_000)
    room.say("/buy BTC/USDT 0.1", who="olga")
    assert room.say("/yes", who="olga").title.startswith("Bought")
    room.say("/close BTC/USDT", who="olga")
    assert room.say("/yes", who="olga").title.startswith("Sold")

    assert room.say("/halt", who="olga").title.startswith("Trading is halted")


def test_a_code_that_was_used_opens_nothing_again(room: Room) -> None:
    app, _ = enrolled(room)
    halted(room)
    code = app.code()
    room.enter(code)

    halted(room)
    assert room.enter(code).title == "That code is wrong"
    room.say("/yes", who="olga")
    assert room.enter(app.code(-1)).title == "That code is wrong"
    room.say("/yes", who="olga")
    assert room.enter(app.code(+2)).title == "That code is wrong"
    room.say("/yes", who="olga")
    assert room.enter(app.code(+1)).title == "Trading goes on"


def test_a_recovery_code_stands_in_once(room: Room) -> None:
    _, recovery = enrolled(room)
    assert len(set(recovery)) == 10
    halted(room)
    assert room.enter(recovery[0].upper()).title == "Trading goes on"

    halted(room)
    assert room.enter(recovery[0]).title == "That code is wrong"
    assert room.say("/mfa", who="olga").text == "9 recovery codes are left."


def test_five_wrong_codes_lock_it_over_a_restart(room: Room) -> None:
    app, _ = enrolled(room)
    halted(room)
    for guess in range(5):
        room.say("/yes", who="olga")
        assert room.enter(f"00000{guess}").title == "That code is wrong"
    room.say("/yes", who="olga")
    assert room.enter(app.code()).title == "Too many wrong codes"

    room.restart(after_seconds=14 * 60)
    halted(room)
    assert room.enter(app.code()).title == "Too many wrong codes"
    room.wait(60)
    halted(room)
    assert room.enter(app.code()).title == "Trading goes on"


def test_a_code_opens_the_ticket_that_it_was_entered_for_and_in_time(room: Room) -> None:
    app, _ = enrolled(room)
    halted(room)
    room.wait(61)

    assert room.enter(app.code()).title == "That card has expired"
    room.say("/resume", who="olga")
    assert room.say("/yes", who="olga").title == "One code more"


def test_neither_keys_nor_codes_are_stored_in_the_open(room: Room, home: Path) -> None:
    app, recovery = enrolled(room)
    halted(room)
    code = app.code()
    room.enter(code)

    with closing(sqlite3.connect(home / DATABASE)) as connection:
        stored = "\n".join(connection.iterdump())
    for secret in (app.key, f"'{code}'", f'"{code}"', *recovery):
        assert secret not in stored


def test_a_key_sealed_for_one_person_opens_for_nobody_else(room: Room, home: Path) -> None:
    app, _ = enrolled(room)
    room.say("/status")
    factors = room.app.stores.second_factors
    olgas = room.run(factors.get("terminal:olga"))
    assert olgas is not None
    room.run(factors.begin("terminal:ann", olgas.sealed))

    room.say("/mfa verify")
    assert room.enter(app.code()).title == "That code is wrong"


def test_a_key_is_not_in_force_before_its_first_code(room: Room) -> None:
    Authenticator(room)
    assert room.enter("123456").title == "That code is wrong"
    assert room.say("/mfa", who="olga").title == "Your second factor is not confirmed yet"
    room.say("/halt", who="olga")
    room.say("/resume", who="olga")
    assert room.say("/yes", who="olga").title == "Trading goes on"


def test_it_is_taken_away_with_a_code_only_and_then_asked_no_more(room: Room) -> None:
    app, _ = enrolled(room)
    assert room.say("/mfa enroll", who="olga").title == "You have a second factor already"
    room.say("/mfa disable", who="olga")
    room.say("/yes", who="olga")
    assert room.enter(app.code()).title == "Your second factor is gone"
    assert room.say("/mfa disable", who="olga").title == "You have no second factor"


def test_no_key_in_a_group_and_no_code_where_there_is_no_form(room: Room) -> None:
    room.say("/status", who="olga")
    assert room.say("/mfa enroll", who="olga", group="pit").title == "Not in a group"
    room.say("/role telegram:7 viewer", who="olga")
    room.say("/yes", who="olga")
    assert room.say("/mfa enroll", "7", on="telegram").title == "A code cannot be entered here"
    assert room.say("/mfa verify 123456").title.startswith("Something is wrong")
    assert room.say("/mfa verify").title == "You have no second factor"
    assert room.say("/mfa dance").title == "Something is wrong with “action”"


def test_it_all_reads_in_french(room: Room) -> None:
    room.say("/language fr", who="olga")
    room.say("/mfa enroll", who="olga")
    key = dict(room.cards("olga")[-2].fields)["Clé"].replace(" ", "")
    code = pyotp.TOTP(key).generate_otp(room.clock.now_ms() // STEP_MS)

    assert room.enter(code).title == "Votre second facteur est actif"
