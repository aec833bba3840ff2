"""`make bench-venues`: the real exchange client before exchanges of our own on this machine.

Each row meets ten thousand answers that say nothing certain, over real sockets and on a loop that
jumps over all waiting. A contract row that would wait for minutes until an order cannot turn up any
more is given seconds for it: what is asked meanwhile would be some hundred thousand questions.

A gateway and a server keep the time they have with people. Their faults are of two kinds: those of
one order, and once a minute one of the line, which meets all that is under way. An order expires
when it cannot turn up any more: so long after it became unknown, and where the line fell since, not
before who is at its other end has had the time to learn what rests.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
import math
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import structlog

from connectors.ccxt.access import ORDER_PATIENCE_SECONDS, open_access
from connectors.ccxt.candles import CcxtCandles
from connectors.ccxt.client import Line
from connectors.ccxt.market_data import CcxtMarket
from connectors.ccxt.rows import contract_of
from connectors.ccxt.venue import CcxtVenue
from connectors.dtc.access import open_access as dtc_access
from connectors.dtc.server import Server
from connectors.dtc.venue import LEARNING_SECONDS as DTC_LEARNING_SECONDS
from connectors.dtc.venue import ORDER_PATIENCE_SECONDS as DTC_PATIENCE_SECONDS
from connectors.dtc.venue import DtcVenue
from connectors.ibkr.access import open_access as ib_access
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.venue import LEARNING_SECONDS as IB_LEARNING_SECONDS
from connectors.ibkr.venue import ORDER_PATIENCE_SECONDS as IB_PATIENCE_SECONDS
from connectors.ibkr.venue import IbkrVenue
from connectors.storage.candles.store import ParquetCandleStore
from engine.bars import BarBuilder
from engine.domain.account import Account
from engine.domain.candles import Candles
from engine.domain.commands import SubmitOrder
from engine.domain.events import (
    AccountOpened,
    OrderBecameUnknown,
    OrderFilled,
    OrderInitialized,
    OrderNeverArrived,
    OrderRejected,
)
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.domain.timeframe import Timeframe
from engine.kernel import Kernel
from engine.ports.system import Clock
from engine.ports.venue import Venue
from engine.runtime.sender import Sender
from engine.runtime.system import SystemClock
from engine.runtime.turns import Turns
from tests.bench import jumping
from tests.bench.rows import Row, verdict
from tests.conformance.venues.ccxt_harness import ANY, WIRES, keys_of
from tests.standins.dtc.listed import PART
from tests.standins.dtc.server import DtcServer
from tests.standins.dtc.trading import Fault as DtcFault
from tests.standins.exchange.binance import Binance
from tests.standins.exchange.core import Core
from tests.standins.exchange.listed import MODEL, SPOT, core
from tests.standins.exchange.server import AMBIGUOUS
from tests.standins.ibgateway.listed import ACME
from tests.standins.ibgateway.listed import core as ib_core
from tests.standins.ibgateway.server import Fault as IbFault
from tests.standins.ibgateway.server import IbGateway

ANSWERS = 10_000
AT_ONCE = 40
EXPIRES_SECONDS = 5.0
TOLD_SECONDS, SETTLED_SECONDS = 5.0, 10.0
WIRE_ORDERS, WIRE_MS = 400, 20.0
SYMBOLS, TICKS, TICKS_A_SECOND = 500, 100_000, 20_000.0
BACK_SECONDS = 5.0
YEAR_BARS, STORED_SECONDS, READ_SECONDS = 525_600, 20.0, 0.1
ANN = AccountId("ann")
GATEWAY, SERVER = "ibkr", "dtc"
LEARNING_SECONDS = {GATEWAY: IB_LEARNING_SECONDS, SERVER: DTC_LEARNING_SECONDS}
PROGRAMS = tuple(LEARNING_SECONDS)
DAY_ANSWERS = 100
"""A gateway, and a server, lists all that its day has had for each question."""
FALL_SECONDS = 60.0
FALLS: Mapping[str, Sequence[object]] = {
    GATEWAY: (
        IbFault.CUT_BEFORE,
        IbFault.CUT_AFTER,
        IbFault.NO_LINE_BEFORE,
        IbFault.NO_LINE_AFTER,
    ),
    SERVER: (
        DtcFault.CUT_BEFORE,
        DtcFault.CUT_AFTER,
        DtcFault.GARBLED,
        DtcFault.LOGGED_OFF,
    ),
}
"""Those that fell the line."""
FAULTS: Mapping[str, Sequence[object]] = {
    GATEWAY: [each for each in IbFault if each not in FALLS[GATEWAY]],
    SERVER: [each for each in DtcFault if each not in FALLS[SERVER]],
}
EXCHANGES = [*WIRES, "default"]
ROWS = [*EXCHANGES, *PROGRAMS]
READ_LISTS = ("default", "coinbase")
"""Where an order is looked for in lists of a hundred, which takes most of the time there is."""


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
        figure, symbol = Decimal(100), access.listing.all()[0].symbol
        wire.core.tick(Tick(symbol, figure, figure, figure, Decimal(10**9), wire.core.now()))
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
        figure = Decimal(100)
        tick = Tick(ACME.symbol, figure, figure, figure, Decimal(10**9), wire.core.now())
        wire.core.tick(tick)
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
        figure = Decimal(100)
        tick = Tick(PART.symbol, figure, figure, figure, Decimal(10**9), wire.core.now())
        wire.core.tick(tick)
        listed = [each.instrument for each in access.listing.all()]
        yield Bench(wire.trading, venue, listed, clock)
    finally:
        await access.close()
        await wire.close()


# -- answers that say nothing certain ------------------------------------------------------------


class Weather:
    """Which fault is next."""

    def __init__(self, row: str) -> None:
        self._faults = itertools.cycle(FAULTS.get(row, AMBIGUOUS))
        self._falls = itertools.cycle(FALLS.get(row, ()))
        self._falls_at = 0.0 if row in FALLS else math.inf

    def next(self, now: float) -> object:
        """One of the line where that is due."""
        if now < self._falls_at:
            return next(self._faults)
        self._falls_at = now + FALL_SECONDS
        return next(self._falls)

    def pass_day(self, now: float) -> None:
        """The next day's time begins at 0 again."""
        self._falls_at -= now


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of orders whose answers said nothing certain; times in seconds, the longest."""

    unknown: int = 0
    doubled: int = 0
    wrong: int = 0
    told: float = 0.0
    late: float = 0.0
    open: float = 0.0

    def __add__(self, more: Seen) -> Seen:
        return Seen(
            self.unknown + more.unknown,
            self.doubled + more.doubled,
            self.wrong + more.wrong,
            max(self.told, more.told),
            max(self.late, more.late),
            max(self.open, more.open),
        )


async def ambiguous(row: str, answers: int, clock: Clock, weather: Weather) -> Seen:
    """Send so many orders, each of which meets a fault; count what the desk makes of them."""
    elapsed = asyncio.get_running_loop().time
    async with bench(row, clock) as at:
        told: list[float] = []
        late: list[float] = []
        taken: list[float] = []
        expiry = at.venue.in_flight_seconds
        learning, fell_at = LEARNING_SECONDS.get(row, 0.0), -math.inf
        verdicts: dict[str, type] = {}
        fate: dict[str, Any] = {}
        room = asyncio.Semaphore(AT_ONCE)
        original = at.sender.report

        async def report(said: Any) -> None:
            verdicts[said.client_order_id] = type(said)
            if isinstance(said, OrderBecameUnknown):
                told.append(elapsed() - began[said.client_order_id])
                sent[said.client_order_id] = elapsed()
            elif said.client_order_id in sent:
                since = sent.pop(said.client_order_id)
                taken.append(elapsed() - since)
                late.append(max(0.0, elapsed() - max(since + expiry, fell_at + learning)))
            await original(said)

        began: dict[str, float] = {}
        sent: dict[str, float] = {}
        at.sender.report = report  # type: ignore[method-assign]

        def arrived(asked: Any) -> Any:
            nonlocal fell_at
            name = at.wire.name_in(asked)
            began[name] = elapsed()
            if fate.get(name) in FALLS.get(row, ()):
                fell_at = elapsed()
            return fate.get(name)

        at.wire.fault_of = arrived

        async def one(number: int) -> None:
            name = f"{number:018x}"
            async with room:
                began[name] = elapsed()
                fate[name] = weather.next(elapsed())
                await at.sender.send(SubmitOrder(at.order(name)))

        await asyncio.gather(*(one(number) for number in range(answers)))
        weather.pass_day(elapsed())
        await at.wire.landed()
        placed = Counter(each.client_id for each in at.wire.core.orders.values())
        there = set(placed)
        failed = {
            name for name, said in verdicts.items() if said in (OrderNeverArrived, OrderRejected)
        }
        return Seen(
            unknown=len(told),
            doubled=sum(count - 1 for count in placed.values()),
            wrong=len(there & failed) + sum(name not in verdicts for name in fate),
            told=max(told, default=0.0),
            late=max(late, default=0.0),
            open=max(taken, default=0.0),
        )


def _ambiguous(asked: tuple[str, int]) -> tuple[str, Seen]:
    _quieten()
    row, answers = asked
    a_day = DAY_ANSWERS if row in PROGRAMS else answers
    weather, seen = Weather(row), Seen()
    for begun in range(0, answers, a_day):
        today = min(a_day, answers - begun)
        seen += jumping.run(ambiguous(row, today, jumping.LoopClock(), weather))
    return row, seen


def ambiguous_rows(answers: int) -> Iterator[Row | str]:
    """Every row as it is done, two at a time, the slowest first."""
    slowest = (GATEWAY, *READ_LISTS)
    order = sorted(ROWS, key=lambda row: (row not in slowest, row != GATEWAY))
    with multiprocessing.get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        for row, seen in pool.imap_unordered(_ambiguous, [(row, answers) for row in order]):
            yield from _judged(row, seen)


def _judged(row: str, seen: Seen) -> Iterator[Row | str]:
    what = f"{row}: {seen.unknown:,} ambiguous answers"
    yield (f"{what}, doubled", float(seen.doubled), 0.0, "< orders")
    yield (f"{what}, wrongly failed or left open", float(seen.wrong), 0.0, "< orders")
    yield (f"{what}, told after", seen.told, TOLD_SECONDS, "< s")
    yield (f"{what}, settled after expiry", seen.late, SETTLED_SECONDS, "< s")
    yield f"  (unknown for {seen.open:.1f} s at most, until expiry and after it)"


# -- the way there --------------------------------------------------------------------------------


async def to_the_wire(row: str) -> Row:
    """From the sender's turn to the request's arrival at the server."""
    async with bench(row, SystemClock()) as at:
        taken = []
        for number in range(WIRE_ORDERS):
            order = at.order(f"{number:018x}")
            begun = time.perf_counter()
            await at.sender.send(SubmitOrder(order))
            taken.append((at.wire.arrived_at - begun) * 1000)
        what = f"{row}: order to request on the wire, p99"
        return (what, quantiles(taken, n=100)[98], WIRE_MS, "< ms")


async def after_a_drop(row: str) -> list[Row]:
    """The streams fall, what rests fills, and they come back."""
    async with bench(row, SystemClock()) as at:
        heard = at.venue.reports()
        while not at.wire.is_followed:
            await asyncio.sleep(0.01)
        orders = [at.order(f"{number:018x}") for number in range(5)]
        for order in orders:
            await at.venue.submit(SubmitOrder(_resting(order)))
        at.wire.is_deaf = True
        await at.wire.cut_streams()
        figure = Decimal(90)
        core, size = at.wire.core, Decimal(10**6)
        core.tick(Tick(at.symbol, figure, figure, figure, size, core.now()))
        at.wire.is_deaf = False
        begun = time.perf_counter()
        fills = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                async for report in heard:
                    fills += isinstance(report, OrderFilled)
                    if fills == len(orders):
                        break
        took = time.perf_counter() - begun
        held = (await at.venue.holdings(ANN))[at.symbol]
        truth = core.positions().get(at.symbol) or core.balances["BTC"]
        await heard.aclose()
        return [
            (f"{row}: fills found after a drop", float(fills), float(len(orders)), "of 5"),
            (
                f"{row}: position beside the venue's after it",
                abs(float(held - truth)),
                0.0,
                "< BTC",
            ),
            (f"{row}: found after", took, BACK_SECONDS, "< s"),
        ]


def _dropped(row: str) -> list[Row]:
    return asyncio.run(after_a_drop(row))


def _resting(order: Order) -> Order:
    limit = replace(order.terms, type=OrderType.LIMIT, price=Price(Decimal(95)))
    return replace(order, terms=limit)


# -- quotes ----------------------------------------------------------------------------------------


def _names() -> list[Symbol]:
    return [Symbol(f"C{number:03d}/USDT") for number in range(SYMBOLS)]


def _listed(symbol: Symbol) -> Instrument:
    base = Currency(symbol.partition("/")[0])
    kind, quote = InstrumentKind.SPOT, Currency("USDT")
    step = Decimal("0.01")
    return Instrument(symbol, VenueName("binance"), kind, base, quote, step, step, step, step)


def _flooding(pipe: Any) -> None:
    """A server in a process of its own, which says all its quotes once it is told to."""
    _quieten()

    async def serve() -> None:
        wire = Binance(Core([_listed(each) for each in _names()], MODEL))
        await wire.open()
        pipe.send(wire.address)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, pipe.recv)
        names = _names()
        now = wire.core.now()
        for number in range(TICKS):
            price = Decimal(10_000 + number % 100) / 100
            tick = Tick(
                names[number % SYMBOLS], price, price, price, Decimal(1), now + number // 20
            )
            wire.on_price(tick)
            if number % 500 == 0:
                await asyncio.sleep(0)
        await loop.run_in_executor(None, pipe.recv)
        await wire.close()

    asyncio.run(serve())


async def quotes() -> list[Row]:
    """From the websocket to candles, alerts and marks, on one core."""
    spawned = multiprocessing.get_context("spawn")
    ours, theirs = spawned.Pipe()
    server = spawned.Process(target=_flooding, args=(theirs,), daemon=True)
    server.start()
    loop = asyncio.get_running_loop()
    address = await loop.run_in_executor(None, ours.recv)
    access = open_access("binance", SystemClock(), line=Line(address=address))
    await access.listing.load()
    market = CcxtMarket(access, _names(), bound=TICKS * 2)
    kernel, builder = Kernel(market.instruments(), {}), BarBuilder(tuple(Timeframe))
    ticks = market.ticks()
    first = asyncio.ensure_future(anext(ticks))
    await asyncio.sleep(2)  # until it has subscribed
    ours.send("go")
    await first
    begun, cpu, count = time.perf_counter(), time.process_time(), 1
    with suppress(TimeoutError):
        async with asyncio.timeout(120):
            async for tick in ticks:
                for bar in builder.on_tick(tick):
                    kernel.step(bar)
                kernel.step(tick)
                count += 1
                if count == TICKS:
                    break
    took = time.process_time() - cpu
    print(f"  (in {time.perf_counter() - begun:.1f} s by the wall, {took:.1f} s of CPU)")
    await ticks.aclose()
    await access.close()
    ours.send("end")
    server.join(5)
    lost = TICKS - count - market.passed_over
    return [
        (f"quotes of {SYMBOLS} symbols, a CPU second", count / took, TICKS_A_SECOND, "a second"),
        ("quotes lost in silence", float(lost), 0.0, "< quotes"),
    ]


# -- history ---------------------------------------------------------------------------------------


async def year() -> list[Row]:
    """A year of minutes into the store, and back."""
    wire = Binance(core("binance"))
    await wire.open()
    access = open_access("binance", SystemClock(), line=Line(address=wire.address))
    await access.listing.load()
    end = wire.core.now() // 1000 // 60 * 60
    start = end - YEAR_BARS * 60
    key = VenueName("binance"), SPOT, Timeframe.M1
    with tempfile.TemporaryDirectory() as folder:
        store = ParquetCandleStore(Path(folder))
        begun, waiting = time.perf_counter(), Candles.empty()
        async for page in CcxtCandles(access).pages(SPOT, Timeframe.M1, start, end):
            waiting = Candles.joined(waiting, page.candles)
            if len(waiting) >= 50_000:
                await store.write(*key, waiting)
                waiting = Candles.empty()
        await store.write(*key, waiting)
        stored = time.perf_counter() - begun
        took: list[float] = []
        for _ in range(5):
            again = ParquetCandleStore(Path(folder))
            begun = time.perf_counter()
            read = await again.read(*key, start, end)
            took.append(time.perf_counter() - begun)
    await access.close()
    await wire.close()
    return [
        ("bars of a year stored", float(len(read)), float(YEAR_BARS), "bars"),
        ("a year of minutes into the store", stored, STORED_SECONDS, "< s"),
        ("read back, median of five", median(took), READ_SECONDS, "< s"),
    ]


def _quieten() -> None:
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def main() -> int:
    """Measure everything, a line a bar."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_venues")
    parser.add_argument("--answers", type=int, default=ANSWERS)
    answers = parser.parse_args().answers
    _quieten()
    assert ORDER_PATIENCE_SECONDS < TOLD_SECONDS
    measures: tuple[Callable[[], Iterable[Row | str]], ...] = (
        lambda: [asyncio.run(to_the_wire(row)) for row in EXCHANGES],
        *(partial(_dropped, row) for row in EXCHANGES),
        lambda: asyncio.run(quotes()),
        lambda: asyncio.run(year()),
        lambda: ambiguous_rows(answers),
    )
    return verdict(row for measure in measures for row in measure())


if __name__ == "__main__":
    sys.exit(main())
