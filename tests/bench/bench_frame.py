"""The frame's own bars: start, memory, kernel."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median

from engine.domain import events as facts
from engine.domain.account import Account
from engine.domain.identifiers import (
    AccountId,
    IntentKey,
    PersonId,
    Symbol,
    TradeId,
    VenueName,
    VenueOrderId,
)
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from engine.domain.requests import CancelOrders, OpenAccount, PlaceOrder, SendOrder
from engine.kernel import Kernel
from tests.bench.rows import Row
from tests.standins.market import instrument

ROOT = Path(__file__).parents[2]
EVENTS = 20_000


def run() -> list[Row]:
    """Every bar of the frame."""
    return [*_program(), *_kernel()]


def _program() -> list[Row]:
    home = tempfile.mkdtemp(prefix="outcry-bench-")
    outcry = [str(ROOT / ".venv" / "bin" / "outcry"), "--home", home]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def timed(*words: str, says: str = "") -> float:
        began = time.perf_counter()
        subprocess.run(
            [*outcry, *words], input=says, text=True, check=True, capture_output=True, env=env
        )
        return time.perf_counter() - began

    timed("chat", "--plain", says="/price btc\n")
    prompt = median(timed("chat", "--plain") for _ in range(3))
    status = median(timed("status") for _ in range(3))
    return [
        ("the chat opens and closes, second time", prompt, 2.0, "< s"),
        ("outcry status, warm", status, 1.0, "< s"),
        ("resident memory at the prompt", _resident(outcry, env), 250.0, "< MB"),
    ]


def _resident(outcry: list[str], env: dict[str, str]) -> float:
    with subprocess.Popen(
        [*outcry, "chat", "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("/status\n")
        child.stdin.flush()
        child.stdout.readline()
        pages = int(Path(f"/proc/{child.pid}/statm").read_text().split()[1])
        child.stdin.close()
        child.wait()
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass(frozen=True, slots=True)
class _Noted:
    """What the bare loop makes of an arrival: one value, as a kernel must at the least."""

    arrival: object


def _kernel() -> list[Row]:
    arrivals = _arrivals()
    bare: dict[type, Callable[[object], _Noted]] = {type(a): _Noted for a in arrivals}
    began = time.perf_counter()
    for arrival in arrivals:
        bare[type(arrival)](arrival)
    bare_rate = len(arrivals) / (time.perf_counter() - began)
    kernel = _opened()
    began = time.perf_counter()
    for arrival in arrivals:
        kernel.step(arrival)  # type: ignore[arg-type]
    rate = len(arrivals) / (time.perf_counter() - began)
    print(f"  kernel: {rate:,.0f} events a second, a bare loop {bare_rate:,.0f}")
    return [
        ("kernel events a second", rate, 100_000.0, "/s"),
        ("kernel beside a bare dispatch loop", rate / bare_rate, 0.2, "x"),
    ]


def _opened() -> Kernel:
    kernel = Kernel([instrument("BTC/USDT")], {"max_order_value": Decimal(10_000_000)})
    account = Account(
        AccountId("a"), VenueName("demo"), Currency("USDT"), is_paper=True, data_kind=DataKind.LIVE
    )
    kernel.step(OpenAccount(account, ((Currency("USDT"), Decimal(10**9)),), 0))
    return kernel


def _arrivals() -> list[object]:
    """80% ticks, 15% order and fill events, 5% commands; each order is filled, by turns."""
    shadow = _opened()
    made: list[object] = []

    def take(arrival: object) -> None:
        made.append(arrival)
        shadow.step(arrival)  # type: ignore[arg-type]

    number = 0
    while len(made) < EVENTS:
        number += 1
        for tick in range(16):
            price = Decimal(60_000 + (number + tick) % 50)
            take(Tick(Symbol("BTC/USDT"), price, price + 1, price, Decimal(1), number))
        side = Side.BUY if number % 2 else Side.SELL
        terms = OrderTerms(Symbol("BTC/USDT"), side, OrderType.MARKET, Quantity(Decimal("0.01")))
        key = IntentKey(f"k{number}")
        take(PlaceOrder(key, AccountId("a"), terms, PersonId("p"), number, number + 60_000))
        name = next(iter(shadow.orders.open))
        take(SendOrder(name, number))
        take(facts.OrderAccepted(name, VenueOrderId("v"), number))
        take(
            facts.OrderFilled(
                name,
                TradeId(f"t{number}"),
                Quantity(Decimal("0.01")),
                Price(Decimal(60_000)),
                Decimal("0.6"),
                Currency("USDT"),
                number,
            )
        )
        if number % 10 == 0:
            take(CancelOrders(AccountId("a"), (), PersonId("p"), number))
    return made
