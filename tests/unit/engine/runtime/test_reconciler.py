"""A desk that never heard its venue finds what it missed by asking."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.paper.venue import PaperVenue
from connectors.storage.stores import open_stores
from engine.domain.account import Account
from engine.domain.commands import CancelOrder, ModifyOrder
from engine.domain.difference import DifferenceKind, Settlement
from engine.domain.events import DifferenceSettled, OrderCanceled
from engine.domain.identifiers import (
    AccountId,
    ClientOrderId,
    IntentKey,
    PersonId,
    VenueName,
)
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Side
from engine.domain.requests import OpenAccount, PlaceOrder
from engine.domain.values import changed
from engine.kernel import Kernel
from engine.matching.model import FillModel
from engine.ports.venue import IsAnothers, VenueOrder
from engine.runtime.reconcile import Reconciler
from engine.runtime.sender import Sender
from engine.runtime.turns import Turns
from tests.conformance.venues.memory_book import MemoryBook
from tests.standins.clock import ManualClock
from tests.standins.market import instrument

BTC = instrument("BTC/USDT")
ANN = AccountId("ann")


class SlowVenue(PaperVenue):
    """One on whose way a request may be for a minute, and that may have lost what it had."""

    has_lost_all = False

    @property
    def in_flight_seconds(self) -> float:
        return 60.0

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        return () if self.has_lost_all else await super().open_orders(account)

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        return None if self.has_lost_all else await super().find(order, is_anothers)


class DeafDesk:
    """A kernel, its journal and a paper venue whose reports nobody hears."""

    def __init__(self, participation: Decimal | None = None) -> None:
        self.fills = FillModel(participation=participation)

    async def open(self, home: Path, kind: type[PaperVenue] = PaperVenue) -> DeafDesk:
        self.clock = ManualClock()
        self.stores = await open_stores(home / "desk.db")
        self.turns = Turns(lambda: Kernel([BTC], {}), self.stores.journal, self._furnish)
        self.venue = kind(VenueName("demo"), [BTC], MemoryBook(), self.clock, self.fills)
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self.sender = Sender(self.turns, {ANN: self.venue}, self.clock, self._spawn)
        self.reconciler = Reconciler(self.turns, {ANN: self.venue}, self.sender, self.clock)
        account = Account(
            ANN, VenueName("demo"), Currency("USDT"), is_paper=True, data_kind=DataKind.SIMULATED
        )
        cash = ((Currency("USDT"), Decimal(100_000)),)
        await self.turns.take(OpenAccount(account, cash, self.clock.now_ms()))
        await self.price(100)
        return self

    async def price(self, price: int, size: int = 10) -> None:
        at = self.clock.now_ms()
        value = Decimal(price)
        tick = Tick(BTC.symbol, value, value, value, Decimal(size), at)
        await self.turns.take(tick)
        await self.venue.on_tick(tick)

    async def buy(self, quantity: int, price: int) -> ClientOrderId:
        terms = OrderTerms(
            BTC.symbol,
            Side.BUY,
            OrderType.LIMIT,
            Quantity(Decimal(quantity)),
            Price(Decimal(price)),
        )
        now = self.clock.now_ms()
        key = IntentKey(f"k{price}")
        step = await self.turns.take(PlaceOrder(key, ANN, terms, PersonId("ann"), now, 0), key)
        for command in step.commands:
            await self.sender.send(command)
        return next(iter(self.turns.kernel.orders.open))

    async def compare(self) -> float:
        """Compare once; gives the seconds that it took."""
        began = self.clock.now_ms()
        comparing = asyncio.ensure_future(self.reconciler.compare(ANN))
        while not comparing.done():
            await self.clock.advance(1)
            await asyncio.sleep(0.001)
        await comparing
        return (self.clock.now_ms() - began) / 1000

    async def settled(self) -> list[tuple[DifferenceKind, Settlement]]:
        events = [each.event async for each in self.stores.journal.read()]
        return [(e.difference.kind, e.how) for e in events if isinstance(e, DifferenceSettled)]

    async def close(self) -> None:
        await self._group.__aexit__(None, None, None)
        await self.stores.close()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        self._group.create_task(work)

    async def _furnish(self, kernel: Kernel) -> None:
        del kernel


def test_fills_that_were_never_heard_are_booked_once(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        order = await desk.buy(8, 99)
        await desk.compare()
        await desk.price(98)  # fills what the price update's size allows
        kernel = desk.turns.kernel
        assert kernel.accounts[ANN].held(BTC.symbol) == 0

        await desk.compare()

        theirs = (await desk.venue.holdings(ANN))[BTC.symbol]
        assert theirs > 0
        assert kernel.accounts[ANN].held(BTC.symbol) == theirs
        await desk.compare()
        assert kernel.accounts[ANN].held(BTC.symbol) == theirs
        assert await desk.settled() == [
            (DifferenceKind.MISSED_ANSWER, Settlement.MENDED),
            (DifferenceKind.MISSED_FILL, Settlement.MENDED),
        ]
        assert kernel.differences == {}
        assert order in kernel.orders.open or theirs == 8
        await desk.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("has_lost_all", "kind"),
    [(False, DifferenceKind.MISSED_END), (True, DifferenceKind.ORPHAN)],
)
def test_what_is_stated_is_soon_mended_and_what_is_absent_late(
    tmp_path: Path, has_lost_all: bool, kind: DifferenceKind
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, SlowVenue)
        order = await desk.buy(8, 90)
        await desk.compare()
        await desk.venue.cancel(CancelOrder(ANN, order, None, BTC.symbol))
        desk.venue.has_lost_all = has_lost_all

        took = await desk.compare()

        assert has_lost_all == (took >= desk.venue.in_flight_seconds)
        ended = desk.turns.kernel.orders.get(order)
        assert ended is not None
        assert ended.state is OrderState.CANCELED
        assert (kind, Settlement.MENDED) in await desk.settled()
        await desk.close()

    asyncio.run(story())


def test_what_filled_unheard_before_a_cancel_that_was_heard_is_booked(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk(participation=Decimal(1)).open(tmp_path)
        order = await desk.buy(8, 99)
        await desk.compare()
        await desk.price(98, size=4)
        await desk.venue.cancel(CancelOrder(ANN, order, None, BTC.symbol))
        await desk.sender.report(OrderCanceled(order, "on request", desk.clock.now_ms()))
        assert order not in desk.turns.kernel.orders.open

        await desk.compare()

        theirs = (await desk.venue.holdings(ANN))[BTC.symbol]
        assert 0 < theirs < 8
        assert desk.turns.kernel.accounts[ANN].held(BTC.symbol) == theirs
        assert (DifferenceKind.MISSED_FILL, Settlement.MENDED) in await desk.settled()
        assert desk.turns.kernel.differences == {}
        await desk.close()

    asyncio.run(story())


def test_a_change_that_was_made_unheard_is_booked(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        order = await desk.buy(8, 90)
        await desk.compare()
        resting = desk.turns.kernel.orders.open[order]
        moved = changed(resting.terms, price=Price(Decimal(91)))
        await desk.venue.modify(ModifyOrder(ANN, order, resting.venue_order_id, moved))
        await desk.compare()

        assert desk.turns.kernel.orders.open[order].terms == moved
        assert (DifferenceKind.MISSED_CHANGE, Settlement.MENDED) in await desk.settled()
        await desk.close()

    asyncio.run(story())


def test_a_report_that_is_merely_late_is_no_difference(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        await desk.buy(8, 99)
        await desk.compare()
        await desk.price(98)
        comparing = asyncio.ensure_future(desk.reconciler.compare(ANN))
        await asyncio.sleep(0.01)
        heard = desk.venue.reports()
        while desk.turns.kernel.accounts[ANN].held(BTC.symbol) == 0:
            await desk.sender.report(await anext(heard))
        while not comparing.done():
            await desk.clock.advance(1)
            await asyncio.sleep(0.001)
        await comparing

        assert await desk.settled() == [(DifferenceKind.MISSED_ANSWER, Settlement.MENDED)]
        await desk.close()

    asyncio.run(story())
