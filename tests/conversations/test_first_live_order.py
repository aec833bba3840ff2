"""The way to a first live order, as its page tells it: its own configuration, its own lines."""

from __future__ import annotations

import asyncio
import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from bot.config import Config
from connectors.ccxt.access import open_access
from connectors.ccxt.rows import VERIFIED
from engine.errors import VenueUnavailable
from engine.runtime.system import SystemClock
from tests.exchange_room import ExchangeRoom

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "first-live-order.md"


def blocks() -> list[str]:
    return re.findall(r"```\w*\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def configuration() -> Config:
    (text,) = [block for block in blocks() if block.startswith("market:")]
    content = yaml.safe_load(text)
    content["people"]["terminal:olga"] = content["people"].pop("terminal:you")
    return Config.model_validate(content)


def lines() -> list[str]:
    return [
        line for block in blocks() if block.startswith("/") for line in block.strip().split("\n")
    ]


def test_the_page_leads_to_a_live_order_and_out_again(tmp_path: Path) -> None:
    room = ExchangeRoom(tmp_path / "home", "binance", configuration())
    room.bid = Decimal(60_000)
    # What a test network gives.
    room.core.balances["BTC"] = Decimal(1)
    room.priced()
    for line in lines():
        if line == "/mfa enroll":
            room.enroll()
            continue
        room.say(line, who="olga")
        if line == "/connect main":
            kind = "keys"
        elif line == "/live main":
            kind = "live"
        elif line == "/yes" and kind == "keys":
            room.code()
            for part in ("a-key", "a-secret"):
                card = room.enter(part)
            assert card.title == "Account main"
        elif line == "/yes" and kind == "live":
            assert room.code().title == "main is live"
            room.trades()
            mode = dict(room.say("/accounts main", who="olga").fields)["Mode"]
            assert mode == "TEST NETWORK"
        elif line.startswith("/buy"):
            kind = "buy"
            assert room.cards("olga")[-1].badge == "TEST NETWORK · main"
        elif line == "/yes" and kind == "buy":
            stop = room.until(lambda: room.resting and room.resting[0])
            assert stop.terms.stop_price == 58_200
            (row,) = room.say("/positions account=main", who="olga").table.rows
            assert row[-1] == "stop 58,200.00 for 0.02"
            room.restart()
            room.priced()
            room.trades()
        elif line.startswith("/close"):
            kind = "close"
        elif line == "/yes" and kind == "close":
            room.until(lambda: not room.resting and room.core.balances["BTC"] < Decimal("0.001"))
    assert room.cards("olga")[-1].title == "main is paper"
    # ccxt knows no test network of Binance's perpetuals any more.
    assert not [asked.path for asked in room.wire.asked if "/fapi" in asked.path]
    room.close()


@pytest.mark.parametrize("row", sorted(VERIFIED))
def test_the_page_names_the_exchanges_that_have_a_test_network(row: str) -> None:
    async def opened() -> bool:
        try:
            at = open_access(row, SystemClock(), is_test=True)
        except VenueUnavailable:
            return False
        await at.close()
        return True

    named = re.search(r"^(.*) have test networks; (.*) have none", PAGE.read_text(), re.MULTILINE)
    assert named is not None
    assert row in named[1 if asyncio.run(opened()) else 2].lower()
