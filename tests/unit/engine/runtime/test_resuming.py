"""After a restart: what is caught up with at once, and what may take minutes to know."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path

import pytest

from connectors.paper.venue import PaperVenue
from engine.domain.commands import SubmitOrder
from engine.domain.events import OrderFilled
from engine.domain.identifiers import AccountId, ClientOrderId
from engine.domain.order import Order, OrderState
from engine.errors import OrderStateUnknown, VenueUnavailable
from engine.ports.venue import IsAnothers, VenueOrder
from engine.runtime.resuming import Resuming
from tests.unit.engine.runtime.deaf_desk import ANN, DeafDesk


class ForgetfulVenue(PaperVenue):
    """One that loses what comes while it is mute, and may forget all that it had."""

    is_mute = is_away = has_forgotten = keeps_quiet = False

    @property
    def client_ids_are_unique(self) -> bool:
        return False

    @property
    def in_flight_seconds(self) -> float:
        return 120.0

    async def submit(self, command: SubmitOrder) -> None:
        if self.is_mute:
            raise OrderStateUnknown("no answer")
        await super().submit(command)
        if self.keeps_quiet:
            await asyncio.Event().wait()

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        if self.is_away:
            raise VenueUnavailable("nobody is there")
        await asyncio.sleep(0)  # a question takes its time
        return None if self.has_forgotten else await super().find(order, is_anothers)

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        return () if self.has_forgotten else await super().open_orders(account)


async def _priced() -> None:
    pass


async def _resumed(desk: DeafDesk, group: asyncio.TaskGroup) -> tuple[Resuming, list[AccountId]]:
    def spawn(work: Coroutine[None, None, None]) -> None:
        group.create_task(work)

    told: list[AccountId] = []
    resuming = Resuming(desk.turns, desk.sender, _priced, spawn)
    resuming.begin(group, ANN, told.append)
    await desk.pass_time(10)
    return resuming, told


async def _filled_by_the_next(desk: DeafDesk) -> list[ClientOrderId]:
    """Another process takes the account up: whose fills it hears of, one after another."""
    async with asyncio.TaskGroup() as group:
        await _resumed(desk, group)
    return [
        each.event.client_order_id
        async for each in desk.stores.journal.read()
        if isinstance(each.event, OrderFilled)
    ]


@pytest.mark.parametrize("has_forgotten", [False, True])
def test_an_account_is_caught_up_with_whatever_one_orders_fate_is(
    tmp_path: Path, has_forgotten: bool
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, ForgetfulVenue)
        rests = await desk.buy(8, 99)
        await desk.sender.catch_up([desk.turns.kernel.orders.open[rests]])
        desk.venue.is_mute = True
        lost, sending = await desk.place(8, 98)
        await desk.pass_time(1)
        sending.cancel()  # the process ends, and another one begins
        desk.venue.has_forgotten = has_forgotten

        async with asyncio.TaskGroup() as group:
            resuming, told = await _resumed(desk, group)
            assert resuming.is_caught_up(ANN)
            assert told == [ANN]
            assert desk.turns.kernel.orders.open[lost].state is OrderState.SUBMITTED
            assert rests in desk.turns.kernel.orders.open, "it is the comparison's to judge"
            await desk.pass_time(130)
            assert lost not in desk.turns.kernel.orders.open
        await desk.close()

    asyncio.run(story())


def test_an_account_whose_venue_is_away_is_not_caught_up_with(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, ForgetfulVenue)
        rests = await desk.buy(8, 99)
        await desk.sender.catch_up([desk.turns.kernel.orders.open[rests]])
        desk.venue.is_away = True

        async with asyncio.TaskGroup() as group:
            resuming, told = await _resumed(desk, group)
            assert not resuming.is_caught_up(ANN)
            desk.venue.is_away = False
            await desk.pass_time(5)
            assert resuming.is_caught_up(ANN)
            assert told == [ANN]
        await desk.close()

    asyncio.run(story())


def test_what_was_missed_is_taken_in_as_it_happened(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, ForgetfulVenue)
        first, second = await desk.buy(2, 98), await desk.buy(3, 99)
        opened = desk.turns.kernel.orders.open
        await desk.sender.catch_up([opened[first], opened[second]])
        await desk.venue.on_tick(desk.tick(99))  # nobody hears that the second is filled,
        await desk.clock.advance(5)
        await desk.venue.on_tick(desk.tick(98))  # and then the first

        assert await _filled_by_the_next(desk) == [second, first]
        await desk.close()

    asyncio.run(story())


def test_what_was_sent_without_an_answer_is_taken_in_with_the_others(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, ForgetfulVenue)
        rests, *_ = [await desk.buy(2, price) for price in (99, 91, 90)]
        await desk.sender.catch_up([*desk.turns.kernel.orders.open.values()])
        desk.venue.keeps_quiet = True
        sent, sending = await desk.place(3, 98)
        await desk.rest()
        sending.cancel()  # the process ends, and another one begins
        await desk.venue.on_tick(desk.tick(99))
        await desk.clock.advance(5)
        await desk.venue.on_tick(desk.tick(98))

        assert await _filled_by_the_next(desk) == [rests, sent]
        await desk.close()

    asyncio.run(story())
