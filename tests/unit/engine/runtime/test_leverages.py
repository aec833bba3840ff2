"""A leverage is asked for once a yes, and one after another of an instrument."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

from connectors.paper.venue import PaperVenue
from engine.domain.identifiers import IntentKey, PersonId, Symbol
from engine.domain.margin import Leverage
from engine.runtime.leverage import Leverages
from tests.unit.engine.runtime.deaf_desk import ANN, BTC, DeafDesk

FIVE, TEN = Leverage(Decimal(5)), Leverage(Decimal(10))


class LeveredVenue(PaperVenue):
    """One whose answers take longer the lower the leverage that was asked for."""

    held: Leverage | None = None

    async def leverage(self, symbol: Symbol) -> Leverage | None:
        del symbol
        return self.held

    async def set_leverage(self, symbol: Symbol, leverage: Leverage) -> None:
        del symbol
        self.held = leverage
        for _ in range(int(100 / leverage.times)):
            await asyncio.sleep(0)

    async def on_margin(self, account: object) -> dict:
        return {}

    async def forced(self, account: object, symbol: object, since: int) -> list:
        return []

    async def maintenance(self, symbol: object, quantity: Decimal, price: Decimal) -> None:
        return None


def test_a_yes_that_is_taken_up_again_takes_back_no_later_one(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, LeveredVenue)
        leverages = Leverages(desk.turns, {ANN: desk.venue}, desk.clock)
        first, second = IntentKey("ticket:1"), IntentKey("ticket:2")
        await leverages.set(ANN, BTC.symbol, FIVE, PersonId("ann"), first)
        await leverages.set(ANN, BTC.symbol, TEN, PersonId("bob"), second)
        await leverages.set(ANN, BTC.symbol, FIVE, PersonId("ann"), first)

        assert desk.venue.held == desk.turns.kernel.accounts[ANN].leverage[BTC.symbol] == TEN
        await desk.close()

    asyncio.run(story())


def test_of_two_at_once_the_one_that_is_known_is_the_venues(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, LeveredVenue)
        leverages = Leverages(desk.turns, {ANN: desk.venue}, desk.clock)
        await asyncio.gather(
            leverages.set(ANN, BTC.symbol, FIVE, PersonId("ann"), IntentKey("ticket:1")),
            leverages.set(ANN, BTC.symbol, TEN, PersonId("bob"), IntentKey("ticket:2")),
        )

        assert desk.turns.kernel.accounts[ANN].leverage[BTC.symbol] == desk.venue.held
        await desk.close()

    asyncio.run(story())
