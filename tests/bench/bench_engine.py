"""`make bench-engine`: what an arrival costs the kernel, and what a long journal costs a start.

Ratios decide; figures in seconds say what this machine showed.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from bot.config import Config
from bot.homes import DATABASE
from bot.notifications.follower import CURSOR
from connectors.storage.boundaries import JOURNAL_APPEND
from connectors.storage.codec import encode_event
from connectors.storage.database import Session
from connectors.storage.statements import insert_new
from connectors.storage.stores import Stores, open_stores
from connectors.storage.tables import journal
from engine.domain.account import Account
from engine.domain.events import Event
from engine.domain.identifiers import AccountId, VenueName
from engine.domain.market import DataKind
from engine.domain.money import Currency
from engine.domain.requests import OpenAccount
from engine.kernel import Kernel
from engine.runtime.snapshots import EVERY, SnapshotKeeper, fingerprint
from tests.bench import kernel_mix
from tests.bench.bench_frame import ROOT
from tests.bench.rows import Row, verdict
from tests.standins.market import instrument

ENTRIES = 1_000_000
ROUNDS = 5
MANY = (10, 1_000, 100_000)
_ADD = insert_new(journal)


def run() -> Iterator[Row]:
    """Every bar of the engine, as it is measured."""
    yield from _kernel()
    yield from _growth()
    yield from _restart()


# -- the kernel -----------------------------------------------------------------------------------


def _kernel() -> list[Row]:
    """With 100 open orders."""
    mix = kernel_mix.arrivals()
    bare = max(kernel_mix.bare_rate() for _ in range(ROUNDS))
    rate = max(kernel_mix.rate(_with_open(100), mix) for _ in range(ROUNDS))
    return [
        ("events a second with 100 open orders", rate, 100_000.0, "/s"),
        (f"beside a bare dispatch loop ({bare:,.0f}/s)", rate / bare, 0.2, "x"),
    ]


def _growth() -> Iterator[Row]:
    """What the mix costs beside so many orders and accounts; the figure in words is its cost."""
    for what, make in (("ended", _with_ended), ("open", _with_open)):
        few, *more = _costs([make(count) for count in MANY])
        for count, cost in zip(MANY[1:], more, strict=True):
            measure = f"{count:,} {what} orders, {cost:.1f} us an event"
            yield measure, cost / few, 1.5, f"< x the {few:.1f} us beside {MANY[0]}"
    few, many = _costs([_with_accounts(1), _with_accounts(1_000)])
    yield f"1,000 accounts, {many:.1f} us an event", many / few, 1.5, f"< x the {few:.1f} us of 1"


def _costs(kernels: Sequence[Kernel]) -> list[float]:
    """Microseconds an event on each, the least of several rounds that go round all of them."""
    best = [float("inf")] * len(kernels)
    for number in range(ROUNDS):
        mix = kernel_mix.arrivals(name=f"round{number}-")
        for place, kernel in enumerate(kernels):
            best[place] = min(best[place], 1e6 / kernel_mix.rate(kernel, mix))
    return best


def _with_open(count: int) -> Kernel:
    kernel = kernel_mix.opened()
    for arrival in kernel_mix.resting(count):
        kernel.step(arrival)
    assert len(kernel.orders.open) == count
    return kernel


def _with_ended(count: int) -> Kernel:
    kernel = kernel_mix.opened()
    for arrival in kernel_mix.traded(count, "past"):
        kernel.step(arrival)
    assert not kernel.orders.open
    return kernel


def _with_accounts(count: int) -> Kernel:
    kernel = kernel_mix.opened()
    for number in range(count - 1):
        kernel.step(OpenAccount(kernel_mix.account(f"other{number}"), kernel_mix.CASH, 0))
    return kernel


# -- a start ---------------------------------------------------------------------------------


def _restart() -> list[Row]:
    """The program on a home with a million entries, its last snapshot as old as it may get."""
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    try:
        whole = asyncio.run(_written(home))
        _started(home)  # follows what was written past the desk
        before = _processor_seconds()
        seconds = median(_started(home) for _ in range(3))
        busy = (_processor_seconds() - before) / 3
        empty = median(_started(home / "empty") for _ in range(3))
    finally:
        shutil.rmtree(home)
    print(
        f"  a journal of {ENTRIES:,} entries is told in {whole:.1f} s; "
        f"an empty home opens and closes in {empty:.1f} s"
    )
    measure = f"start to exit with {ENTRIES:,} journal entries, {busy:.1f} s of processor time"
    return [(measure, seconds, 5.0, "< s")]


def _processor_seconds() -> float:
    """Of all programs that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _started(home: Path) -> float:
    outcry = [str(ROOT / ".venv" / "bin" / "outcry"), "--home", str(home), "chat", "--plain"]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    done = subprocess.run(
        outcry, input="/balance\n", text=True, check=True, capture_output=True, env=env
    )
    assert "USDT" in done.stdout
    return time.perf_counter() - began


async def _written(home: Path) -> float:
    """Write the entries as a desk would have; gives how long it takes to tell all of them."""
    stores = await open_stores(home / DATABASE, durable=False)
    limits = Config().risk.limits()
    keeper = SnapshotKeeper(stores.journal, stores.snapshots, _bare_kernel, fingerprint(limits))
    events = _history()
    last = await _append(stores, events, 0, ENTRIES - EVERY + 1)
    began = time.perf_counter()
    await keeper.catch_up()
    seconds = time.perf_counter() - began
    last = await _append(stores, events, last, ENTRIES)
    await stores.outbox.follow(CURSOR, last, ())
    await stores.close()
    return seconds


def _bare_kernel() -> Kernel:
    return Kernel([instrument("BTC/USDT")], Config().risk.limits())


def _history() -> Iterator[Event]:
    """One account that trades and trades."""
    section = Config().accounts[0]
    account = Account(
        AccountId(section.id),
        VenueName("simulated"),
        Currency(section.currency),
        is_paper=True,
        data_kind=DataKind.SIMULATED,
    )
    kernel = Kernel([instrument("BTC/USDT")], {})
    yield from kernel.step(OpenAccount(account, section.opening_cash(), 0)).events
    for arrival in kernel_mix.traded(ENTRIES, "past", account.id, tick_every=1):
        yield from kernel.step(arrival).events


async def _append(stores: Stores, events: Iterator[Event], last: int, until: int) -> int:
    while last < until:
        batch = [
            {
                "sequence": last + place,
                "body": encode_event(event),
                "correlation": "",
                "subject": "",
            }
            for place, event in zip(range(1, min(10_000, until - last) + 1), events, strict=False)
        ]

        def write(session: Session, rows: list[dict[str, object]] = batch) -> None:
            session.run_each(_ADD, rows)

        await stores.database.write(JOURNAL_APPEND, write)
        last += len(batch)
    return last


if __name__ == "__main__":
    sys.exit(verdict(run()))
