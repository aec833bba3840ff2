"""Answers that say nothing certain: ten thousand a row, and what the desk makes of them.

They go over real sockets, on a loop that jumps over all waiting. A contract row that would wait
for minutes until an order cannot turn up any more is given seconds for it: what is asked meanwhile
would be some hundred thousand questions.

A gateway and a server keep the time they have with people. Their faults are of two kinds: those of
one order, and once a minute one of the line, which meets all that is under way. An order expires
when it cannot turn up any more: so long after it became unknown, and where the line fell since, not
before who is at its other end has had the time to learn what rests.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.dtc.venue import LEARNING_SECONDS as DTC_LEARNING_SECONDS
from connectors.ibkr.venue import LEARNING_SECONDS as IB_LEARNING_SECONDS
from engine.domain.commands import SubmitOrder
from engine.domain.events import OrderBecameUnknown, OrderNeverArrived, OrderRejected
from engine.ports.system import Clock
from tests.bench import jumping
from tests.bench.rows import Row
from tests.bench.venues_desk import GATEWAY, PROGRAMS, ROWS, SERVER, bench, quieten
from tests.standins.dtc.trading import Fault as DtcFault
from tests.standins.exchange.server import AMBIGUOUS
from tests.standins.ibgateway.server import Fault as IbFault

AT_ONCE = 40
TOLD_SECONDS, SETTLED_SECONDS = 5.0, 10.0
LEARNING_SECONDS = {GATEWAY: IB_LEARNING_SECONDS, SERVER: DTC_LEARNING_SECONDS}
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
READ_LISTS = ("default", "coinbase")
"""Where an order is looked for in lists of a hundred, which takes most of the time there is."""


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
    quieten()
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
            yield from _judged(row, seen, answers)


def _judged(row: str, seen: Seen, answers: int) -> Iterator[Row | str]:
    yield (f"{row}: ambiguous answers", float(seen.unknown), float(answers), "orders")
    what = f"{row}: {seen.unknown:,} ambiguous answers"
    yield (f"{what}, doubled", float(seen.doubled), 0.0, "< orders")
    yield (f"{what}, wrongly failed or left open", float(seen.wrong), 0.0, "< orders")
    yield (f"{what}, told after", seen.told, TOLD_SECONDS, "< s")
    yield (f"{what}, settled after expiry", seen.late, SETTLED_SECONDS, "< s")
    yield f"  (unknown for {seen.open:.1f} s at most, until expiry and after it)"
