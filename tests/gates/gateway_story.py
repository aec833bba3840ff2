"""An order at a gateway, in a desk that may be killed while it is under way.

The gateway is in a process of its own and goes on; the desk is forked for each life of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import ib_async  # noqa: F401 -- loaded once, for all that are forked
import orjson

from engine.domain.market import Tick
from engine.ports.boundary import watch_boundaries
from tests.exchange_room import ExchangeDesk
from tests.gates.live_story import Amounts, in_a_child, killing, leave, seen_through
from tests.program_room import configured
from tests.standins.ibgateway.listed import ACME, core
from tests.standins.ibgateway.server import IbGateway

ORDER = "/buy ACME 10 stop_loss=95 account=main"
_ASKED = "asked"
SHARES = Amounts("10", "10", "10")


class GatewayDesk(ExchangeDesk):
    """A desk on a gateway that is somewhere else."""

    def __init__(self, home: Path, port: int) -> None:
        super().__init__(home, "", "", configured("ibkr", port, ["ACME"]))

    def priced(self) -> None:
        """Wait until the desk has heard a price."""
        self.until(lambda: ACME.symbol in self.kernel.quotes)


@contextmanager
def gateway() -> Iterator[tuple[int, int]]:
    """A gateway of its own; gives its port, and one that tells all orders to whoever connects."""
    heard, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_serve(says))
        finally:
            os._exit(1)
    try:
        port, control = orjson.loads(os.read(heard, 100))
        yield port, control
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(heard)
        os.close(says)


async def _serve(says: int) -> None:
    wire = IbGateway(core())
    wire.core.balances = {"USD": Decimal(1_000_000)}
    await wire.open()

    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(orjson.dumps(_orders(wire.core)))
        writer.close()

    control = await asyncio.start_server(tell, "127.0.0.1", 0)
    os.write(says, orjson.dumps([wire.port, control.sockets[0].getsockname()[1]]))
    price = Decimal(100)
    while True:
        wire.core.tick(Tick(ACME.symbol, price, price, price, Decimal(10_000), wire.core.now()))
        await asyncio.sleep(0.1)


def _orders(of: Any) -> list[dict[str, str]]:
    return [
        {
            "side": each.terms.side,
            "type": each.terms.type,
            "state": each.state,
            "filled": f"{each.order.filled.normalize():f}",
            "quantity": f"{each.terms.quantity.normalize():f}",
        }
        for each in of.orders.values()
    ]


def orders_at(control: int) -> list[dict[str, str]]:
    """All that the gateway ever took."""
    with socket.create_connection(("127.0.0.1", control), 10) as line:
        said = b"".join(iter(lambda: line.recv(65_536), b""))
    found: list[dict[str, str]] = orjson.loads(said)
    return found


def prepared(home: Path, port: int) -> None:
    """A home whose account is live, its desk closed; played in a child."""

    def turned_live() -> None:
        desk = GatewayDesk(home / "home", port)
        desk.priced()
        desk.enroll()
        desk.go_live()
        desk.trades()
        desk.close()

    assert in_a_child(turned_live)


def played(home: Path, port: int, crash_at: int | str | None = None) -> bool:
    """Ask for the order, confirm it, see it through; False when it was killed on the way."""
    return in_a_child(lambda: _play(home, port, crash_at))


def _play(home: Path, port: int, crash_at: int | str | None) -> None:
    desk = GatewayDesk(home / "home", port)
    desk.priced()
    desk.trades()
    if not (home / _ASKED).exists():
        desk.deliver(ORDER, "update:ask")
        (home / _ASKED).touch()
    watch_boundaries(None if crash_at is None else killing(crash_at))
    desk.deliver("/yes", "update:yes")
    desk.run(seen_through(desk))
    watch_boundaries(None)
    desk.run(desk.app.runtime.reconciler.compare("main"))
    leave(home, desk, ACME.symbol)
