"""What is known is what is on disk, whoever goes while it is being written."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from engine.domain.identifiers import IntentKey, PersonId
from engine.domain.order import OrderState
from engine.domain.requests import HaltTrading
from tests.unit.engine.runtime.deaf_desk import ANN, BTC, DeafDesk


def test_a_line_let_go_of_while_its_report_is_being_written_leaves_the_books_whole(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, creator=None)
        name = await desk.buy(8, 99)
        heard = desk.venue.reports()
        await desk.sender.report(await anext(heard))
        await desk.price(98)

        async def hear() -> None:
            async for report in heard:
                await desk.sender.report(report)

        busy = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
        hearing = asyncio.create_task(hear())
        busy.execute("BEGIN IMMEDIATE")
        while not desk.turns.kernel.accounts[ANN].held(BTC.symbol):
            await asyncio.sleep(0)
        hearing.cancel()
        key = IntentKey("halt")
        halt = HaltTrading(key, PersonId("max"), "", flatten=False, at=desk.clock.now_ms())
        halting = asyncio.create_task(desk.turns.take(halt, key))
        await asyncio.wait([halting], timeout=0.3)
        busy.execute("ROLLBACK")
        busy.close()
        await asyncio.wait([hearing, halting])

        written = [type(each.event).__name__ async for each in desk.stores.journal.read()]
        assert written[-2:] == ["OrderFilled", "TradingHalted"]
        filled = desk.turns.kernel.orders.get(name)
        assert filled is not None
        assert filled.state is OrderState.FILLED
        assert desk.turns.kernel.accounts[ANN].held(BTC.symbol) == 8
        await desk.close()

    asyncio.run(story())
