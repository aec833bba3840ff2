"""A real client before an exchange, a gateway or a server of our own, and the sender before it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import structlog

from connectors.ccxt.access import open_access
from connectors.ccxt.client import Line
from connectors.ccxt.rows import contract_of
from connectors.ccxt.venue import CcxtVenue
from connectors.dtc.access import open_access as dtc_access
from connectors.dtc.server import Server
from connectors.dtc.venue import ORDER_PATIENCE_SECONDS as DTC_PATIENCE_SECONDS
from connectors.dtc.venue import DtcVenue
from connectors.ibkr.access import open_access as ib_access
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.venue import ORDER_PATIENCE_SECONDS as IB_PATIENCE_SECONDS
from connectors.ibkr.venue import IbkrVenue
from engine.domain.account import Account
from engine.domain.events import AccountOpened, LeverageSet, OrderInitialized
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.margin import WHOLE
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.kernel import Kernel
from engine.ports.venue import Venue
from engine.runtime.sender import Sender
from engine.runtime.turns import Turns
from tests.conformance.venues.ccxt_harness import ANY, WIRES, keys_of
from tests.standins.dtc.listed import PART
from tests.standins.dtc.server import DtcServer
from tests.standins.exchange.listed import core
from tests.standins.ibgateway.listed import ACME
from tests.standins.ibgateway.listed import core as ib_core
from tests.standins.ibgateway.server import IbGateway

EXPIRES_SECONDS = 5.0
ANN = AccountId("ann")
GATEWAY, SERVER = "ibkr", "dtc"
PROGRAMS = (GATEWAY, SERVER)
EXCHANGES = [*WIRES, "default"]
ROWS = [*EXCHANGES, *PROGRAMS]


class Forgetful:
    """A journal that takes everything and keeps nothing: what is measured is the way there."""

    async def append(self, entry: object) -> None:
        pass

    async def find(self, key: object) -> None:
        return None

    async def read(self) -> AsyncIterator[Any]:
        return
        yield


class Bench:
    """One row: its wire, its client, the sender before them and a kernel of its own."""

    def __init__(self, wire: Any, venue: Venue, listed: Sequence[Instrument], clock: Any) -> None:
        self.wire, self.venue, self.clock = wire, venue, clock
        self.symbol, quote = listed[0].symbol, listed[0].quote
        kernel = lambda: Kernel(listed, {})
        self.turns = Turns(kernel, Forgetful(), _nothing)  # type: ignore[arg-type]
        account = Account(ANN, venue.name, quote, is_paper=False, data_kind=DataKind.LIVE)
        self.turns.kernel.apply(AccountOpened(account, ((quote, Decimal(10**9)),), 0))
        if listed[0].kind.is_margined:
            known = LeverageSet(ANN, self.symbol, WHOLE, PersonId("ann"), 0)
            self.turns.kernel.apply(known)
        self.tasks: set[asyncio.Task[None]] = set()
        self.sender = Sender(self.turns, {ANN: self.venue}, clock, self._spawn)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def order(self, name: str) -> Order:
        """One to buy at market, of a size that any exchange here has, and no other order."""
        size = Quantity(Decimal("0.1") + Decimal(int(name, 16)) / 1_000)
        terms = OrderTerms(self.symbol, Side.BUY, OrderType.MARKET, size)
        made = Order(ClientOrderId(name), ANN, terms, PersonId("ann"), self.clock.now_ms(), 0)
        self.turns.kernel.apply(OrderInitialized(made, (), self.clock.now_ms()))
        return made


async def _nothing(_: object) -> None:
    pass


def _price(core: Any, symbol: Symbol) -> None:
    figure = Decimal(100)
    core.tick(Tick(symbol, figure, figure, figure, Decimal(10**9), core.now()))


@asynccontextmanager
async def bench(row: str, clock: Any) -> AsyncIterator[Bench]:
    """A row's exchange, listening, and everything before it."""
    if row in PROGRAMS:
        async with (gateway_bench if row == GATEWAY else server_bench)(clock) as at:
            yield at
        return
    contract = ANY if row == "default" else contract_of(row)
    contract = replace(contract, expires_seconds=min(contract.expires_seconds, EXPIRES_SECONDS))
    name = contract.exchange
    wire = WIRES[name](core(name, "never"))
    await wire.open()
    access = open_access(contract, clock, keys_of(name), Line(address=wire.address))
    try:
        await access.listing.load()
        wire.core.balances["USDT"] = Decimal(10**12)
        _price(wire.core, access.listing.all()[0].symbol)
        wire.late_seconds = contract.expires_seconds * 0.8
        venue = CcxtVenue(ANN, Currency("USDT"), access)
        yield Bench(wire, venue, access.listing.all(), clock)
    finally:
        await access.close()
        await wire.close()


@asynccontextmanager
async def gateway_bench(clock: Any) -> AsyncIterator[Bench]:
    """The same at a gateway of Interactive Brokers, whose own line falls and comes back."""
    wire = IbGateway(ib_core())
    wire.core.now = clock.now_ms  # type: ignore[method-assign]
    wire.line_back_seconds, wire.late_seconds = 0.2, IB_PATIENCE_SECONDS + 1
    await wire.open()
    access = ib_access(Gateway(port=wire.port), [ACME.symbol], clock)
    venue = IbkrVenue(ANN, access)
    try:
        await access.open()
        wire.core.balances["USD"] = Decimal(10**12)
        _price(wire.core, ACME.symbol)
        yield Bench(wire, venue, access.listing.all(), clock)
    finally:
        await access.close()
        await wire.close()


@asynccontextmanager
async def server_bench(clock: Any) -> AsyncIterator[Bench]:
    """The same at a DTC server."""
    wire = DtcServer()
    wire.core.now = clock.now_ms  # type: ignore[method-assign]
    wire.trading.late_seconds = DTC_PATIENCE_SECONDS + 1
    await wire.open()
    at = Server(port=wire.port, username=wire.username, password=wire.password)
    access = dtc_access(at, [PART.symbol], clock)
    venue = DtcVenue(ANN, access)
    try:
        await access.open()
        wire.core.balances["USD"] = Decimal(10**12)
        _price(wire.core, PART.symbol)
        listed = [each.instrument for each in access.listing.all()]
        yield Bench(wire.trading, venue, listed, clock)
    finally:
        await access.close()
        await wire.close()


def quieten() -> None:
    """Log nothing."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
