"""From a fresh desk to an order that moves real money, and back, on an exchange's stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.card import Tone
from tests.exchange_room import ExchangeRoom


@pytest.fixture(params=["binance", "kraken"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ExchangeRoom]:
    made = ExchangeRoom(tmp_path / "home", request.param)
    yield made
    made.close()


def test_from_keys_to_a_live_position_and_flat_again(room: ExchangeRoom) -> None:
    room.priced()
    room.enroll()
    card = room.connect()
    assert card.title == "Account main"
    assert dict(card.fields)["Mode"] == "paper"

    live = room.go_live()
    assert live.title == "main is live"
    room.trades()
    assert dict(room.say("/accounts main", who="olga").fields)["Mode"] == "LIVE"

    asked = room.say("/buy BTC/USDT 1.5 stop_loss=95 account=main")
    assert asked.badge == "LIVE · main"
    assert asked.tone is Tone.ASK
    assert not room.core.orders
    room.say("/yes")
    stop = room.until(lambda: room.resting and room.resting[0])
    assert [(order.terms.side, order.terms.quantity) for order in room.core.closed()] == [
        ("buy", Decimal("1.5"))
    ]
    assert stop.terms.stop_price == 95
    filled = next(card for card in room.cards() if card.title.startswith("Bought"))
    assert filled.badge == "LIVE · main"

    room.restart()
    room.priced()
    room.trades()
    held = room.say("/positions account=main")
    assert held.badge == "LIVE · main"
    assert "1.5" in repr(held) or "1.4985" in repr(held)
    assert "BTC" not in repr(room.say("/positions account=paper").table)
    assert "LIVE" in dict(room.say("/status", who="olga").fields)["main"]

    room.say("/close BTC/USDT account=main")
    room.say("/yes")
    room.until(lambda: not room.resting)
    room.until(lambda: room.core.balances["BTC"] < Decimal("0.01"))
    room.until(lambda: room.kernel.accounts["main"].held("BTC/USDT") == room.core.balances["BTC"])
    assert len(room.core.orders) == 3
    room.run(room.app.runtime.reconciler.compare("main"))
    assert not room.kernel.differences
