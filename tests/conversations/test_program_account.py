"""From a fresh desk to an order at a venue whose own program is logged in, through its restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.card import Tone
from tests.dtc_room import DtcRoom
from tests.gateway_room import GatewayRoom
from tests.program_room import ProgramRoom

ROOMS = {"ibkr": GatewayRoom, "dtc": DtcRoom}
HOW = {"ibkr": "start IB Gateway, log in", "dtc": "enable its DTC server"}
"""What is said where the program does not run."""


@pytest.fixture(params=ROOMS)
def room(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ProgramRoom]:
    made = ROOMS[request.param](tmp_path / "home")
    yield made
    made.close()


def test_from_a_login_to_a_position_through_a_restart_and_flat_again(room: ProgramRoom) -> None:
    room.priced()
    room.enroll()
    assert room.say("/connect main", who="olga").title == f"{room.venue} takes no keys"
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


def test_a_stop_that_fires_while_the_program_is_away_is_told_later(
    room: ProgramRoom,
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


def test_a_stop_that_fires_while_the_desk_is_away_is_told_later(
    room: ProgramRoom,
) -> None:
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


@pytest.mark.parametrize("venue", ROOMS)
def test_a_program_that_does_not_run_says_what_to_do_and_is_taken_up_when_it_does(
    tmp_path: Path, venue: str
) -> None:
    room = ROOMS[venue](tmp_path / "home", up=False)
    try:
        room.enroll()
        assert HOW[venue] in room.say("/live main", who="olga").text
        assert HOW[venue] in room.say("/price ACME", who="olga").text
        assert room.say("/accounts main", who="olga").fields

        room.start_program()
        room.priced()
        assert room.go_live().title == "main is live"
        room.trades()
    finally:
        room.close()
