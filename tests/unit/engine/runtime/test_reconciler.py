"""A desk that never heard its venue finds what it missed by asking."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.paper.venue import PaperVenue
from engine.domain.account import CashEntry, CashReason
from engine.domain.commands import CancelOrder, ModifyOrder
from engine.domain.difference import DifferenceKind, Settlement
from engine.domain.events import OrderCanceled, OrderCancelRejected
from engine.domain.identifiers import AccountId, EntryId, Symbol, VenueName
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderState
from engine.domain.values import changed
from engine.ports.venue import IsAnothers, VenueOrder
from engine.runtime.reconcile import Reconciler
from tests.conformance.venues.memory_book import MemoryBook
from tests.unit.engine.runtime.deaf_desk import ANN, BTC, DeafDesk, SlowVenue

BOB = AccountId("bob")


class ForgetfulVenue(PaperVenue):
    """One that states an order so many times, and then once answers from before it was there."""

    answers_left = 99

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        del account
        return ()

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        self.answers_left -= 1
        return None if self.answers_left == 0 else await super().find(order, is_anothers)


class FundedVenue(PaperVenue):
    """One to which coins came by a deposit, which it tells of."""

    async def holdings(self, account: AccountId) -> Mapping[Symbol, Decimal]:
        del account
        return {BTC.symbol: Decimal(2)}

    async def cash_entries(self, account: AccountId, since: int) -> Sequence[CashEntry]:
        name, deposit = EntryId("d1"), CashReason.DEPOSIT
        return (CashEntry(name, account, deposit, BTC.base, Decimal(2), since),)


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


def test_coins_that_came_by_a_deposit_are_no_difference(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, FundedVenue)

        await desk.compare()

        book = desk.turns.kernel.accounts[ANN]
        assert (book.held(BTC.symbol), book.cash) == (2, {Currency("USDT"): Decimal(100_000)})
        assert await desk.settled() == []
        assert desk.turns.kernel.differences == {}
        await desk.compare()
        assert book.held(BTC.symbol) == 2
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


@pytest.mark.parametrize("answers", [1, 2, 3, 4])
def test_one_answer_from_the_past_does_not_end_an_order(tmp_path: Path, answers: int) -> None:
    async def story() -> None:
        desk = await DeafDesk(participation=Decimal(1)).open(tmp_path, ForgetfulVenue)
        order = await desk.buy(8, 99)
        await desk.price(98, size=4)
        desk.venue.answers_left = answers

        await desk.compare()

        assert order in desk.turns.kernel.orders.open
        await desk.compare()
        held = desk.turns.kernel.accounts[ANN].held(BTC.symbol)
        assert held == (await desk.venue.holdings(ANN))[BTC.symbol] > 0
        assert order in desk.turns.kernel.orders.open
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
            await desk.pass_time(1)
        await comparing

        assert await desk.settled() == [(DifferenceKind.MISSED_ANSWER, Settlement.MENDED)]
        await desk.close()

    asyncio.run(story())


def test_what_was_made_smaller_unheard_and_filled_whole_is_over(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        name = await desk.buy(8, 99)
        await desk.compare()
        ours = desk.turns.kernel.orders.get(name)
        assert ours is not None
        smaller = changed(ours.terms, quantity=Quantity(Decimal(4)))
        await desk.venue.modify(ModifyOrder(ANN, name, ours.venue_order_id, smaller))
        await desk.price(98)

        await desk.compare()
        await desk.compare()

        assert name not in desk.turns.kernel.orders.open
        assert desk.turns.kernel.accounts[ANN].held(BTC.symbol) == 4
        await desk.close()

    asyncio.run(story())


def test_what_cannot_be_canceled_is_asked_about_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        order = await desk.buy(8, 90)
        await desk.compare()
        comparing = asyncio.ensure_future(desk.reconciler.run())
        await desk.pass_time(60)
        heard = desk.venue.reports()
        for _ in range(2):
            await desk.venue.cancel(CancelOrder(ANN, order, None, BTC.symbol))
        await desk.pass_time(10)
        assert order in desk.turns.kernel.orders.open

        report = await anext(heard)
        while not isinstance(report, OrderCancelRejected):
            report = await anext(heard)
        await desk.sender.report(report)
        desk.reconciler.heard(report)
        await desk.pass_time(10)

        assert order not in desk.turns.kernel.orders.open
        comparing.cancel()
        await asyncio.wait((comparing,))
        await desk.close()

    asyncio.run(story())


class MuteVenue(PaperVenue):
    """One that takes every question and never answers."""

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        del account
        await asyncio.Event().wait()
        return ()


def test_an_account_does_not_wait_for_another_ones_venue(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        mute = MuteVenue(VenueName("mute"), [BTC], MemoryBook(), desk.clock, desk.fills)
        venues = {BOB: mute, ANN: desk.venue}
        reconciler = Reconciler(desk.turns, venues, desk.sender, desk.clock)
        await desk.buy(8, 99)
        await desk.price(98)

        comparing = asyncio.ensure_future(reconciler.run())
        await desk.pass_time(30)

        theirs = (await desk.venue.holdings(ANN))[BTC.symbol]
        assert desk.turns.kernel.accounts[ANN].held(BTC.symbol) == theirs > 0
        assert not reconciler.compared_at, "not all were compared"
        comparing.cancel()
        await asyncio.wait((comparing,))
        await desk.close()

    asyncio.run(story())
