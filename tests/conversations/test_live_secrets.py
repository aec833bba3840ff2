"""Nothing secret of an exchange's keys is in any log, error, card, journal, outbox or file.

A search that finds nothing proves nothing by itself: every place is shown to hold what happened,
and a secret that is planted there by hand is found.
"""

from __future__ import annotations

import logging
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from bot.homes import DATABASE
from bot.logs import start_logs
from connectors.ccxt.client import Keys
from engine.domain.identifiers import AccountId, PersonId, VenueName
from engine.errors import VenueError
from engine.ports.credentials import VenueKeys
from tests.conformance.venues.ccxt_harness import CANARY, keys_of
from tests.exchange_room import ExchangeRoom
from tests.standins.exchange.server import Answer, Fault

ROW = "binance"
OTHER = Keys("canary-other-key-98765", "canary-other-secret-98765")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home with all logs, the libraries' too, at their most talkative."""
    folder = tmp_path / "home"
    folder.mkdir()
    root = logging.getLogger()
    before, level = root.handlers, root.level
    start_logs(folder, "debug")
    yield folder
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before, level
    structlog.reset_defaults()


def secrets() -> tuple[str, ...]:
    return (CANARY, *keys_of(ROW).secrets, *OTHER.secrets)


def logged(home: Path) -> str:
    return (home / "logs" / "outcry.log").read_text("utf-8")


def dumped(home: Path) -> str:
    """The journal, inbox, outbox and all other rows."""
    with closing(sqlite3.connect(home / DATABASE)) as raw:
        return "\n".join(raw.iterdump())


def shown(room: ExchangeRoom) -> str:
    return "\n".join(repr(card) for who in ("olga", "ann") for card in room.cards(who))


def found_in(text: str) -> list[str]:
    return [secret for secret in secrets() if secret in text]


def test_no_secret_of_an_exchange_is_seen_anywhere(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = ExchangeRoom(home, ROW)
    room.priced()
    room.enroll()
    # An exchange may say back what it was sent.
    other, own = (f"{each.key} {each.secret}" for each in (OTHER, keys_of(ROW)))
    errors = [refused(room, Answer({"code": -2014, "msg": f"no such key {other}"}, 401))]
    errors += [refused(room, Answer({"code": -1000, "msg": f"down {other}"}, 503))]
    room.connect()
    room.go_live()
    room.trades()

    for fault in (Fault.ERROR_AFTER, Fault.HTML_AFTER, Fault.CUT):
        room.wire.faults.append(fault)
        room.say("/buy BTC/USDT 0.5 90 account=main again=true")
        room.say("/yes")
    room.until(lambda: len(room.resting) == 3)
    no = Answer({"code": -2010, "msg": f"refused {own}"}, 400)
    room.wire.route_first("POST", "/api/v3/order", no)
    room.say("/buy BTC/USDT 0.6 account=main")
    room.say("/yes")
    room.until(lambda: any("refused your order" in card.title for card in room.cards()))
    room.run(room.wire.cut_streams())
    before = shown(room)
    room.restart()
    room.trades()
    for line in ("/status", "/accounts", "/accounts main", "/why 1", "/audit"):
        room.say(line, who="olga")

    journal, cards, log = dumped(home), before + shown(room), logged(home)
    assert "OrderRejected" in journal
    assert "refused ***" in journal, "the exchange's words were kept, without what is secret"
    assert "refused ***" in cards
    assert '"level": "debug"' in log
    assert "order_unknown" in log
    assert "stream_fell" in log
    assert len(errors) == 2
    printed = "".join(capsys.readouterr())
    places = {"journal": journal, "cards": cards, "log": log, "printed": printed}
    for place, text in {**places, **dict(enumerate(errors))}.items():
        lines = [line for line in text.splitlines() if found_in(line)]
        assert lines == [], place
    files = [file for file in home.rglob("*") if file.is_file()]
    assert len(files) > 5
    for file in files:
        assert found_in(file.read_bytes().decode("latin-1")) == [], file

    plant(room)
    assert CANARY in logged(home)
    assert logged(home).count(CANARY) >= 2
    assert CANARY in dumped(home)
    assert CANARY in shown(room)
    room.close()


def refused(room: ExchangeRoom, answer: Answer) -> str:
    """Keys that the exchange does not take, and says aloud why; all that is raised of it."""
    route = ("GET", "/api/v3/account")
    with room.wire.answering(*route, answer):
        room.connect(OTHER)
        keys = VenueKeys(AccountId("main"), VenueName(ROW), OTHER.key, OTHER.secret)
        with pytest.raises(VenueError) as raised:
            room.run(room.app.live.enter(keys, PersonId("terminal:olga")))
    error = raised.value
    return "".join([repr(error.facts), *traceback.format_exception(error)])


def plant(room: ExchangeRoom) -> None:
    """Let each place have a secret."""
    logging.getLogger("ccxt").error("planted %s", CANARY)
    structlog.get_logger("connectors.ccxt.client").debug("planted", what=CANARY)
    room.say(f"/alert BTC/USDT price > 500 note={CANARY}")
