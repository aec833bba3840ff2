"""What waits for a venue that asks to wait, and what is asked of it meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.paper.venue import PaperVenue
from engine.domain.commands import SubmitOrder
from engine.domain.events import OrderAccepted, OrderFilled, OrderReplaced
from engine.domain.identifiers import (
    ClientOrderId,
    IntentKey,
    PersonId,
    TradeId,
    VenueOrderId,
)
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderState
from engine.domain.requests import CancelOrders, HaltTrading, Request
from engine.errors import OrderStateUnknown, RateLimited
from engine.ports.venue import IsAnothers, VenueOrder
from engine.runtime.sender import Sender
from engine.runtime.venues import Venues
from tests.standins.clock import ManualClock
from tests.unit.engine.runtime.deaf_desk import ANN, DeafDesk

MAX = PersonId("max")


class BusyVenue(PaperVenue):
    """One that asks to wait."""

    is_busy = True
    submitted = 0

    async def submit(self, command: SubmitOrder) -> None:
        self.submitted += 1
        if self.is_busy:
            raise RateLimited(5)
        await super().submit(command)


class SilentVenue(PaperVenue):
    """One whose answers are lost, and where a first request may arrive late."""

    tries = 0

    @property
    def in_flight_seconds(self) -> float:
        return 20.0

    async def submit(self, command: SubmitOrder) -> None:
        self.tries += 1
        self.sent = command
        raise OrderStateUnknown("no answer")

    async def arrive(self) -> None:
        await super().submit(self.sent)


class LeavingVenue(SilentVenue):
    """One whose line is let go of while it is asked."""

    among: Venues

    async def submit(self, command: SubmitOrder) -> None:
        self.among.pop(ANN)
        await super().submit(command)


class SlowVenue(SilentVenue):
    """One that takes its time to look an order up, and never had it."""

    clock: ManualClock
    looking_seconds: float

    @property
    def client_ids_are_unique(self) -> bool:
        return False

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        found = await super().find(order, is_anothers)
        await self.clock.sleep(self.looking_seconds)
        return found


@pytest.mark.parametrize("way", ["halt", "cancel"])
def test_what_is_stopped_while_it_waits_never_leaves(tmp_path: Path, way: str) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, BusyVenue)
        order, sending = await desk.place(8, 99)
        await desk.rest()
        now = desk.clock.now_ms()
        stop: Request = (
            HaltTrading(IntentKey("h"), MAX, "", flatten=False, at=now)
            if way == "halt"
            else CancelOrders(ANN, (order,), MAX, now)
        )
        desk.sender.follow(await desk.turns.take(stop, IntentKey("stop")))
        desk.venue.is_busy = False

        while not sending.done():
            await desk.pass_time(1)

        assert await desk.there(order) is None
        ended = desk.turns.kernel.orders.get(order)
        assert ended is not None
        assert (ended.state, ended.canceled_by) == (OrderState.CANCELED, MAX)
        await desk.close()

    asyncio.run(story())


def test_what_waits_leaves_when_the_venue_is_free(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, BusyVenue)
        order, sending = await desk.place(8, 99)
        await desk.rest()
        desk.venue.is_busy = False

        while not sending.done():
            await desk.pass_time(1)

        assert await desk.there(order) is not None
        await desk.close()

    asyncio.run(story())


def test_what_was_made_smaller_before_it_left_arrives_so(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        order, sending = await desk.place(8, 99)
        terms = desk.turns.kernel.orders.open[order].terms
        smaller = replace(terms, quantity=Quantity(Decimal(6)))
        await desk.turns.take(OrderReplaced(order, smaller, desk.clock.now_ms()))
        await sending

        there = await desk.there(order)
        assert there is not None
        assert there.order.terms == smaller
        await desk.close()

    asyncio.run(story())


def test_a_stop_that_fills_before_it_could_grow_has_another_beside_it_at_once(
    tmp_path: Path,
) -> None:
    def filled(order: str, trade: str) -> OrderFilled:
        four, price = Quantity(Decimal(4)), Price(Decimal(99))
        return OrderFilled(
            ClientOrderId(order), TradeId(trade), four, price, Decimal(0), Currency("USDT"), 0
        )

    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        entry, sending = await desk.place(12, 99, stop_loss=Price(Decimal(90)))
        await sending
        take = desk.turns.take
        (submit,) = (await take(filled(entry, "1"))).commands
        await desk.sender.send(submit)
        (stop,) = [each for each in desk.turns.kernel.orders.open if each != entry]
        await take(OrderAccepted(stop, VenueOrderId("s"), 0))
        (grow,) = (await take(filled(entry, "2"))).commands
        await take(filled(stop, "3"))

        await desk.sender.send(grow)
        (other,) = [each for each in desk.turns.kernel.orders.open if each != entry]
        assert desk.turns.kernel.orders.open[other].remaining == 4
        await desk.close()

    asyncio.run(story())


def test_what_may_have_arrived_and_is_taken_back_is_neither_sent_again_nor_called_over(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, SilentVenue)
        order, sending = await desk.place(8, 99)
        await desk.rest()
        wish = CancelOrders(ANN, (order,), MAX, desk.clock.now_ms())
        desk.sender.follow(await desk.turns.take(wish, IntentKey("stop")))
        tries = desk.venue.tries
        await desk.pass_time(10)
        assert order in desk.turns.kernel.orders.open

        await desk.venue.arrive()
        await desk.pass_time(5)

        assert sending.done()
        assert desk.venue.tries == tries
        there = await desk.there(order)
        assert there is not None
        assert there.order.state is OrderState.CANCELED
        await desk.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("looking_seconds", "earliest", "latest"),
    [
        (3.0, 23, 25),  # one begins every five seconds, and the first after 20 s is believed
        (30.0, 62, 64),  # the first one says nothing of what may have arrived meanwhile
    ],
)
def test_an_order_is_given_up_by_a_look_that_begins_when_nothing_is_under_way_any_more(
    tmp_path: Path, looking_seconds: float, earliest: int, latest: int
) -> None:
    async def story() -> float:
        desk = await DeafDesk().open(tmp_path, SlowVenue)
        desk.venue.clock, desk.venue.looking_seconds = desk.clock, looking_seconds
        began = desk.clock.now_ms()
        _, sending = await desk.place(8, 99)
        async with asyncio.timeout(10):
            while not sending.done():
                await desk.pass_time(1)
        took = (desk.clock.now_ms() - began) / 1000
        await desk.close()
        return took

    assert earliest <= asyncio.run(story()) <= latest


def test_a_venue_that_is_let_go_of_meanwhile_ends_nothing_but_its_line(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, LeavingVenue)
        desk.venue.among = venues = Venues({ANN: desk.venue})
        desk.sender = Sender(desk.turns, venues, desk.clock, desk.spawn)
        order, sending = await desk.place(8, 99)
        await desk.pass_time(5)
        assert not sending.done()
        assert desk.turns.kernel.orders.open[order].unknown

        venues[ANN] = desk.venue
        await desk.venue.arrive()
        await desk.pass_time(5)
        assert sending.done()
        assert desk.turns.kernel.orders.open[order].state is OrderState.ACCEPTED
        await desk.close()

    asyncio.run(story())
