"""What is Interactive Brokers' own about an account at a gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway_room import GatewayRoom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[GatewayRoom]:
    made = GatewayRoom(tmp_path / "home")
    yield made
    made.close()


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
