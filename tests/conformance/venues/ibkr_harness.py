"""Interactive Brokers for the cards: the real ib_async client before a stand-in of IB Gateway."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal

from connectors.ibkr.access import open_access
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.manifest import MANIFEST
from connectors.ibkr.venue import IbkrVenue
from engine.domain.identifiers import AccountId
from engine.domain.market import Tick
from engine.errors import OrderStateUnknown
from engine.runtime.system import SystemClock
from tests.conformance.venues.all_logs import all_logs
from tests.standins.ibgateway.listed import ACME, core, instrument
from tests.standins.ibgateway.server import ACCOUNT, CARRIED_OUT, Fault, IbGateway

PATIENCE_SECONDS, READ_PATIENCE_SECONDS = 1.0, 2.5
BURST = 50


class ShiftedClock(SystemClock):
    """The machine's clock, on another day."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self):
        return super().now_ms() + self.ahead_ms


@dataclass(frozen=True)
class Happened:
    """A fault, and whether the order was placed all the same."""

    fault: Fault
    carried_out: bool


class IbkrHarness:
    """One gateway with one account."""

    manifest = MANIFEST
    fees_in_base = False
    tells_fees = limits_rate = True
    refuses_an_open_name = True
    names_fee_coin = True
    opening = Decimal(1_000)
    secrets = (ACCOUNT,)

    def __init__(self) -> None:
        self.instrument = instrument(ACME)
        self.clock = ShiftedClock()
        self._logging = ExitStack()

    async def open(self) -> None:
        self._heard = self._logging.enter_context(all_logs())
        self.wire = IbGateway(core())
        await self.wire.open()
        await self._connect()

    async def _connect(self) -> None:
        gateway = Gateway(port=self.wire.port)
        self.access = open_access(
            gateway, [ACME.symbol], self.clock, patience_seconds=READ_PATIENCE_SECONDS
        )
        self.venue = IbkrVenue(
            AccountId("ann"), self.access, patience_seconds=PATIENCE_SECONDS, learning_seconds=0
        )
        await self.access.open()

    async def listening(self) -> None:
        async with asyncio.timeout(5):
            await self.access.line.opened()

    async def price(self, bid, ask, last, size) -> None:
        tick = Tick(ACME.symbol, bid, ask, last, size, self.wire.core.now())
        self.wire.core.tick(tick)

    async def pass_midnight(self) -> None:
        self.clock.ahead_ms += 86_400_000
        self.wire.core.clock_error_ms += 86_400_000

    async def restart(self) -> None:
        await self.access.close()
        await self._connect()

    def lose_next_answer(self) -> type[BaseException]:
        self.wire.faults.append(Fault.LOST_ANSWER)
        return OrderStateUnknown

    def ambiguous(self):
        for fault in Fault:
            self.wire.faults.append(fault)
            yield Happened(fault, fault in CARRIED_OUT or fault is Fault.LATE)

    async def landed(self) -> None:
        await self.wire.landed()
        self.wire.find_line()
        await self.listening()

    def flood(self) -> None:
        for _ in range(BURST):
            self.access.line.subscribe(lambda client: client.reqCurrentTime())

    async def fall(self, meanwhile) -> None:
        await self.wire.restart(meanwhile)
        await self.listening()

    async def shift_clock(self, seconds: int) -> None:
        self.wire.core.clock_error_ms = seconds * 1000
        await self.venue.check_clock()

    async def delist(self) -> None:
        self.wire.core.delisted.add(ACME.symbol)
        await self.access.listing.load()

    def pay_fees_in(self, currency: str) -> None:
        self.wire.core.fee_currency = currency

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
