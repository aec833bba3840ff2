"""Stops in a service apart that numbers them by itself: what each becomes is found, and once."""

import asyncio
from functools import wraps

import pytest

from connectors.ccxt.rows import BINANCE_USDM
from engine.domain.order import OrderState
from engine.errors import OrderStateUnknown
from tests.conformance.venues.ccxt_harness import CcxtHarness
from tests.conformance.venues.desk import ANN, Desk
from tests.standins.exchange.server import Fault


@pytest.fixture(params=[False, True], ids=["bears_the_name", "bears_another"])
def desk(request):
    """What a triggered stop becomes bears the stop's name, or one that nobody here knows."""
    made = Desk(CcxtHarness(BINANCE_USDM))
    made.renames = request.param
    return made


def card(story):
    @wraps(story)
    def play(desk):
        async def whole():
            try:
                await desk.open()
                desk.harness.wire.renames = desk.renames
                await story(desk)
                assert desk.harness.wire.unknown == []
            finally:
                await desk.close()

        asyncio.run(whole())

    return play


async def ours(desk, *expected):
    """The next reports of orders of ours, which must be of these kinds; the last of them."""
    told = []
    async with asyncio.timeout(5):
        while len(told) < len(expected):
            report = await anext(desk.heard)
            if report.client_order_id in desk.placed:
                told.append(report)
    assert [type(each).__name__.removeprefix("Order").lower() for each in told] == list(expected)
    return told[-1]


async def nothing_more(desk):
    await desk.cancel("nobody")
    async with asyncio.timeout(5):
        while (report := await anext(desk.heard)).client_order_id != "nobody":
            assert report.client_order_id not in desk.placed


@card
async def test_a01_a_stop_that_triggers_is_told_once_with_all_its_fills(desk):
    await desk.place("buy 3 market", name="in")
    await desk.place("sell 3 stop", stop=95, reduce_only=True)
    await ours(desk, "accepted", "filled", "accepted")

    await desk.price(89, 91, 90, size=2)
    assert (await ours(desk, "filled")).quantity == 2
    await desk.price(88, 90, 89, size=2)
    assert (await ours(desk, "filled")).quantity == 1

    await nothing_more(desk)
    stated = await desk.find()
    assert [each.quantity for each in stated.fills] == [2, 1]
    assert await desk.harness.venue.on_margin(ANN) == {}


@card
async def test_a02_one_that_triggers_while_nobody_hears_is_told_and_never_missing(desk):
    await desk.place("buy 1 market", name="in")
    await desk.place("sell 1 stop_limit", 96, stop=95, reduce_only=True)
    accepted = await ours(desk, "accepted", "filled", "accepted")
    await desk.harness.fall(lambda: desk.price(94, 95, 94))

    # It rests as what it has become, and is still the order that was placed.
    async with asyncio.timeout(5):
        while await desk.resting() != ["a"]:
            await asyncio.sleep(0.05)
    (stated,) = await desk.harness.venue.open_orders(ANN)
    assert stated.venue_order_id == accepted.venue_order_id
    assert (await desk.find()).order.is_open

    await desk.price(97, 98, 97)
    assert (await ours(desk, "filled")).price >= 96
    await nothing_more(desk)


@card
async def test_a03_after_a_restart_a_triggered_stop_is_the_one_that_was_placed(desk):
    await desk.place("sell 1 stop", stop=95)
    before = await ours(desk, "accepted")
    await desk.price(89, 91, 90)
    await desk.restart()

    stated = await desk.find()
    assert (stated.order.state, stated.venue_order_id) == (OrderState.FILLED, before.venue_order_id)
    assert [(each.quantity, each.price) for each in stated.fills] == [(1, 89)]
    assert await desk.resting() == []


@card
async def test_a04_canceling_a_stop_touches_no_order_that_has_its_number(desk):
    await desk.place("sell 1 stop", stop=90)
    await desk.place("buy 1 limit", 95, name="b")
    stop = await ours(desk, "accepted", "accepted")
    placed = desk.harness.wire.core.resting()
    assert desk.harness.wire._stop(placed[0])["algoId"] == placed[1].number
    assert stop.client_order_id == "b"

    await desk.cancel("a")
    await ours(desk, "canceled")
    assert await desk.resting() == ["b"]
    await desk.cancel("a")
    await ours(desk, "cancelrejected")
    assert await desk.resting() == ["b"]


@card
async def test_a05_one_that_is_refused_when_it_triggers_has_ended_and_why_is_told(desk):
    await desk.place("sell 1 stop", stop=95)
    await ours(desk, "accepted")

    (placed,) = desk.harness.wire.core.resting()
    desk.harness.wire.deny(placed, "Reduce Only reject")

    assert (await ours(desk, "canceled")).reason == "reduce_only: Reduce Only reject"
    assert (await desk.find()).order.state is OrderState.CANCELED
    assert await desk.resting() == []


@card
async def test_a06_one_that_triggered_before_its_answer_was_lost_is_found_filled(desk):
    desk.harness.wire.faults.append(Fault.MUTE)
    placing = asyncio.ensure_future(desk.place("sell 1 stop", stop=95))
    async with asyncio.timeout(5):
        while not desk.harness.wire.core.resting():
            await asyncio.sleep(0.01)
    await desk.price(89, 91, 90)
    with pytest.raises(OrderStateUnknown):
        await placing

    stated = await desk.find()
    assert [(each.quantity, each.price) for each in stated.fills] == [(1, 89)]
    assert stated.order.state is OrderState.FILLED
    await ours(desk, "accepted", "filled")
    await nothing_more(desk)


@card
async def test_a07_what_a_stop_has_become_is_canceled_by_its_own_number(desk):
    await desk.place("buy 1 stop_limit", 106, stop=105)
    await ours(desk, "accepted")
    await desk.price(109, 110)
    await desk.restart()

    await desk.cancel()

    await desk.hears_whatever()
    assert (await desk.find()).order.state is OrderState.CANCELED
    assert desk.harness.wire.core.resting() == []


@card
async def test_a08_canceling_an_order_touches_no_stop_that_has_its_number(desk):
    await desk.place("sell 1 stop", stop=90)
    await desk.place("buy 1 market", name="b")
    await ours(desk, "accepted", "accepted", "filled")

    await desk.cancel("b")

    await ours(desk, "cancelrejected")
    assert await desk.resting() == ["a"]
