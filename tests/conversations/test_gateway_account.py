"""From a fresh desk to an order on a gateway of Interactive Brokers, through its restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.card import Tone
from tests.gateway_room import GatewayRoom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[GatewayRoom]:
    made = GatewayRoom(tmp_path / "home")
    yield made
    made.close()


def test_from_a_login_to_a_position_through_a_restart_and_flat_again(room: GatewayRoom) -> None:
    room.priced()
    room.enroll()
    assert room.say("/connect main", who="olga").title == "ibkr takes no keys"
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


def test_a_stop_that_fires_while_the_gateway_is_away_is_told_when_it_is_back(
    room: GatewayRoom,
) -> None:
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


def test_a_gateway_that_does_not_run_says_what_to_do_and_is_taken_up_when_it_does(
    tmp_path: Path,
) -> None:
    room = GatewayRoom(tmp_path / "home", up=False)
    try:
        room.enroll()
        card = room.say("/live main", who="olga")
        assert "start IB Gateway, log in" in card.text
        assert room.say("/accounts main", who="olga").fields

        room.start_program()
        room.priced()
        assert room.go_live().title == "main is live"
        room.trades()
    finally:
        room.close()


def test_a_login_to_real_money_is_refused_where_play_money_is_meant(tmp_path: Path) -> None:
    room = GatewayRoom(tmp_path / "home", login="U7654321")
    try:
        room.enroll()
        card = room.say("/live main", who="olga")
        assert card.title == "The gateway has the other kind of login"
        assert not room.core.orders
    finally:
        room.close()


def test_a_symbol_that_stands_for_several_says_what_to_write(room: GatewayRoom) -> None:
    room.priced()

    several = room.say("/buy TWIN 1")
    assert "AAPL@NASDAQ" in several.text
    assert "PENCE.L" in room.say("/price PENCE.L").title


@pytest.mark.parametrize("symbol", ["EUR/USD", "ACME261218C105", "SAP.DE", "ESZ6"])
def test_each_kind_of_instrument_is_written_as_in_the_configuration(
    tmp_path: Path, symbol: str
) -> None:
    room = GatewayRoom(tmp_path / "home", symbols=(symbol,))
    try:
        room.until(lambda: symbol in room.kernel.instruments)
        assert room.say(f"/price {symbol}").title.startswith(symbol)
    finally:
        room.close()
