"""A venue with a program of its own on this machine, for the cards: what all of those share."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.domain.identifiers import AccountId
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.errors import OrderStateUnknown
from engine.runtime.system import SystemClock
from tests.conformance.venues.all_logs import all_logs

ANN = AccountId("ann")
PATIENCE_SECONDS, READ_PATIENCE_SECONDS = 1.0, 2.5


class ShiftedClock(SystemClock):
    """The machine's clock, on another day."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self):
        return super().now_ms() + self.ahead_ms


@dataclass(frozen=True)
class Happened:
    """A fault, and whether the order was placed all the same."""

    fault: object
    carried_out: bool


class ProgramHarness:
    """One account. `wire` stands in for the program; `orders` is the part of it that has `faults`.

    A venue makes its wire, and its `access` and `venue` when it connects.
    """

    instrument: Instrument
    faults: type
    carried_out: tuple[object, ...]
    fees_in_base = False
    refuses_an_open_name = True
    opening = Decimal(1_000)
    wire: Any
    orders: Any
    access: Any
    venue: Any

    def __init__(self) -> None:
        self.clock = ShiftedClock()
        self._logging = ExitStack()

    def make_wire(self) -> None:
        """Make `wire` and `orders`."""
        raise NotImplementedError

    async def connect(self) -> None:
        """Make `access` and `venue`."""
        raise NotImplementedError

    async def open(self) -> None:
        self._heard = self._logging.enter_context(all_logs())
        self.make_wire()
        await self.wire.open()
        await self._enter()

    async def _enter(self) -> None:
        await self.connect()
        await self.access.open()

    async def listening(self) -> None:
        async with asyncio.timeout(5):
            await self.access.line.opened()

    async def price(self, bid, ask, last, size) -> None:
        core = self.wire.core
        core.tick(Tick(self.instrument.symbol, bid, ask, last, size, core.now()))

    async def pass_midnight(self) -> None:
        self.clock.ahead_ms += 86_400_000
        self.wire.core.clock_error_ms += 86_400_000

    async def restart(self) -> None:
        await self.access.close()
        await self._enter()

    def lose_next_answer(self) -> type[BaseException]:
        self.orders.faults.append(self.faults.LOST_ANSWER)
        return OrderStateUnknown

    def ambiguous(self):
        for fault in self.faults:
            self.orders.faults.append(fault)
            yield Happened(fault, fault in self.carried_out or fault is self.faults.LATE)

    async def landed(self) -> None:
        await self.orders.landed()
        await self.listening()

    async def fall(self, meanwhile) -> None:
        await self.wire.restart(meanwhile)
        await self.listening()

    async def delist(self) -> None:
        self.wire.core.delisted.add(self.instrument.symbol)
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
