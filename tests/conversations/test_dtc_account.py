"""From a fresh desk to an order at a DTC server, through its restart; and its page, played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.card import Tone
from bot.config import Config
from tests.dtc_room import DtcRoom
from tests.standins.dtc.server import CANARY, DtcServer

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "dtc.md"
SPELT = "another password"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DtcRoom]:
    made = DtcRoom(tmp_path / "home")
    yield made
    made.close()


def test_from_a_server_to_a_position_through_a_restart_and_flat_again(room: DtcRoom) -> None:
    room.priced()
    room.enroll()
    assert room.say("/connect main", who="olga").title == "dtc takes no keys"
    shown = dict(room.say("/accounts main", who="olga").fields)
    assert shown["Keys"] == "none needed; its own program is logged in"
    assert shown["Mode"] == "paper"

    assert room.go_live().title == "main is live"
    room.trades()
    asked = room.say("/buy ACME 10 stop_loss=95 account=main")
    assert asked.badge == "TEST NETWORK · main"
    assert asked.tone is Tone.ASK
    assert not room.core.orders
    room.say("/yes")
    stop = room.until(lambda: room.resting and room.resting[0])
    assert (stop.terms.stop_price, stop.terms.quantity) == (95, 10)
    assert room.core.balances["ACME"] == 10

    room.restart_program(bid=97)
    room.trades()
    assert [each.number for each in room.resting] == [stop.number]

    room.restart()
    room.priced()
    room.trades()
    assert "10" in repr(room.say("/positions account=main"))
    room.say("/close ACME account=main")
    room.say("/yes")
    room.until(lambda: not room.resting and not room.core.balances["ACME"])
    room.until(lambda: not room.kernel.accounts["main"].held("ACME"))
    room.run(room.app.runtime.reconciler.compare("main"))
    assert not room.kernel.differences


def test_a_stop_that_fires_while_the_server_is_away_is_told_when_it_is_back(room: DtcRoom) -> None:
    room.priced()
    room.enroll()
    room.go_live()
    room.trades()
    room.say("/buy ACME 10 stop_loss=95 account=main")
    room.say("/yes")
    room.until(lambda: room.resting)

    room.restart_program(bid=90)

    room.until(lambda: not room.kernel.accounts["main"].held("ACME"))
    room.until(lambda: room.cards()[-1].title == "Stop loss hit: closed 10 ACME")


def test_a_stop_that_fires_while_the_desk_is_away_is_told_when_it_is_back(room: DtcRoom) -> None:
    room.priced()
    room.enroll()
    room.go_live()
    room.trades()
    room.say("/buy ACME 10 stop_loss=95 account=main")
    room.say("/yes")
    room.until(lambda: room.resting)

    room.leave()
    room.bid = room.bid - 10
    room.until_there(lambda: not room.core.balances["ACME"])
    room.again()

    room.until(lambda: not room.kernel.accounts["main"].held("ACME"))
    room.run(room.app.runtime.reconciler.compare("main"))
    assert not room.kernel.differences


def test_a_server_that_does_not_run_says_what_to_do_and_is_taken_up_when_it_does(
    tmp_path: Path,
) -> None:
    room = DtcRoom(tmp_path / "home", up=False)
    try:
        room.enroll()
        assert "enable its DTC server" in room.say("/live main", who="olga").text
        assert "enable its DTC server" in room.say("/price ACME", who="olga").text

        room.start_program()
        room.priced()
        assert room.go_live().title == "main is live"
        room.trades()
    finally:
        room.close()


@pytest.mark.parametrize(
    ("wire_is", "account", "title", "text"),
    [
        ({"password": SPELT}, "", "The server refuses the name or the password", "lock you out"),
        ({"encoding": 0}, "", "", "set its encoding to JSON"),
        ({"trading_is_supported": False}, "", "", "allow trading in its settings"),
        ({}, "U7654321", "The trade account is of the other kind of money", "begins with Sim"),
    ],
)
def test_a_server_that_cannot_be_traded_at_says_what_to_do(
    tmp_path: Path, wire_is: dict[str, object], account: str, title: str, text: str
) -> None:
    def configured(wire: DtcServer) -> Config:
        return _told(wire)

    room = DtcRoom(tmp_path / "home", configuration=configured, wire_is=wire_is, account=account)
    try:
        room.enroll()
        card = room.say("/live main", who="olga")
        assert title in card.title
        assert text in card.text
        assert not room.core.orders
        assert not [each for each in room.cards("olga") if CANARY in repr(each)]
    finally:
        room.close()


def _told(wire: DtcServer) -> Config:
    config = _page_says(wire, "ACME")
    there = config.dtc.model_copy(update={"account": "", "username": "ann"})
    return config.model_copy(update={"dtc": there})


def test_what_the_server_does_not_define_says_how_to_write_it(room: DtcRoom) -> None:
    room.priced()

    assert "as the server does" in room.say("/buy NOSUCH 1").text


def blocks() -> list[str]:
    return re.findall(r"```\w*\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def _page_says(wire: DtcServer, symbol: str = "") -> Config:
    """The page's configuration, but for where this server listens."""
    (text,) = [block for block in blocks() if block.startswith("people:")]
    content = yaml.safe_load(text)
    content["people"]["terminal:olga"] = content["people"].pop("terminal:you")
    content["dtc"] |= {"port": wire.port, "history_port": wire.history_port}
    content["dtc"]["password"] = CANARY
    if symbol:
        content["market"]["symbols"] = [symbol]
    return Config.model_validate(content)


def test_the_page_leads_to_a_first_order_and_out_again(tmp_path: Path) -> None:
    room = DtcRoom(
        tmp_path / "home",
        configuration=_page_says,
        share="AAPL",
        account="Sim1",
        wire_is={"username": ""},
    )
    try:
        room.priced()
        book = lambda: room.kernel.accounts["main"]
        follows = iter(
            (
                lambda: room.code().title == "main is live" and room.trades() is None,
                lambda: room.until(lambda: book().held("AAPL") and room.resting),
                lambda: room.until(lambda: not book().held("AAPL") and not room.resting),
            )
        )
        (script,) = [block for block in blocks() if block.startswith("/")]
        for line in script.strip().split("\n"):
            if line == "/mfa enroll":
                room.enroll()
                continue
            room.say(line, who="olga")
            if line == "/yes":
                assert next(follows)()
            elif line.startswith("/positions"):
                assert "AAPL" in repr(room.cards("olga")[-1])
        assert next(follows, None) is None
    finally:
        room.close()
