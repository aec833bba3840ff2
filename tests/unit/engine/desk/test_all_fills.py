"""All fills of an account, however many its record gives at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from engine.desk.orders import OrderDesk
from engine.desk.portfolio import PortfolioDesk
from engine.domain.account import CashEntry, Fill
from engine.domain.identifiers import AccountId, PersonId, Symbol
from engine.domain.money import ZERO
from engine.ports.journal import TradeHistory
from engine.runtime.live import LiveRuntime
from tests.unit.engine.desk.test_performance import ACCOUNT, BTC, BUY, ETH, INSTRUMENTS, fill

LATE, ANN = 2**45, PersonId("terminal:ann")
MANY = [fill(place / 3_600_000, BUY, "0.1", "100") for place in range(10_500)]
FILLS = [*MANY, fill(4, BUY, "1", "50", ETH)]


class Record:
    """A store that gives so many fills at a time."""

    async def fills(
        self,
        account: AccountId,
        *,
        symbol: Symbol | None = None,
        start: int = 0,
        end: int | None = None,
        limit: int = 10_000,
    ) -> Sequence[Fill]:
        wanted = (f for f in FILLS if symbol in {None, f.symbol} and f.at >= start)
        return [f for f in wanted if end is None or f.at < end][:limit]

    async def entries(
        self, account: AccountId, *, start: int = 0, end: int | None = None
    ) -> Sequence[CashEntry]:
        return []


@pytest.fixture
def runtime() -> LiveRuntime:
    book = SimpleNamespace(positions={})
    kernel = SimpleNamespace(accounts={ACCOUNT.id: book}, instruments=INSTRUMENTS, quotes={})
    clock = SimpleNamespace(now_ms=lambda: LATE)
    return cast("LiveRuntime", SimpleNamespace(kernel=kernel, clock=clock))


@pytest.fixture
def record() -> TradeHistory:
    return cast("TradeHistory", Record())


def test_the_newest_of_very_many_executions_are_listed(
    runtime: LiveRuntime, record: TradeHistory
) -> None:
    desk = OrderDesk(runtime, record, [ACCOUNT.id], ANN, ZERO)

    assert list(asyncio.run(desk.fills(None, 0, LATE))) == FILLS
    assert list(asyncio.run(desk.fills(ETH, 0, LATE))) == FILLS[-1:]


def test_profit_counts_all_of_very_many_executions(
    runtime: LiveRuntime, record: TradeHistory
) -> None:
    desk = PortfolioDesk(runtime, record, [ACCOUNT.id], ANN)

    lines = asyncio.run(desk.profit(None, 0, LATE)).lines

    assert {line.symbol: line.trades for line in lines} == {BTC: 10_500, ETH: 1}
