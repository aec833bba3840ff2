"""A room whose prices and live account are those of a venue's program on 127.0.0.1, which goes on,
or away, while the desk is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.config import Config
from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from tests.exchange_room import LIMIT_SECONDS, PEOPLE, ExchangeDesk, ExchangeRoom


def configured(venue: str, port: int, symbols: Sequence[str], **there: object) -> Config:
    """A paper account, and one that trades play money at the program."""
    main = {"id": "main", "venue": venue, "mode": "live", "test_network": True, "currency": "USD"}
    market = {"source": "exchange", "venue": venue, "symbols": symbols, "test_network": True}
    return Config.model_validate(
        {
            "people": PEOPLE,
            "accounts": [{"id": "paper", "currency": "USD"}, main],
            "market": market,
            venue: {"port": port, **there},
        }
    )


class ProgramRoom(ExchangeRoom):
    """Olga manages, Ann trades."""

    venue: str

    def __init__(self, home: Path, wire: Any, spoken: Sequence[str], *, up: bool = True) -> None:
        """`wire` stands in for the program; of `spoken` prices are said, of the first to wait for
        them; it runs at the beginning where it is `up`.
        """
        self._symbols = [Symbol(each) for each in spoken]
        self.wire = wire
        self.core = wire.core
        self.core.balances = {"USD": Decimal(1_000_000)}
        self.bid = Decimal(100)
        self._ours = asyncio.new_event_loop()
        self._ours.run_until_complete(wire.open())
        if not up:
            self._ours.run_until_complete(wire.close())
        self._prices = self._ours.create_task(self._quote())
        ExchangeDesk.__init__(self, home, "", "", self.configuration())

    def configuration(self) -> Config:
        """What the desk is told, once the program listens."""
        raise NotImplementedError

    async def _quote(self) -> None:
        while True:
            at, bid = self.core.now(), self.bid
            for symbol in self._symbols:
                self.core.tick(Tick(symbol, bid, bid, bid, Decimal(10_000), at))
            await asyncio.sleep(0.1)

    def priced(self) -> None:
        """Wait until the desk has heard the price."""
        first = self._symbols[0]
        self.until(lambda: (t := self.kernel.quotes.get(first)) and t.last == self.bid)

    def start_program(self) -> None:
        """It is started, and logged in."""
        self._run(self.wire.open())

    def until_there(self, happened: Callable[[], object]) -> None:
        """Let time pass at the venue, the desk being away, until it is so."""

        async def waited() -> None:
            async with asyncio.timeout(LIMIT_SECONDS):
                while not happened():
                    await asyncio.sleep(0.05)

        self._run(waited())

    def restart_program(self, bid: int) -> None:
        """It goes away and comes back; meanwhile the price moves."""

        async def meanwhile() -> None:
            self.bid = Decimal(bid)
            await asyncio.sleep(0.3)

        self._run(self.wire.restart(meanwhile))
