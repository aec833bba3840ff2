"""A real client before an exchange on 127.0.0.1."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from connectors.ccxt.access import open_access
from connectors.ccxt.candles import CcxtCandles
from connectors.ccxt.client import Line
from tests.standins.exchange.binance import Binance
from tests.standins.exchange.listed import core


class NoWait:
    """The machine's time, and no waiting."""

    def __init__(self, now_ms):
        self.now_ms = now_ms
        self.slept = []

    async def sleep(self, seconds):
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Scene:
    """What a story about candles and instruments needs."""

    def __init__(self, wire, contract):
        self.wire, self.core = wire, wire.core
        self.clock = NoWait(wire.core.now)
        self.access = open_access(contract, self.clock, line=Line(address=wire.address))
        self.candles = CcxtCandles(self.access)

    async def pages(self, symbol, timeframe, start, end):
        return [page async for page in self.candles.pages(symbol, timeframe, start, end)]


@asynccontextmanager
async def scene(contract=None):
    """Binance listening, its instruments loaded."""
    wire = Binance(core("binance"))
    await wire.open()
    made = Scene(wire, contract or "binance")
    try:
        await made.access.listing.load()
        yield made
        assert wire.unknown == []
    finally:
        await made.access.close()
        await wire.close()
