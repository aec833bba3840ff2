"""Crypto exchanges for the cards: the real ccxt client before a stand-in of each exchange."""

import asyncio
from base64 import b64encode
from functools import partial

from connectors.ccxt.access import open_access
from connectors.ccxt.client import Keys, Line
from connectors.ccxt.contract import contract_of
from connectors.ccxt.manifest import manifest_of
from connectors.ccxt.venue import CcxtVenue
from engine.domain.identifiers import AccountId
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.errors import OrderStateUnknown
from engine.runtime.system import SystemClock
from tests.standins.exchange.binance import Binance
from tests.standins.exchange.bybit import Bybit
from tests.standins.exchange.kraken import Kraken
from tests.standins.exchange.listed import FEES_IN_BASE, SPOT, core, instrument
from tests.standins.exchange.okx import Okx
from tests.standins.exchange.server import Fault

CANARY = "canary-key-0123456789"
SECRET = b64encode(f"{CANARY}-secret".encode()).decode()
KEYS = Keys(CANARY, SECRET, f"{CANARY}-pass")
WIRES = {"binance": Binance, "bybit": Bybit, "kraken": Kraken, "okx": Okx}


class CcxtHarness:
    """One contract row."""

    def __init__(self, row: str) -> None:
        self.contract = contract_of(row)
        self.manifest = manifest_of(self.contract)
        self.fees_in_base = row in FEES_IN_BASE
        self.instrument = instrument(SPOT, row)
        self.wire = None

    async def open(self) -> None:
        self.wire = WIRES[self.contract.exchange](core(self.contract.exchange))
        await self.wire.open()
        await self._connect()

    async def _connect(self) -> None:
        line = Line(address=self.wire.address)
        self.access = open_access(self.contract, SystemClock(), KEYS, line, patience_seconds=1)
        await self.access.listing.load()
        self.venue = CcxtVenue(AccountId("ann"), Currency("USDT"), self.access)

    async def listening(self) -> None:
        async with asyncio.timeout(5):
            while not self.wire.is_followed:
                await asyncio.sleep(0.01)

    async def price(self, bid, ask, last, size) -> None:
        self.wire.core.tick(Tick(SPOT, bid, ask, last, size, self.wire.core.now()))

    async def pass_midnight(self) -> None:
        raise AssertionError("an exchange has no night")

    async def restart(self) -> None:
        await self.access.close()
        await self._connect()

    def lose_next_answer(self) -> type[BaseException]:
        self.wire.faults.append(Fault.CUT)
        return OrderStateUnknown

    async def close(self) -> None:
        await self.access.close()
        await self.wire.close()
        assert self.wire.unknown == []


CCXT_HARNESSES = {row: partial(CcxtHarness, row) for row in WIRES}
