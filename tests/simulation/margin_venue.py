"""The line of an account that trades for real, with what is asked of an exchange of perpetuals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal

from engine.domain.identifiers import AccountId, Symbol
from engine.domain.margin import Leverage
from engine.domain.money import Currency
from engine.errors import OrderRejected, OrderStateUnknown
from engine.ports.credentials import KeyRights, VenueKeys
from engine.ports.venue import ForcedTrade, HeldOnMargin
from tests.simulation.perpetuals import MAINTENANCE, Perpetuals
from tests.simulation.venue import NastyVenue

KEY, SECRET = "key-canary-of-the-account-01234567", "secret-canary-of-the-account-0123"


class MarginVenue(NastyVenue):
    """All that is asked goes the same way there and back as orders do."""

    @property
    def _perpetuals(self) -> Perpetuals:
        exchange = self._wire.exchange
        assert isinstance(exchange, Perpetuals)
        return exchange

    async def balances(self) -> Mapping[Currency, Decimal]:
        await self._ask()
        return dict(self._perpetuals.cash)

    async def close(self) -> None:
        if self._wire.line is self:
            self._wire.line = None

    async def leverage(self, symbol: Symbol) -> Leverage | None:
        await self._ask()
        return self._perpetuals.leverage(symbol, self._lag())

    async def set_leverage(self, symbol: Symbol, leverage: Leverage) -> None:
        """What is then read back decides, whatever was answered."""
        refusals: list[str] = []
        with suppress(OrderStateUnknown):
            await self._send(
                lambda: refusals.append(self._perpetuals.set_leverage(symbol, leverage)), symbol
            )
        found = await self.leverage(symbol)
        if found == leverage:
            return
        if any(refusals):
            raise OrderRejected(refusals[0], reason=refusals[0])
        if found is not None and found.mode is not leverage.mode:
            raise OrderRejected("crossed", reason="crossed", why="crossed")
        reason = f"it reads back {found.times if found is not None else None}"
        raise OrderRejected(reason, reason=reason, why="not_taken")

    async def on_margin(self, account: AccountId) -> Mapping[Symbol, HeldOnMargin]:
        await self._ask()
        return self._perpetuals.on_margin()

    async def forced(self, account: AccountId, symbol: Symbol, since: int) -> Sequence[ForcedTrade]:
        await self._ask()
        return [
            ForcedTrade(each.purpose, each.order, each.side, each.fill)
            for each in self._perpetuals.forced_since(symbol, since, self._lag())
        ]

    async def maintenance(
        self, symbol: Symbol, quantity: Decimal, price: Decimal
    ) -> Decimal | None:
        await self._ask()
        return MAINTENANCE


class GoodKeys:
    """Keys that read and trade, and take nothing out."""

    async def probe(self, keys: VenueKeys) -> KeyRights:
        return KeyRights(reads_balance=True, trades=True, withdraws=False)
