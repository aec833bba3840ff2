"""A room whose prices and live account are those of an exchange on 127.0.0.1.

The desk, its library for exchanges and the way there are the real ones; time is real, too.
"""

from __future__ import annotations

import asyncio
import re
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
from tests.standins.exchange.server import Asked

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


class ExchangeDesk(Room):
    """Olga manages, Ann trades, on an exchange that is somewhere else."""

    def __init__(self, home: Path, row: str, address: str, config: Config | None = None) -> None:
        self.row = row
        self.address = address
        super().__init__(home, config or configured(row), identities=SystemIdentities())

    def _open(self) -> None:
        self.clock = SystemClock()
        self._run(self._opened())

    async def _built(self, system: System) -> Application:
        del system
        return await build(
            self._config,
            self._home,
            System(SystemClock(), self._identities, workers=False),
            line=lambda _: Line(address=self.address),
        )

    async def _quiet(self) -> None:
        await self.chat.settled()

    # -- people --------------------------------------------------------------------------------

    def living(self) -> None:
        """Turn the account live, from nothing."""
        self.priced()
        self.enroll()
        self.connect(passphrase=self.row == "okx")
        self.go_live()
        self.trades()

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
        shown = (
            [line for line in card.text.split() if re.fullmatch("[a-z2-7]{12}", line)]
            for card in self.cards("olga")
        )
        self._recovery = max(shown, key=len)

    def code(self) -> Card:
        """Enter a code that was not used yet: of the last step, this or the next, or to recover."""
        now = self.clock.now_ms() // STEP_MS
        self._step = max(self._step + 1, now - 1)
        if self._step > now + 1:
            return self.enter(self._recovery.pop())
        return self.enter(self.totp.generate_otp(self._step))

    def go_live(self) -> Card:
        """Turn the account live as Olga; the card that came of it."""
        self.say("/live main", who="olga")
        self.say("/yes", who="olga")
        return self.code()

    # -- waiting ---------------------------------------------------------------------------------

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
        """Wait until the desk has heard a price."""
        self.until(lambda: self.watched in self.kernel.quotes)

    def trades(self) -> None:
        """Wait until the live account may trade."""
        self.until(lambda: self.kernel.lines.get("main") == "")

    @property
    def watched(self) -> str:
        """What is waited for where nothing else is meant."""
        return self._config.market.symbols[0]

    @property
    def kernel(self) -> Any:
        return self.app.runtime.kernel


class ExchangeRoom(ExchangeDesk):
    """The same with the exchange in it, which goes on while the desk is away."""

    def __init__(
        self,
        home: Path,
        row: str = "binance",
        config: Config | None = None,
        *,
        lists_twice: bool = False,
        is_gone: bool = False,
    ) -> None:
        self.wire: Any = WIRES[row](core(row))
        self.core = self.wire.core
        self.core.balances = {"USDT": Decimal(100_000)}
        self.bid = Decimal(100)
        wanted = config.market.symbols if config is not None else (SPOT,)
        self._quoted = [symbol for symbol in self.core.instruments if symbol in wanted]
        self._ours = asyncio.new_event_loop()
        self._ours.run_until_complete(self.wire.open())
        self.wire.lists_twice = lists_twice
        self.wire.is_gone = is_gone
        self._prices = self._ours.create_task(self._quote())
        super().__init__(home, row, self.wire.address, config)

    def _open(self) -> None:
        self._loop.close()
        self._loop = self._ours
        super()._open()

    async def _quote(self) -> None:
        """An exchange says its prices again and again."""
        while True:
            bid = self.bid
            for symbol in self._quoted:
                self.core.tick(Tick(symbol, bid, bid, bid, Decimal(1_000), self.core.now()))
            await asyncio.sleep(0.1)

    def price_is(self, price: str) -> None:
        """The market moves, and the desk hears of it."""
        self.bid = Decimal(price)
        self.until(lambda: (t := self.kernel.quotes.get(self.watched)) and t.last == self.bid)

    @property
    def signed(self) -> list[str]:
        """All requests that carried a key, by their paths."""
        return [each.path for each in self.wire.asked if _is_signed(each)]

    @property
    def ordered(self) -> list[Asked]:
        """All requests to place an order."""
        return [each for each in self.wire.asked if self.wire.is_order(each)]

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
        self._prices.cancel()
        self._run(asyncio.wait([self._prices]))
        self._run(self.wire.close())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        assert self.wire.unknown == []


def _is_signed(asked: Asked) -> bool:
    return any(name.lower() in {"x-mbx-apikey", "api-key"} for name in asked.headers)
