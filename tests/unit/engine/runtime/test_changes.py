"""A change that a venue does not answer about, or that a process did not live to hear of."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.paper.venue import PaperVenue
from engine.domain.commands import ModifyOrder
from engine.domain.events import OrderReplaced, OrderReplaceRejected, OrderReplaceRequested
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, PersonId
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.domain.requests import PlaceOrder, ReplaceOrder
from engine.domain.values import changed
from engine.errors import OrderStateUnknown, VenueUnavailable
from engine.runtime.resuming import Resuming
from tests.standins.clock import ManualClock
from tests.unit.engine.runtime.deaf_desk import ANN, BTC, DeafDesk

_IN_FLIGHT_SECONDS = 20


class MuteVenue(PaperVenue):
    """One whose answers to changes are lost unless it `answers`, whether it `makes` them or not."""

    makes = answers = is_away = False
    asked = 0

    @property
    def in_flight_seconds(self) -> float:
        return _IN_FLIGHT_SECONDS

    async def modify(self, command: ModifyOrder) -> None:
        self.asked += 1
        if self.is_away:
            raise VenueUnavailable("nobody is there")
        if self.makes:
            await super().modify(command)
        if not self.answers:
            raise OrderStateUnknown("no answer")


class SlowVenue(PaperVenue):
    """One that takes two seconds over a change; the first `lost` are not answered and land late."""

    clock: ManualClock
    lost = under_way = most_at_once = 0
    late: ModifyOrder | None = None

    @property
    def in_flight_seconds(self) -> float:
        return _IN_FLIGHT_SECONDS

    async def modify(self, command: ModifyOrder) -> None:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        await self.clock.sleep(2)
        self.under_way -= 1
        if self.lost:
            self.lost -= 1
            self.late = command
            raise OrderStateUnknown("no answer")
        await super().modify(command)

    async def land(self) -> None:
        """What was lost arrives."""
        assert self.late is not None
        await super().modify(self.late)


async def _asked(desk: DeafDesk, order: ClientOrderId, price: int) -> ModifyOrder:
    """A person's confirmed change is written; what is to be sent now."""
    key = IntentKey(f"change-{price}")
    now, level = desk.clock.now_ms(), Price(Decimal(price))
    wish = ReplaceOrder(key, ANN, order, PersonId("ann"), now, level)
    (command,) = (await desk.turns.take(wish, key)).commands
    assert isinstance(command, ModifyOrder)
    again = await desk.turns.take(wish, key)
    assert not again.commands, "one yes, one change"
    return command


async def _resting(desk: DeafDesk) -> ClientOrderId:
    order = await desk.buy(2, 99)
    await desk.sender.catch_up([_open(desk, order)])
    return order


async def _stop(desk: DeafDesk) -> ClientOrderId:
    """A stop on what was bought at the market."""
    await desk.sender.catch_up([_open(desk, await desk.buy(2, 100))])
    terms = OrderTerms(
        BTC.symbol,
        Side.SELL,
        OrderType.STOP,
        Quantity(Decimal(2)),
        stop_price=Price(Decimal(90)),
        reduce_only=True,
    )
    key = IntentKey("stop")
    wish = PlaceOrder(key, ANN, terms, PersonId("ann"), desk.clock.now_ms(), 0)
    (command,) = (await desk.turns.take(wish, key)).commands
    await desk.sender.send(command)
    (order,) = desk.turns.kernel.orders.open.values()
    await desk.sender.catch_up([order])
    return order.client_order_id


def _open(desk: DeafDesk, name: ClientOrderId) -> Order:
    return desk.turns.kernel.orders.open[name]


async def _told(desk: DeafDesk) -> list[str]:
    kinds = OrderReplaceRequested, OrderReplaced, OrderReplaceRejected
    events = [each.event async for each in desk.stores.journal.read()]
    return [type(event).__name__ for event in events if isinstance(event, kinds)]


async def _resume(desk: DeafDesk, group: asyncio.TaskGroup) -> None:
    """Another process takes the account up."""

    def spawn(work: Coroutine[None, None, None]) -> None:
        group.create_task(work)

    def ready(account: AccountId) -> None:
        del account

    async def priced() -> None:
        await desk.price(100)

    await desk.turns.rebuild()
    Resuming(desk.turns, desk.sender, priced, spawn).begin(group, ANN, ready)


