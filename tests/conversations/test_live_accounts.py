"""Keys are entered in private, and asked of the venue; live is a decision; no secret is seen."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
import structlog

from bot.card import Card, Tone
from bot.config import Config
from bot.credentials import LiveDecision
from bot.errors import LiveRefused
from bot.homes import DATABASE
from bot.identity.credentials import LiveGrant
from bot.identity.second_factor import STEP_MS
from bot.logs import start_logs
from bot.presenters.accounts import OLD_KEYS_MS
from bot.sections import AccountSection
from engine.domain.identifiers import AccountId, PersonId, VenueName
from engine.errors import KeysRefused, VenueUnavailable
from engine.ports.credentials import KeyRights, VenueKeys
from engine.runtime.system import SystemIdentities
from tests.room import CONFIG, Room

KEY, SECRET, PHRASE = "CANARY-k3y", "CANARY-s3cret", "CANARY-phr4se"
GOOD = KeyRights(reads_balance=True, trades=True, withdraws=False, is_bound=True)
MAIN = AccountId("main")


class Desk(Room):
    """A venue beside the room that answers what the test says."""

    def __init__(self, home: Path, venue: str = "kraken", rights: KeyRights | Exception = GOOD):
        self.rights = rights
        self.asked: list[VenueKeys] = []
        accounts = (
            *CONFIG.accounts,
            AccountSection.model_validate({"id": "main", "venue": venue, "mode": "live"}),
        )
        config = Config.model_validate(CONFIG.model_copy(update={"accounts": accounts}))
        super().__init__(home, config, identities=SystemIdentities(), probe=self)
        self.price("BTC/USDT", 60_000)
        self.say("/status", who="olga")

    async def probe(self, keys: VenueKeys) -> KeyRights:
        self.asked.append(keys)
        if isinstance(self.rights, Exception):
            raise self.rights
        return self.rights

    def connect(self, *entered: str) -> Card:
        self.say("/connect kraken" if not self.asked else "/connect main", who="olga")
        self.say("/yes", who="olga")
        card = self.cards("olga")[-1]
        for each in entered or (KEY, SECRET):
            card = self.enter(each)
        return card


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    made = Desk(home)
    yield made
    made.close()


def test_keys_are_asked_for_in_a_form_and_kept_when_the_venue_takes_them(desk: Desk) -> None:
    card = desk.connect()

    assert card.title == "Account main"
    assert dict(card.fields)["Keys"].startswith("working")
    assert dict(card.fields)["Mode"] == "paper"
    assert [(keys.key, keys.secret) for keys in desk.asked] == [(KEY, SECRET)]
    assert "working" in dict(desk.say("/status", who="olga").fields)["main"]


@pytest.mark.parametrize(
    ("rights", "title"),
    [
        (KeyRights(True, True, True), "could take money out"),
        (KeyRights(True, True, None), "does not say whether"),
        (KeyRights(True, False, False), "may not trade"),
        (KeyRights(False, True, False), "may not read"),
        (KeysRefused("wrong", venue="kraken"), "does not know these keys"),
        (KeysRefused("clock", venue="kraken"), "clock is off"),
        (KeysRefused("sandbox", venue="kraken"), "other network"),
        (VenueUnavailable("down"), "venue"),
    ],
)
def test_keys_with_too_much_or_too_little_are_refused_and_not_kept(
    desk: Desk, rights: KeyRights | Exception, title: str
) -> None:
    desk.rights = rights
    card = desk.connect()

    assert title in card.title
    assert card.tone is Tone.BAD
    assert dict(desk.say("/accounts main", who="olga").fields)["Keys"] == "none"


def test_a_venue_with_a_passphrase_asks_for_it_too(home: Path) -> None:
    desk = Desk(home, "okx")
    desk.say("/connect okx", who="olga")
    desk.say("/yes", who="olga")
    labels = []
    for each in (KEY, SECRET, PHRASE):
        labels.append(desk.adapter.forms[-1].label)
        card = desk.enter(each)
    desk.close()

    assert labels == [f"{part} of main at okx" for part in ("API key", "API secret", "Passphrase")]
    assert card.title == "Account main"
    assert desk.asked[0].passphrase == PHRASE


def test_keys_are_never_asked_for_in_a_group(desk: Desk) -> None:
    desk.say("/connect kraken", who="olga", group="crowd")
    private = desk.cards("olga")[-1]

    assert private.title == "Really enter keys for main at kraken?"
    assert all("keys" not in card.title for card in desk.cards("crowd"))


def test_only_a_manager_connects_and_only_what_is_meant(desk: Desk) -> None:
    assert desk.say("/connect kraken").title == "You may not do that here"
    assert "main" in desk.say("/connect binance", who="olga").text
    assert "main" in desk.say("/live paper", who="olga").text


def test_a_form_that_is_left_keeps_nothing(desk: Desk) -> None:
    desk.connect(KEY, "")

    assert desk.asked == []


@pytest.fixture
def logged(home: Path) -> Iterator[None]:
    """All logs go where a running desk writes them."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    start_logs(home, "debug")
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("logged")
def test_no_key_is_on_disk_in_a_log_or_on_a_card(
    desk: Desk, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.connect()
    desk.rights = KeysRefused("wrong", venue="kraken")
    desk.connect(KEY, SECRET)
    shown = [repr(card) for who in ("olga", "ann") for card in desk.cards(who)]
    with closing(sqlite3.connect(home / DATABASE)) as raw:
        stored = "\n".join(raw.iterdump())

    assert "CANARY" not in stored + "".join(shown) + "".join(capsys.readouterr())
    for file in home.rglob("*"):
        assert not file.is_file() or b"CANARY" not in file.read_bytes()


def test_what_looks_like_a_key_is_not_kept_when_it_is_written(desk: Desk, home: Path) -> None:
    key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
    card = desk.say(f"/connect kraken {key}", who="olga")

    assert card.title == "That looks like a key; delete your message"
    for file in home.rglob("*"):
        assert not file.is_file() or key.encode() not in file.read_bytes()


def enrolled(desk: Desk) -> pyotp.TOTP:
    before = len(desk.cards("olga"))
    desk.say("/mfa enroll", who="olga")
    key = dict(desk.cards("olga")[before].fields)["Key"].replace(" ", "")
    totp = pyotp.TOTP(key)
    desk.enter(totp.generate_otp(desk.clock.now_ms() // STEP_MS))
    desk.wait(STEP_MS / 1000)
    return totp


def grant(desk: Desk) -> LiveGrant | None:
    return desk.run(desk.app.credentials.grant(MAIN))


def test_live_is_a_decision_with_a_second_factor(desk: Desk) -> None:
    desk.connect()
    assert grant(desk) is None
    assert desk.say("/live main", who="olga").title == "This desk asks for a second factor"

    totp = enrolled(desk)
    refused = desk.say("/live main", who="olga")
    assert refused.title == "main cannot trade for real on this desk"
    assert "source: exchange, venue: kraken" in refused.hint
    assert totp.secret
    assert grant(desk) is None


def test_keys_open_for_a_decision_that_is_on_record_and_for_nothing_else(desk: Desk) -> None:
    desk.connect()
    credentials, store = desk.app.credentials, desk.app.stores.venue_keys
    forged = LiveGrant(LiveDecision(MAIN, VenueName("kraken"), PersonId("terminal:olga"), 1))
    with pytest.raises(LiveRefused):
        desk.run(credentials.open(forged))

    desk.run(store.decide(forged.decision))
    granted = grant(desk)
    assert granted is not None
    assert desk.run(credentials.open(granted)).secret == SECRET
    desk.say("/live main off", who="olga")
    with pytest.raises(LiveRefused):
        desk.run(credentials.open(granted))
    for paper in ("paper", "main-paper", "nobody"):
        desk.run(
            store.decide(LiveDecision(AccountId(paper), VenueName("kraken"), PersonId("x"), 1))
        )
        assert desk.run(credentials.grant(AccountId(paper))) is None


def test_keys_of_another_venue_than_the_accounts_open_nothing(home: Path) -> None:
    desk = Desk(home)
    desk.connect()
    desk.run(
        desk.app.stores.venue_keys.decide(
            LiveDecision(MAIN, VenueName("kraken"), PersonId("terminal:olga"), 1)
        )
    )
    desk.close()
    moved = Desk(home, "okx")
    found = moved.run(moved.app.credentials.grant(MAIN))
    keys = dict(moved.say("/accounts main", who="olga").fields)["Keys"]
    moved.close()

    assert found is None
    assert keys == "none"


def test_an_account_that_is_meant_for_real_money_is_paper_until_then(desk: Desk) -> None:
    listed = desk.say("/accounts", who="olga")
    assert listed.table is not None
    assert [row[:3] for row in listed.table.rows][-1] == ("main", "kraken", "paper")

    desk.say("/buy BTC/USDT 0.1 account=main", who="olga")
    asked = desk.cards("olga")[-1]
    assert asked.badge.startswith("paper")
    desk.say("/yes", who="olga")
    assert "0.1" in repr(desk.say("/positions account=main", who="olga"))
    assert "0.1" not in repr(desk.say("/positions account=paper", who="olga").table)


def test_keys_are_forgotten_and_grow_old(desk: Desk) -> None:
    desk.connect()
    desk.restart(after_seconds=OLD_KEYS_MS // 1000 + 1)
    assert "make new ones" in dict(desk.say("/accounts main", who="olga").fields)["Keys"]

    desk.say("/disconnect main", who="olga")
    desk.say("/yes", who="olga")
    assert dict(desk.say("/accounts main", who="olga").fields)["Keys"] == "none"
