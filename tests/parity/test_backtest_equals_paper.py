"""A backtest and a run on paper, over the same bars with the same fills, keep the same journal.

The paper run is the whole desk: its loop, its venue, its database; only the prices are said. They
are said as the backtest's fill model has them: a bar's open, the level that it reaches if it
reaches one, then its high, its low and its close.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.config import Config
from bot.sections import AccountSection, PaperSection, RiskSection
from engine.backtest import Settings, kernel
from engine.backtest.exchange import Mandate
from engine.backtest.result import Backtest, Reason
from engine.documents import read_document
from engine.domain.candles import Candle, Candles
from engine.domain.events import Event, OrderInitialized
from engine.domain.identifiers import AccountId, PersonId, Symbol, VenueName
from engine.domain.limits import Scope, ScopeKind
from engine.domain.market import Tick
from engine.domain.order import OrderState
from engine.domain.timeframe import Timeframe
from tests.bench.backtests.histories import walk
from tests.room import Room
from tests.standins.clock import START_MS
from tests.standins.market import instrument

BARS, MINUTE = 90, 60
SYMBOL = Symbol("BTC/USDT")
RULES = """
strategy: swings
timeframe: 1m
symbols: [BTC/USDT]
long:
  enter: close > open + 6
  exit: close < open - 14
size: 0.05 units
stop_loss: 0.05%
take_profit: 0.08%
"""
HONEST = Config(
    people={"terminal:ann": "trader"},
    accounts=(AccountSection(cash={"USDT": Decimal(50_000)}),),
    paper=PaperSection(slippage=Decimal(0), participation=None),
    risk=RiskSection(max_order_value=None, max_position_value=None, max_daily_loss=None),
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "home", HONEST)
    yield room
    room.close()


def tape() -> Candles:
    """Bars that begin a minute after the desk opens."""
    candles = walk(BARS)
    return replace(candles, time=START_MS // 1_000 + MINUTE * (1 + candles.time // MINUTE % BARS))


def said(room: Room, price: float) -> None:
    """A price without a spread."""
    exact = Decimal(repr(price))
    tick = Tick(SYMBOL, exact, exact, exact, Decimal(1), room.clock.now_ms())
    room.market._last[SYMBOL] = tick
    room.market._ticks.put_nowait(tick)
    room.run(settled(room))


async def settled(room: Room) -> None:
    """Until the desk has judged the bar and every order is where it stays."""
    await room.market.taken_in()
    while True:
        await room.app.door.settled()
        await room._quiet()
        orders = room.app.runtime.kernel.orders.open.values()
        if all(order.state is OrderState.ACCEPTED for order in orders):
            return


def passed(room: Room, bar: Candle, levels: list[float]) -> None:
    """A bar goes by, through the levels that it reaches."""
    room.wait(bar.time - room.clock.now_ms() / 1_000)
    for price in (bar.open, *levels):
        said(room, price)
    room.wait(MINUTE / 2)
    for price in (bar.high, bar.low, bar.close):
        said(room, price)


def reached(result: Backtest, bar: int) -> list[float]:
    """The prices at which something that rested fills in a bar."""
    trades = result.trades.table.tolist()
    return [row[3] for row in trades if row[2] == bar and row[8] in (Reason.STOP, Reason.TARGET)]


def told(events: list[Event]) -> list[Event]:
    """What happened to orders, without the day's housekeeping."""
    return [e for e in events if isinstance(e, OrderInitialized) or hasattr(e, "client_order_id")]


def test_backtest_and_paper_keep_the_same_journal(room: Room, tmp_path: Path) -> None:
    candles, path = tape(), tmp_path / "swings.yaml"
    path.write_text(RULES, "utf-8")
    room.say(f"/import {path}")
    said(room, float(candles.open[0]))
    room.say("/run swings BTC/USDT 1m 10000")
    room.say("/yes")
    (run,) = room.app.door.keeper.running(AccountId("paper"))
    mandate = Mandate(
        run.id,
        PersonId("terminal:ann"),
        AccountId("paper"),
        VenueName("paper"),
        Scope(ScopeKind.STRATEGY, "swings"),
    )
    ours: list[Event] = []
    result = kernel.run(
        read_document(RULES),
        candles,
        Timeframe.M1,
        Settings(cash=50_000.0, fee=0.001),
        instrument=instrument("BTC/USDT"),
        mandate=mandate,
        journal=ours.extend,
    )

    for bar in range(BARS):
        passed(room, candles.row(bar), reached(result, bar))

    async def kept() -> list[Event]:
        return [each.event async for each in room.app.stores.journal.read()]

    theirs = told(room.run(kept()))
    reasons = {row.reason for row in result.rows}
    assert reasons >= {Reason.EXIT, Reason.STOP, Reason.TARGET}
    # A backtest closes in the end what a run still holds.
    assert len(theirs) > 60
    assert told(ours)[: len(theirs)] == theirs
