"""A room whose prices and live account are those of a gateway on 127.0.0.1."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from bot.config import Config
from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from tests.exchange_room import PEOPLE, ExchangeDesk, ExchangeRoom
from tests.standins.ibgateway.listed import core
from tests.standins.ibgateway.server import ACCOUNT, IbGateway

ACME = Symbol("ACME")
SPOKEN = ("ACME", "EUR/USD", "ACME261218C105", "SAP.DE", "ESZ6")
"""What has prices."""


def configured(port: int, symbols: Sequence[str]) -> Config:
    """A paper account, and one on a gateway that is logged in to play money."""
    main = {"id": "main", "venue": "ibkr", "mode": "live", "test_network": True, "currency": "USD"}
    market = {"source": "exchange", "venue": "ibkr", "symbols": symbols, "test_network": True}
    return Config.model_validate(
        {
            "people": PEOPLE,
            "accounts": [{"id": "paper", "currency": "USD"}, main],
            "market": market,
            "ibkr": {"port": port},
        }
    )


class GatewayRoom(ExchangeRoom):
    """Olga manages, Ann trades; the gateway goes on, or away, while the desk is there."""

    def __init__(
        self,
        home: Path,
        *,
        up: bool = True,
        login: str = ACCOUNT,
        symbols: Sequence[str] = ("ACME", "TWIN", "PENCE.L"),
    ) -> None:
        self._symbols = [Symbol(each) for each in symbols if each in SPOKEN]
        self.wire = IbGateway(core(), login)
        self.core = self.wire.core
        self.core.balances = {"USD": Decimal(1_000_000)}
        self.bid = Decimal(100)
        self._ours = asyncio.new_event_loop()
        self._ours.run_until_complete(self.wire.open())
        if not up:
            self._ours.run_until_complete(self.wire.close())
        self._prices = self._ours.create_task(self._quote())
        ExchangeDesk.__init__(self, home, "ibkr", "", configured(self.wire.port, symbols))

    async def _quote(self) -> None:
        while True:
            at, bid = self.core.now(), self.bid
            for symbol in self._symbols:
                self.core.tick(Tick(symbol, bid, bid, bid, Decimal(10_000), at))
            await asyncio.sleep(0.1)

    def priced(self) -> None:
        """Wait until the desk has heard the price."""
        self.until(lambda: (t := self.kernel.quotes.get(ACME)) and t.last == self.bid)

    def start_gateway(self) -> None:
        """It is started, and logged in."""
        self._run(self.wire.open())

    def restart_gateway(self, bid: int) -> None:
        """It goes away and comes back; meanwhile the price moves."""

        async def meanwhile() -> None:
            self.bid = Decimal(bid)
            await asyncio.sleep(0.3)

        self._run(self.wire.restart(meanwhile))
