"""What an exchange tells: quotes in a flood, and a year of minutes."""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from connectors.ccxt.access import open_access
from connectors.ccxt.candles import CcxtCandles
from connectors.ccxt.client import Line
from connectors.ccxt.market_data import CcxtMarket
from connectors.storage.candles.store import ParquetCandleStore
from engine.bars import BarBuilder
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.domain.timeframe import Timeframe
from engine.kernel import Kernel
from engine.runtime.system import SystemClock
from tests.bench.rows import Row
from tests.bench.venues_desk import quieten
from tests.standins.exchange.binance import Binance
from tests.standins.exchange.core import Core
from tests.standins.exchange.listed import MODEL, SPOT, core

SYMBOLS, TICKS, TICKS_A_SECOND = 500, 100_000, 20_000.0
YEAR_BARS, STORED_SECONDS, READ_SECONDS = 525_600, 20.0, 0.1


def _names() -> list[Symbol]:
    return [Symbol(f"C{number:03d}/USDT") for number in range(SYMBOLS)]


def _listed(symbol: Symbol) -> Instrument:
    base = Currency(symbol.partition("/")[0])
    kind, quote = InstrumentKind.SPOT, Currency("USDT")
    step = Decimal("0.01")
    return Instrument(symbol, VenueName("binance"), kind, base, quote, step, step, step, step)


def _flooding(pipe: Any) -> None:
    """A server in a process of its own, which says all its quotes once it is told to."""
    quieten()

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