@pytest.mark.parametrize("makes", [True, False])
def test_a_change_without_an_answer_is_asked_about_and_never_sent_again(
    tmp_path: Path, makes: bool
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, MuteVenue)
        desk.venue.makes = makes
        order = await _resting(desk)

        await desk.sender.send(await _asked(desk, order, 97))
        await desk.pass_time(3)
        assert (_open(desk, order).asked is None) is makes
        await desk.pass_time(_IN_FLIGHT_SECONDS)

        assert _open(desk, order).asked is None
        assert _open(desk, order).terms.price == (97 if makes else 99)
        last = "OrderReplaced" if makes else "OrderReplaceRejected"
        assert await _told(desk) == ["OrderReplaceRequested", last]
        assert desk.venue.asked == 1
        await desk.close()

    asyncio.run(story())


def test_a_change_that_never_left_is_told_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, MuteVenue)
        desk.venue.is_away = True
        order = await _resting(desk)

        await desk.sender.send(await _asked(desk, order, 97))

        assert await _told(desk) == ["OrderReplaceRequested", "OrderReplaceRejected"]
        await desk.close()

    asyncio.run(story())


@pytest.mark.parametrize("has_left", [True, False])
def test_what_a_process_did_not_live_to_hear_is_told_by_the_next(
    tmp_path: Path, has_left: bool
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, MuteVenue)
        desk.venue.makes = True
        order = await _resting(desk)
        command = await _asked(desk, order, 97)
        if has_left:
            with pytest.raises(OrderStateUnknown):
                await desk.venue.modify(command)

        async with asyncio.TaskGroup() as group:
            await _resume(desk, group)
            await desk.pass_time(_IN_FLIGHT_SECONDS + 4)

        last = "OrderReplaced" if has_left else "OrderReplaceRejected"
        assert await _told(desk) == ["OrderReplaceRequested", last]
        assert desk.venue.asked == int(has_left), "what opens is not asked for twice"
        assert _open(desk, order).terms.price == (97 if has_left else 99)
        await desk.close()

    asyncio.run(story())


def test_a_stop_whose_change_was_confirmed_is_moved_by_the_next_process(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, MuteVenue)
        desk.venue.makes = desk.venue.answers = True
        order = await _stop(desk)
        await _asked(desk, order, 95)

        async with asyncio.TaskGroup() as group:
            await _resume(desk, group)
            await desk.pass_time(5)

        there = await desk.there(order)
        assert there is not None
        assert there.order.terms.stop_price == 95
        await desk.close()

    asyncio.run(story())


def _moved(desk: DeafDesk, order: ClientOrderId, price: int) -> ModifyOrder:
    """A stop that is asked to be moved, without what the desk would hear of others before."""
    terms = changed(_open(desk, order).terms, stop_price=Price(Decimal(price)))
    return ModifyOrder.of(_open(desk, order), terms)


def test_changes_of_one_order_leave_one_after_another_however_many_wait(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, SlowVenue)
        desk.venue.clock = desk.clock
        order = await _stop(desk)
        async with asyncio.TaskGroup() as group:
            for price, seconds in ((91, 1), (92, 2), (93, 6)):
                group.create_task(desk.sender.send(_moved(desk, order, price)))
                await desk.pass_time(seconds)

        assert desk.venue.most_at_once == 1
        there = await desk.there(order)
        assert there is not None
        assert there.order.terms.stop_price == 93
        await desk.close()

    asyncio.run(story())


@pytest.mark.parametrize(("lost", "lands_after"), [(1, 11), (2, 14)])
def test_a_stop_is_not_moved_while_an_earlier_change_may_land_after_it(
    tmp_path: Path, lost: int, lands_after: int
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, SlowVenue)
        desk.venue.clock = desk.clock
        order = await _stop(desk)
        desk.venue.lost = lost
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.sender.send(_moved(desk, order, 91)))
            await desk.pass_time(9)
            group.create_task(desk.sender.send(_moved(desk, order, 92)))
            await desk.pass_time(lands_after)
            await desk.venue.land()
            await desk.pass_time(_IN_FLIGHT_SECONDS)

        there = await desk.there(order)
        assert there is not None
        assert there.order.terms.stop_price == 92
        await desk.close()

    asyncio.run(story())
