"""What a card says an order would do, beside what it does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.room import Room


def asked(room: Room, line: str) -> dict[str, str]:
    return {name: text.replace("\xa0", " ") for name, text in room.say(line).fields}


def placed(room: Room, line: str) -> None:
    room.say(line)
    room.say("/yes")


def free(room: Room) -> Decimal:
    return room.app.runtime.kernel.free_cash(next(iter(room.app.runtime.kernel.accounts)), "USDT")


def test_a_limit_that_takes_at_once_has_its_stop_measured_from_the_market(room: Room) -> None:
    refused = room.say("/buy BTC/USDT 0.1 61000 stop_loss=60500")
    assert refused.text.startswith("The stop loss 60500.00 is on the wrong side of the price 60000")

    shown = asked(room, "/buy BTC/USDT 0.1 61000 stop_loss=59500 take_profit=60500")
    assert shown["Stop loss"] == "59,500.00, would lose 50.00 USDT"
    room.say("/no")
    assert asked(room, "/buy BTC/USDT 0.1 61000 stop_loss=1%")["Stop loss"].startswith("59,400")


def test_a_stop_loss_that_the_price_passes_before_the_yes_is_refused(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1 59000 stop_loss=58000")
    room.price("BTC/USDT", 57000)

    assert "it would fire at once" in room.say("/yes").text
