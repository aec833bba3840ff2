"""What is DTC's own about an account at a server, and its page, played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

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


def test_a_stop_is_moved_at_a_server_that_changes_no_orders(tmp_path: Path) -> None:
    room = DtcRoom(tmp_path / "home", wire_is={"changes_orders": False})
    room.priced()
    room.enroll()
    room.go_live()
    room.trades()
    room.say("/buy ACME 10 stop_loss=90 account=main")
    room.say("/yes")
    stops = lambda: [order.terms.stop_price for order in room.resting]
    room.until(lambda: stops() == [90])
    (stop,) = room.kernel.orders.open.values()

    asked = room.say(f"/replace {stop.client_order_id[:6]} price=92 account=main")
    room.say("/yes")

    assert "It cannot be changed there" in asked.text
    room.until(lambda: stops() == [92])
    room.close()
