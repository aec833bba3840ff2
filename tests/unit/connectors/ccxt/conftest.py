"""A real client before an exchange on 127.0.0.1."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from connectors.ccxt.candles import CcxtCandles
from connectors.ccxt.client import Line, open_client
from connectors.ccxt.contract import contract_of
from connectors.ccxt.failures import Failures
from connectors.ccxt.instruments import Listing
from engine.domain.identifiers import VenueName
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

    def __init__(self, wire, client, contract):
        self.wire, self.client, self.core = wire, client, wire.core
        self.clock = NoWait(wire.core.now)
        failures = Failures()
        self.listing = Listing(VenueName(contract.exchange), client, failures)
        self.candles = CcxtCandles(self.listing, client, contract, failures, self.clock)

    async def pages(self, symbol, timeframe, start, end):
        return [page async for page in self.candles.pages(symbol, timeframe, start, end)]


@asynccontextmanager
async def scene(contract=None):
    """Binance listening, its instruments loaded."""
    contract = contract or contract_of("binance")
    wire = Binance(core("binance"))
    await wire.open()
    client = open_client(contract, line=Line(address=wire.address))
    made = Scene(wire, client, contract)
    try:
        await made.listing.load()
        yield made
        assert wire.unknown == []
    finally:
        await client.close()
        await wire.close()
