"""A download from an exchange, by the real client, into the store that everything reads."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.wiring import Histories
from connectors.ccxt.client import Line
from connectors.storage.candles import ParquetCandleStore
from engine.domain.identifiers import VenueName
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound
from engine.runtime.downloads import Downloader, Progress
from engine.runtime.system import SystemClock
from tests.conformance.venues.ccxt_harness import WIRES
from tests.standins.exchange.listed import SPOT, core

BINANCE = VenueName("binance")


def downloaded(folder: Path, symbol: str, days: int) -> tuple[list[Progress], int]:
    async def work() -> tuple[list[Progress], int]:
        wire = WIRES["binance"](core("binance"))
        await wire.open()
        clock, store = SystemClock(), ParquetCandleStore(folder, threads=False)
        end = clock.now_ms() // 1000
        try:
            histories = Histories((), clock, lambda _: Line(address=wire.address))
            async with histories.open(BINANCE, symbol) as feed:
                stream = Downloader(store, clock).download(
                    feed, symbol, Timeframe.H1, end - days * 86_400, end
                )
                seen = [progress async for progress in stream]
            stored = await store.read(BINANCE, symbol, Timeframe.H1, 0, 2**40)
            return seen, len(stored)
        finally:
            await wire.close()

    return asyncio.run(work())


def test_an_exchange_fills_the_store_and_is_not_asked_twice(tmp_path: Path) -> None:
    seen, stored = downloaded(tmp_path, SPOT, 30)
    again, _ = downloaded(tmp_path, SPOT, 30)

    assert seen[-1].stored == stored == seen[-1].total >= 30 * 24 - 1
    assert seen[-1].left == 0
    assert again[-1].fetched <= 1


def test_what_it_does_not_list_is_said(tmp_path: Path) -> None:
    with pytest.raises(InstrumentNotFound):
        downloaded(tmp_path, "DOGE/MOON", 1)
