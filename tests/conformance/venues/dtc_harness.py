"""A DTC server for the cards: the connector's own client before a stand-in of a server."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal

from connectors.dtc.access import open_access
from connectors.dtc.manifest import MANIFEST
from connectors.dtc.server import Server
from connectors.dtc.venue import DtcVenue
from engine.domain.identifiers import AccountId
from engine.domain.market import Tick
from engine.errors import OrderStateUnknown
from tests.conformance.venues.all_logs import all_logs
from tests.conformance.venues.ibkr_harness import ShiftedClock
from tests.standins.dtc.listed import PART
from tests.standins.dtc.server import CANARY, DtcServer
from tests.standins.dtc.trading import ACCOUNT, CARRIED_OUT, Fault

PATIENCE_SECONDS, READ_PATIENCE_SECONDS = 1.0, 2.5


@dataclass(frozen=True)
class Happened:
    """A fault, and whether the order was placed all the same."""

    fault: Fault
    carried_out: bool


class DtcHarness:
    """One server with one account of play money."""

    manifest = MANIFEST
    fees_in_base = False
    tells_fees = False
    refuses_an_open_name = True
    names_fee_coin = False
    limits_rate = False
    opening = Decimal(1_000)
    secrets = (CANARY, ACCOUNT)

    def __init__(self) -> None:
        self.instrument = PART
        self.clock = ShiftedClock()
        self._logging = ExitStack()

    async def open(self) -> None:
        self._heard = self._logging.enter_context(all_logs())
        self.wire = DtcServer()
        self.core, self.trading = self.wire.core, self.wire.trading
        await self.wire.open()
        await self._connect()

    async def _connect(self) -> None:
        server = Server(port=self.wire.port, username=self.wire.username, password=CANARY)
        self.access = open_access(
            server, [PART.symbol], self.clock, patience_seconds=READ_PATIENCE_SECONDS
        )
        self.venue = DtcVenue(
            AccountId("ann"), self.access, patience_seconds=PATIENCE_SECONDS, learning_seconds=0
        )
        await self.access.open()

    async def listening(self) -> None:
        async with asyncio.timeout(5):
            await self.access.line.opened()

    async def price(self, bid, ask, last, size) -> None:
        self.core.tick(Tick(PART.symbol, bid, ask, last, size, self.core.now()))

    async def pass_midnight(self) -> None:
        self.clock.ahead_ms += 86_400_000
        self.core.clock_error_ms += 86_400_000

    async def restart(self) -> None:
        await self.access.close()
        await self._connect()

    def lose_next_answer(self) -> type[BaseException]:
        self.trading.faults.append(Fault.LOST_ANSWER)
        return OrderStateUnknown

    def ambiguous(self):
        for fault in Fault:
            self.trading.faults.append(fault)
            yield Happened(fault, fault in CARRIED_OUT or fault is Fault.LATE)

    async def landed(self) -> None:
        await self.trading.landed()
        await self.listening()

    async def fall(self, meanwhile) -> None:
        await self.wire.restart(meanwhile)
        await self.listening()

    async def shift_clock(self, seconds: int) -> None:
        self.core.clock_error_ms = seconds * 1000
        for session in self.wire.sessions:
            self.wire.beat(session)
        async with asyncio.timeout(5):
            while self.access.line.is_clock_off is not bool(seconds):
                await asyncio.sleep(0.01)

    async def delist(self) -> None:
        self.core.delisted.add(PART.symbol)
        await self.access.listing.load()

    def close_for_maintenance(self) -> None:
        self.wire.is_silent = True

    def open_again(self) -> None:
        self.wire.is_silent = False

    def logged(self) -> list[str]:
        return self._heard.lines()

    async def close(self) -> None:
        await self.access.close()
        await self.wire.close()
        self._logging.close()
        assert self.wire.unknown == []
