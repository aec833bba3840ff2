"""A market that runs by its own time goes on where it stood when the desk was left."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from bot.config import Config
from bot.sections import MarketSection
from bot.wiring import System, build
from connectors.simulated.listing import DEMO, DEMO_LISTINGS
from connectors.storage.candles.store import ParquetCandleStore
from engine.domain.candles import Candle, Candles
from engine.domain.timeframe import Timeframe
from tests.standins.clock import START_MS, CountedIdentities, HurriedClock

CANDLES = "tests/data/candles/btc-usd-1m-2022-01.csv.gz"
REPLAY = MarketSection(source="replay", file=CANDLES, symbol="BTC/USD", speed=60, start=100)
SYMBOL = DEMO_LISTINGS[0].instrument.symbol
A_BAR_MS = 60_000


def served(home: Path, market: MarketSection, bars: int) -> tuple[int, int]:
    """Open a desk for so many bars; gives its market's first and last moment, UTC ms."""
    return asyncio.run(_served(home, market, bars))


async def _served(home: Path, market: MarketSection, bars: int) -> tuple[int, int]:
    clock = HurriedClock(speed=100)
    app = await build(Config(market=market), home, System(clock, CountedIdentities()))
    now_ms = app.runtime.clock.now_ms
    opened_at = now_ms()
    running = asyncio.ensure_future(app.runtime.run())
    while now_ms() < opened_at + bars * A_BAR_MS - 1 and not running.done():
        await clock.sleep(1)
    left_at = now_ms()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await app.close()
    return opened_at, left_at


def test_a_replay_goes_on_at_the_bar_where_it_was_left(tmp_path: Path) -> None:
    _, left = served(tmp_path, REPLAY, bars=10)

    again, _ = served(tmp_path, REPLAY, bars=0)

    # The bar that its last tick ends is kept already, or told again.
    assert left - A_BAR_MS < again <= left + 1


def test_a_simulated_market_that_ran_ahead_of_the_clock_stays_there(tmp_path: Path) -> None:
    ahead = START_MS // 1000 + 3600
    kept = Candles.of([Candle(ahead, 1, 1, 1, 1, 1)])
    asyncio.run(ParquetCandleStore(tmp_path / "candles").write(DEMO, SYMBOL, Timeframe.M1, kept))

    again, _ = served(tmp_path, MarketSection(source="simulated", speed=60), bars=0)

    assert again >= ahead * 1000 + A_BAR_MS


def test_a_replay_that_ended_tells_its_last_bar_again(tmp_path: Path) -> None:
    ending = MarketSection(source="replay", file=CANDLES, symbol="BTC/USD", speed=60, start=10**9)
    _, left = served(tmp_path, ending, bars=1)

    again, last = served(tmp_path, ending, bars=1)

    assert (again, last) == (left - 59_999, left)
