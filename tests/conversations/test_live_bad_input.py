"""Keys, networks, clocks and symbols that are not right: each a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.card import Card, Tone
from tests.exchange_room import ExchangeRoom, configured
from tests.standins.exchange.server import Answer

BINANCE_WRONG = Answer({"code": -2015, "msg": "Invalid API-key, IP, or permissions."}, 401)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., ExchangeRoom]]:
    rooms: list[ExchangeRoom] = []

    def make(row: str, **market: object) -> ExchangeRoom:
        room = ExchangeRoom(tmp_path / "home", row, configured(row, **market))
        rooms.append(room)
        room.priced()
        return room

    yield make
    for room in rooms:
        room.close()


def refused(room: ExchangeRoom, *, passphrase: bool = False) -> Card:
    """Connect with keys that are not taken; nothing of them is kept."""
    card = room.connect(passphrase=passphrase)
    assert card.tone is Tone.BAD
    assert card.hint
    assert dict(room.say("/accounts main", who="olga").fields)["Keys"] == "none"
    return card


def test_a_key_without_the_right_to_trade(made: Callable[..., ExchangeRoom]) -> None:
    room = made("binance")
    room.wire.rights["enableSpotAndMarginTrading"] = False
    card = refused(room)
    assert card.title == "These keys may not trade"
    assert "Allow spot trading" in card.hint


def test_a_key_that_may_withdraw(made: Callable[..., ExchangeRoom]) -> None:
    room = made("kraken")
    room.wire.info["permissions"].append("withdraw-funds")
    card = refused(room)
    assert "could take money out" in card.title
    assert "reading and trading only" in card.hint


def test_keys_of_the_test_network_for_a_real_account(made: Callable[..., ExchangeRoom]) -> None:
    room = made("binance")
    room.wire.route_first("GET", "/api/v3/account", BINANCE_WRONG)
    card = refused(room)
    assert "Keys of its test network do not work here" in card.text


def test_real_keys_for_an_account_of_the_test_network(made: Callable[..., ExchangeRoom]) -> None:
    room = made("binance", test_network=True)
    room.wire.route_first("GET", "/api/v3/account", BINANCE_WRONG)
    card = refused(room)
    assert card.title == "The test network does not know these keys"
    assert "Make keys on the test network's own page" in card.hint


@pytest.mark.parametrize(
    ("code", "says", "title", "advice"),
    [
        ("50101", "APIKey does not match current environment.", "other network", "meant for"),
        ("50105", "Request header OK-ACCESS-PASSPHRASE incorrect.", "passphrase", "new key"),
        ("50110", "Your IP is not on the whitelist.", "do not work from here", "public address"),
        ("50111", "Invalid OK-ACCESS-KEY.", "does not know these keys", "Copy key and secret"),
    ],
)
def test_what_an_exchange_says_by_number(
    made: Callable[..., ExchangeRoom], code: str, says: str, title: str, advice: str
) -> None:
    room = made("okx")
    room.wire.route_first(
        "GET", "/api/v5/account/balance", Answer({"code": code, "msg": says}, 401)
    )
    card = refused(room, passphrase=True)
    assert title in card.title
    assert advice in f"{card.text} {card.hint}"


@pytest.mark.parametrize("row", ["binance", "kraken"])
def test_an_exchange_in_maintenance(made: Callable[..., ExchangeRoom], row: str) -> None:
    room = made(row)
    room.wire.maintenance = True
    card = refused(room)
    room.wire.maintenance = False
    assert "try again later" in card.hint


def test_a_clock_two_seconds_off_at_the_keys(made: Callable[..., ExchangeRoom]) -> None:
    room = made("binance")
    room.core.clock_error_ms = 2_000
    card = refused(room)
    assert card.title == "This machine's clock is off"
    assert "NTP" in card.hint


def test_a_clock_two_seconds_off_while_trading(made: Callable[..., ExchangeRoom]) -> None:
    room = made("binance")
    room.enroll()
    room.connect()
    room.go_live()
    room.trades()
    room.core.clock_error_ms = 2_000
    room.until(lambda: room.kernel.lines["main"] == "clock_off")

    card = room.say("/buy BTC/USDT 0.5 account=main")
    assert card.tone is Tone.BAD
    assert "NTP" in card.text
    assert room.say("/buy BTC/USDT 0.5 account=paper").tone is Tone.ASK
    assert room.ordered == []

    room.core.clock_error_ms = 0
    room.trades()
    assert room.say("/buy BTC/USDT 0.5 account=main").tone is Tone.ASK


def test_a_symbol_that_is_listed_twice(tmp_path: Path) -> None:
    config = configured("binance", symbols=["BTC/USDT", "ETH/USDT"])
    room = ExchangeRoom(tmp_path / "home", "binance", config, lists_twice=True)
    card = room.say("/buy BTC/USDT 0.5")
    typo = room.say("/price ETH/USDT")
    room.close()

    assert "two markets of that name" in card.text
    assert "market.symbols" in card.text
    assert "does not list it" in typo.text
