"""What was listed is remembered as it was last."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from connectors.storage.stores import open_stores
from tests.standins.market import LISTED


def test_what_is_listed_no_more_is_still_known(tmp_path: Path) -> None:
    async def story() -> None:
        stores = await open_stores(tmp_path / "desk.db")
        await stores.listings.keep(LISTED)
        finer = replace(LISTED[0], price_step=Decimal("0.001"))
        await stores.listings.keep([finer])

        known = {each.symbol: each for each in await stores.listings.known()}

        assert known == {each.symbol: each for each in (*LISTED, finer)}
        await stores.close()

    asyncio.run(story())
