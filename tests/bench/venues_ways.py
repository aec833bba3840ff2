"""The way to an exchange, and the way back after it was cut."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from statistics import quantiles

from engine.domain.commands import SubmitOrder
from engine.domain.events import OrderFilled
from engine.domain.market import Tick
from engine.domain.money import Price
from engine.domain.order import Order, OrderType
from engine.runtime.system import SystemClock
from tests.bench.rows import Row
from tests.bench.venues_desk import ANN, bench

WIRE_ORDERS, WIRE_MS = 400, 20.0
BACK_SECONDS = 5.0


async def to_the_wire(row: str) -> Row:
    """From the sender's turn to the request's arrival at the server."""
    async with bench(row, SystemClock()) as at:
        taken = []
        for number in range(WIRE_ORDERS):
            order = at.order(f"{number:018x}")
            begun = time.perf_counter()
            await at.sender.send(SubmitOrder(order))
            assert at.wire.arrived_at > begun, "it left"
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


def dropped(row: str) -> list[Row]:
    """`after_a_drop` on a loop of its own."""
    return asyncio.run(after_a_drop(row))


def _resting(order: Order) -> Order:
    limit = replace(order.terms, type=OrderType.LIMIT, price=Price(Decimal(95)))
    return replace(order, terms=limit)
