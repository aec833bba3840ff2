"""Cash that moves at a venue is booked once what is held has a price, and not much later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.paper.venue import PaperVenue
from engine.domain.account import CashEntry, CashReason
from engine.domain.events import CashMoved
from engine.domain.identifiers import AccountId, EntryId
from engine.domain.money import Currency
from engine.runtime.cash import CashWatch
from tests.unit.engine.runtime.deaf_desk import ANN, DeafDesk


class PayingVenue(PaperVenue):
    """One from which a tenth was taken out, once it `pays`."""

    pays = False

    async def cash_entries(self, account: AccountId, since: int) -> Sequence[CashEntry]:
        amount, reason = Decimal(-10_000), CashReason.WITHDRAWAL
        entry = CashEntry(EntryId("w1"), account, reason, Currency("USDT"), amount, since)
        return (entry,) if self.pays else ()


@pytest.mark.parametrize(("priced_after", "booked_after"), [(3, 4), (400, 401), (None, 3_601)])
def test_money_taken_out_is_booked_once_what_is_held_has_a_price(
    tmp_path: Path, priced_after: int | None, booked_after: int
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, PayingVenue)
        await desk.buy(8, 99)
        await desk.compare()
        await desk.price(98)
        await desk.compare()
        await desk.restart()
        desk.venue.pays = True
        assert desk.turns.kernel.awaits_price(ANN)
        watching = asyncio.ensure_future(CashWatch(desk.turns, {ANN: desk.venue}, desk.clock).run())

        seconds = 0
        while not await booked(desk):
            await desk.pass_time(1)
            seconds += 1
            if seconds == priced_after:
                await desk.price(100)
        assert seconds == booked_after
        (moved,) = await booked(desk)
        assert (moved.equity is None) == (priced_after is None)
        watching.cancel()
        await desk.close()

    asyncio.run(story())


async def booked(desk: DeafDesk) -> list[CashMoved]:
    return [e.event async for e in desk.stores.journal.read() if isinstance(e.event, CashMoved)]
