"""How often an exchange is asked by those who look for an order at the same time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from connectors.ccxt.access import open_access
from connectors.ccxt.client import Keys, Line
from connectors.ccxt.contract import VERIFIED, Lookup
from connectors.ccxt.questions import Questions
from engine.domain.identifiers import ClientOrderId, Symbol
from tests.standins.exchange.binance import Binance
from tests.standins.exchange.listed import core
from tests.unit.connectors.ccxt.conftest import NoWait

BTC = Symbol("BTC/USDT")
LOOKING = 20


def test_lists_of_everything_serve_all_who_look_in_them() -> None:
    async def story() -> None:
        wire = Binance(core("binance"))
        await wire.open()
        contract = replace(VERIFIED["binance"], lookup=Lookup.LISTS)
        clock, keys = NoWait(wire.core.now), Keys("key", "secret", "")
        at = open_access(contract, clock, keys, Line(address=wire.address))
        try:
            await at.listing.load()
            asked = len(wire.asked)
            questions = Questions(at)
            names = [ClientOrderId(f"o{number}") for number in range(LOOKING)]

            found = await asyncio.gather(*(questions.order(name, BTC) for name in names))

            assert found == [None] * LOOKING
            # Alone, each would have asked for three lists.
            assert len(wire.asked) - asked < LOOKING
        finally:
            await at.close()
            await wire.close()

    asyncio.run(story())
