"""An order on a live account, in a desk that may be killed at any boundary of its confirmation.

The exchange is in a process of its own and goes on; the desk is forked for each life of it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import ccxt.pro  # noqa: F401 -- loaded once, for all that are forked
import orjson

from engine.domain.events import OrderExpired, OrderFilled, OrderNeverArrived
from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from engine.ports.boundary import watch_boundaries
from tests.conformance.venues.ccxt_harness import WIRES
from tests.exchange_room import ExchangeDesk
from tests.standins.exchange.listed import SPOT, core

ROW = "binance"
APART = "okx"
"""Where a stop is kept apart and becomes another order."""
ORDER = "/buy BTC/USDT 1.5 stop_loss=95 account=main"
_ASKED, _SUMMARY, _SEEN = "asked", "summary.json", "boundaries.json"


@contextmanager
def exchange(row: str) -> Iterator[str]:
    """An exchange of its own; gives its address."""
    heard, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_serve(row, says))
        finally:
            os._exit(1)
    try:
        yield os.read(heard, 100).decode()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(heard)
        os.close(says)


async def _serve(row: str, says: int) -> None:
    wire = WIRES[row](core(row))
    wire.core.balances = {"USDT": Decimal(100_000)}
    wire.route("GET", "/control", lambda _: _orders(wire.core))
    await wire.open()
    os.write(says, wire.address.encode())
    price = Decimal(100)
    while True:
        wire.core.tick(Tick(SPOT, price, price, price, Decimal(1_000), wire.core.now()))
        await asyncio.sleep(0.1)


def _orders(of: Any) -> list[dict[str, str]]:
    return [
        {
            "side": each.terms.side,
            "type": each.terms.type,
            "state": each.state,
            "filled": str(each.order.filled),
            "quantity": str(each.terms.quantity),
        }
        for each in of.orders.values()
    ]


def orders_at(address: str) -> list[dict[str, str]]:
    """All that the exchange ever took."""
    with urlopen(f"http://{address}/control") as answer:
        found: list[dict[str, str]] = orjson.loads(answer.read())
    return found


def prepared(home: Path, row: str, address: str) -> None:
    """A home whose account is live, its desk closed; played in a child."""

    def turned_live() -> None:
        desk = ExchangeDesk(home / "home", row, address)
        desk.priced()
        desk.enroll()
        desk.connect(passphrase=row == APART)
        desk.go_live()
        desk.trades()
        desk.close()

    assert in_a_child(turned_live)


def played(home: Path, row: str, address: str, crash_at: int | str | None = None) -> bool:
    """Ask for the order, confirm it, see it through; False when it was killed on the way.

    Killed at a boundary by its place, or the first of its name: what happens beside each other
    comes in no order that holds. Played again on the same home, what was delivered and not
    received is delivered again.
    """
    return in_a_child(lambda: _play(home, row, address, crash_at))


def summary(home: Path) -> dict[str, Any]:
    """What the last life of the desk saw at its end."""
    found: dict[str, Any] = orjson.loads((home / _SUMMARY).read_bytes())
    return found


def boundaries(home: Path) -> list[str]:
    """Those that an unharmed confirmation passed."""
    names: list[str] = orjson.loads((home / _SEEN).read_bytes())
    return names


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the entry buys, what of it its stop covers and what is held of it, in base units."""

    bought: str
    stopped: str
    held: str


_COINS = Amounts("1.5", "1.498", "1.4985")
"""A fee is taken of what is bought."""


def check(home: Path, orders: list[dict[str, str]], amounts: Amounts = _COINS) -> bool:
    """Either it traded once and is protected, or it never arrived and that was said; which."""
    bought, stopped = amounts.bought, amounts.stopped
    entries = [each for each in orders if each["type"] == "market"]
    stops = [each for each in orders if each["type"] == "stop"]
    found = summary(home)
    assert found["differences"] == 0
    if entries:
        assert [(e["side"], e["state"], e["filled"]) for e in entries] == [
            ("buy", "filled", bought)
        ]
        assert [(s["state"], s["quantity"]) for s in stops] == [("accepted", stopped)]
        assert (found["held"], found["open"]) == (amounts.held, [f"stop {stopped} accepted"])
        assert found["told"].count("OrderFilled") == 1
    else:
        assert stops == []
        assert (found["held"], found["open"]) == ("0", [])
        assert {"OrderNeverArrived", "OrderExpired"} & set(found["told"])
    return bool(entries)


def copied(prepared_home: Path, home: Path) -> Path:
    """Another home that is just the same."""
    shutil.copytree(prepared_home, home)
    return home


def in_a_child(work: Callable[[], None]) -> bool:
    """Whether it came to its end, rather than be killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except Exception:  # noqa: BLE001 -- said here, for nobody else hears of it
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the story broke off by itself"
    return True


def _play(home: Path, row: str, address: str, crash_at: int | str | None) -> None:
    desk = ExchangeDesk(home / "home", row, address)
    desk.priced()
    desk.trades()
    if not (home / _ASKED).exists():
        desk.deliver(ORDER, "update:ask")
        (home / _ASKED).touch()
    seen: list[str] = []
    watch_boundaries(seen.append if crash_at is None else killing(crash_at))
    desk.deliver("/yes", "update:yes")
    desk.run(seen_through(desk))
    watch_boundaries(None)
    (home / _SEEN).write_bytes(orjson.dumps(seen))
    desk.run(desk.app.runtime.reconciler.compare("main"))
    leave(home, desk, SPOT)


def leave(home: Path, desk: ExchangeDesk, symbol: Symbol) -> None:
    """Write down what the desk sees of an instrument, and close it."""
    book = desk.kernel.accounts["main"]
    result = {
        "held": f"{book.held(symbol).normalize():f}",
        "open": sorted(
            f"{o.terms.type} {o.terms.quantity.normalize():f} {o.state}"
            for o in book.orders.values()
        ),
        "differences": len(desk.kernel.differences),
        "titles": desk.titles(),
        "told": sorted(type(event).__name__ for event in desk.run(told(desk))),
    }
    (home / _SUMMARY).write_bytes(orjson.dumps(result))
    desk.close()


async def seen_through(desk: ExchangeDesk) -> None:
    """Until the stop rests, or the entry has ended without a fill."""
    async with asyncio.timeout(60):
        while True:
            await desk.chat.settled()
            orders = list(desk.kernel.accounts["main"].orders.values())
            stops = [o for o in orders if o.terms.stop_price is not None]
            if stops and all(o.state == "accepted" and not o.unknown for o in orders):
                return
            if not orders and any(not isinstance(e, OrderFilled) for e in await told(desk)):
                return
            await asyncio.sleep(0.1)


async def told(desk: ExchangeDesk) -> list[Any]:
    """What the journal has of fills and of orders that came to nothing."""
    kinds = OrderFilled | OrderNeverArrived | OrderExpired
    return [e.event async for e in desk.app.stores.journal.read(0) if isinstance(e.event, kinds)]


def killing(where: int | str) -> Callable[[str], None]:
    """What kills this process at a boundary, by its place or its name."""
    numbers = count(1)

    def kill(name: str) -> None:
        if where in (next(numbers), name):
            os.kill(os.getpid(), signal.SIGKILL)

    return kill
