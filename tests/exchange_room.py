"""A room whose prices and live account are those of an exchange on 127.0.0.1.

The desk, its library for exchanges and the way there are the real ones; time is real, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pyotp

from bot.card import Card
from bot.config import Config
from bot.identity.second_factor import STEP_MS
from bot.wiring import Application, System, build
from connectors.ccxt.client import Keys, Line
from engine.domain.market import Tick
from engine.runtime.system import SystemClock, SystemIdentities
from tests.conformance.venues.ccxt_harness import WIRES, keys_of
from tests.room import Room
from tests.standins.exchange.listed import SPOT, core
from tests.standins.exchange.server import Wire

T = TypeVar("T")

LIMIT_SECONDS = 40
PEOPLE = {"terminal:olga": "owner", "terminal:ann": "trader"}


def configured(row: str, **market: object) -> Config:
    """A paper account, and one that is meant for real money, on one exchange's prices."""
    is_test = bool(market.get("test_network"))
    main = {"id": "main", "venue": row, "mode": "live", "test_network": is_test}
    return Config.model_validate(
        {
            "people": PEOPLE,
            "accounts": [{"id": "paper"}, main],
            "market": {"source": "exchange", "venue": row, "symbols": ["BTC/USDT"], **market},
        }
    )


class ExchangeRoom(Room):
    """Olga manages, Ann trades; the exchange goes on while the desk is away."""

    def __init__(
        self, home: Path, row: str = "binance", config: Config | None = None, *, up: bool = True
    ) -> None:
        self.row = row
        self.wire: Wire = WIRES[row](core(row))
        self.core = self.wire.core
        self.core.balances = {"USDT": Decimal(100_000)}
        self._ours = asyncio.new_event_loop()
        self._ours.run_until_complete(self.wire.open())
        self.wire.is_gone = not up
        self._prices: asyncio.Task[None] | None = None
        self.bid = Decimal(100)
        self._ours.run_until_complete(self._begin())
        super().__init__(home, config or configured(row), identities=SystemIdentities())

    async def _begin(self) -> None:
        self._prices = asyncio.ensure_future(self._quote())

    async def _quote(self) -> None:
        """An exchange says its prices again and again."""
        while True:
            self.core.tick(
                Tick(SPOT, self.bid, self.bid, self.bid, Decimal(1_000), self.core.now())
            )
            await asyncio.sleep(0.1)

    def _open(self) -> None:
        self._loop.close()
        self._loop = self._ours
        self.clock = SystemClock()
        self._run(self._opened())

    async def _built(self, system: System) -> Application:
        del system
        return await build(
            self._config,
            self._home,
            System(SystemClock(), self._identities, workers=False),
            line=lambda _: Line(address=self.wire.address),
        )

    async def _quiet(self) -> None:
        await self.chat.settled()

    # -- people --------------------------------------------------------------------------------

    def connect(self, keys: Keys | None = None, *, passphrase: bool = False) -> Card:
        """Enter keys as Olga; the card that came of it."""
        given = keys or keys_of(self.row)
        self.say("/connect main", who="olga")
        self.say("/yes", who="olga")
        if self.adapter.forms and self.adapter.forms[-1].label.startswith("Code"):
            self.code()
        parts = [given.key, given.secret, *([given.passphrase] if passphrase else [])]
        return [self.enter(part) for part in parts][-1]

    def enroll(self) -> None:
        """Give Olga a second factor."""
        before = len(self.cards("olga"))
        self.say("/mfa enroll", who="olga")
        fields = dict(self.cards("olga")[before].fields)
        key = next(iter(value for value in fields.values() if len(value) > 30)).replace(" ", "")
        self.totp = pyotp.TOTP(key)
        self._step = self.clock.now_ms() // STEP_MS - 2
        self.code()

    def code(self) -> Card:
        """Enter the next code that was not used yet; one of the step to come is taken, too."""
        now = self.clock.now_ms() // STEP_MS
        self._step = max(self._step + 1, now - 1)
        return self.enter(self.totp.generate_otp(self._step))

    def go_live(self) -> Card:
        """Turn the account live as Olga; the card that came of it."""
        self.say("/live main", who="olga")
        self.say("/yes", who="olga")
        return self.code()

    # -- the exchange --------------------------------------------------------------------------

    def until(self, happened: Callable[[], T]) -> T:
        """Let time pass until it is so; gives it."""

        async def waited() -> T:
            async with asyncio.timeout(LIMIT_SECONDS):
                while not (found := happened()):
                    await asyncio.sleep(0.05)
                await self.chat.settled()
            return found

        return self._run(waited())

    def priced(self) -> None:
        """Wait until the desk has heard the price."""
        self.until(lambda: (t := self.kernel.quotes.get(SPOT)) and t.last == self.bid)

    def trades(self) -> None:
        """Wait until the live account may trade."""
        self.until(lambda: self.kernel.lines.get("main") == "")

    @property
    def kernel(self) -> Any:
        return self.app.runtime.kernel

    @property
    def resting(self) -> list[Any]:
        """What rests at the exchange."""
        return self.core.resting()

    def leave(self) -> None:
        """The desk ends; the exchange goes on."""
        for adapter in self.adapters.values():
            adapter.leave()
        self._run(self._serving)
        self._run(self.app.close())

    def restart(self, after_seconds: int = 0) -> None:
        """Leave, and open again on what is on disk."""
        del after_seconds
        self.leave()
        self.again()

    def again(self) -> None:
        """Open on what is on disk."""
        self._run(self._opened())

    def close(self) -> None:
        """Everybody leaves."""
        self.leave()
        self.end()

    def end(self) -> None:
        """The exchange ends, too."""
        if self._prices is not None:
            self._prices.cancel()
            self._run(asyncio.wait([self._prices]))
        self._run(self.wire.close())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        assert self.wire.unknown == []
