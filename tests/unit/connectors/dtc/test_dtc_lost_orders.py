"""Orders whose answer was lost, and what a reconnect finds: none is given up or mistaken."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from engine.domain.order import OrderState, TimeInForce
from engine.errors import OrderRejected, OrderStateUnknown, VenueUnavailable
from tests.standins.dtc.trading import Fault
from tests.unit.connectors.dtc.conftest import by_hand, scene, until

# -- an order that was never answered -----------------------------------------------------------


def lost(*steps, trading_is=(), words="buy 2 market", price=None, **more):
    """An order is filled and its answer lost; after these steps, what is found of it."""

    async def story():
        async with scene(trading_is=trading_is) as at:
            for each in steps:
                each(at)
            at.trading.faults.append(Fault.CUT_AFTER)
            with pytest.raises(OrderStateUnknown):
                await at.place(words, price, **more)
            await at.line.opened()
            return await at.find()

    return asyncio.run(story())


def test_an_order_whose_answer_was_lost_is_found_by_its_fills():
    found = lost()

    assert found.order.state is OrderState.FILLED
    assert [(each.quantity, each.price) for each in found.fills] == [(2, 101)]


@pytest.mark.parametrize(
    ("words", "price"), [("buy 9 market", None), ("sell 2 market", None), ("buy 1 market", None)]
)
def test_what_was_traded_by_hand_is_not_taken_for_it(words, price):
    found = lost(by_hand(words, price))

    assert [each.quantity for each in found.fills] == [2]


def test_an_order_that_never_arrived_is_not_found_by_the_fills_of_a_smaller_one():
    async def story():
        async with scene() as at:
            for name, words, fault in (
                ("small", "buy 2 market", Fault.LOST_ANSWER),
                ("large", "buy 5 market", Fault.MUTE),
            ):
                at.trading.faults.append(fault)
                with pytest.raises(OrderStateUnknown):
                    await at.place(words, name=name)
            return await at.find("large"), await at.find("small")

    large, small = asyncio.run(story())
    assert large is None
    assert small.order.state is OrderState.FILLED


def test_what_was_to_fill_at_once_is_found_by_what_of_it_did():
    more = {"time_in_force": TimeInForce.IOC}
    found = lost(words="buy 1500 limit", price=101, **more)

    assert (found.order.state, found.order.filled) == (OrderState.CANCELED, 1_000)


def test_fills_at_a_worse_price_than_its_limit_are_not_its_own():
    async def story():
        async with scene() as at:
            by_hand("buy 2 market")(at)
            at.trading.faults.append(Fault.CUT_BEFORE)
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 2 limit", 100)
            await at.line.opened()
            return await at.find()

    assert asyncio.run(story()) is None


def test_fills_of_an_order_that_the_desk_has_in_its_books_are_not_anothers():
    async def story():
        async with scene() as at:
            await at.place("buy 2 market", name="b")
            await at.hears("accepted", "filled")
            (number,) = (at.trading.number_of(each) for each in at.core.orders.values())
            await at.leave()
            await at.enter()
            at.placed["a"] = at.order("buy 2 market")
            return await at.find(others=[number]), await at.find()

    found, taken = asyncio.run(story())
    assert found is None
    # Without the books it would have been.
    assert taken.order.state is OrderState.FILLED


def test_what_is_traded_by_hand_is_not_taken_for_an_order_that_was_refused_before():
    async def story():
        async with scene() as at:
            at.trading.refusals.append("The margin is too low")
            with pytest.raises(OrderRejected):
                await at.place("buy 2 market")
            at.placed["a"] = replace(at.placed["a"], state=OrderState.REJECTED)
            by_hand("buy 2 market")(at)
            return await at.find()

    assert asyncio.run(story()) is None


def test_two_that_were_never_answered_are_each_found_by_their_own_fills():
    async def story():
        async with scene() as at:
            for name, words in (("a", "buy 2 market"), ("b", "buy 3 market")):
                at.trading.faults.append(Fault.LOST_ANSWER)
                with pytest.raises(OrderStateUnknown):
                    await at.place(words, name=name)
            first, second = await at.find("b"), await at.find("a")
            return [each.quantity for stated in (first, second) for each in stated.fills]

    assert asyncio.run(story()) == [3, 2]


def test_one_that_filled_while_the_desk_was_away_is_found_by_the_servers_number_in_the_books():
    async def story():
        async with scene() as at:
            await at.place("buy 2 limit", 95)
            accepted = await at.hears("accepted")
            await at.leave()
            at.price(94)
            by_hand("buy 2 market")(at)
            await at.enter()
            order = replace(at.placed["a"], venue_order_id=accepted.venue_order_id)
            found = await at.venue.find(order, lambda _: False)
            return found.order.state, [each.price for each in found.fills]

    assert asyncio.run(story()) == (OrderState.FILLED, [95])


def test_one_that_was_canceled_while_the_desk_was_away_is_found_to_be_over():
    async def story():
        async with scene() as at:
            await at.place("buy 2 limit", 95)
            accepted = await at.hears("accepted")
            await at.leave()
            at.core.cancel(at.core.resting()[0])
            await at.enter()
            order = replace(at.placed["a"], venue_order_id=accepted.venue_order_id)
            return (await at.venue.find(order, lambda _: False)).order

    found = asyncio.run(story())
    assert (found.state, found.reason) == (OrderState.CANCELED, "canceled at the server")


def test_an_order_is_not_given_up_while_the_server_learns_what_rests():
    async def story():
        async with scene() as at:
            at.venue._learning_ms = 60_000
            at.trading.faults.append(Fault.CUT_AFTER)
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 1 limit", 90)
            at.trading.hides_orders = True
            await at.line.opened()
            with pytest.raises(VenueUnavailable) as learning:
                await at.find()
            at.trading.hides_orders = False
            return learning.value.facts["why"], (await at.find()).order.is_open

    assert asyncio.run(story()) == ("reading_back", True)


# -- after a reconnect ----------------------------------------------------------------------------


def test_an_order_that_ended_while_the_server_was_away_is_told_to_have():
    async def story():
        async with scene() as at:
            return await at.ends_while_away()

    assert asyncio.run(story()).reason == "canceled at the server"


def test_what_a_server_does_not_show_yet_is_not_believed_to_be_over():
    async def story():
        async with scene() as at:
            await at.place("buy 2 limit", 95)
            at.venue._learning_ms = 60_000
            at.trading.hides_orders = True
            await at.wire.restart()
            await until(lambda: at.venue.connections == 2)
            before = len(at.wire.heard)
            await until(lambda: len(at.wire.heard) > before + 6)
            at.trading.hides_orders = False
            await at.cancel()
            return await at.hears("accepted", "canceled")

    assert asyncio.run(story()).reason == "canceled on request"


def test_an_order_that_comes_to_rest_while_the_server_is_asked_is_not_believed_to_be_over():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            for name in ("b", "c"):
                at.wire.hold_on = {303}
                reading = asyncio.ensure_future(at.venue._read_back())
                await until(lambda: at.wire.held)
                await at.place("buy 1 limit", 80, name=name)
                at.wire.release()
                await reading
            await at.cancel("nobody")
            await at.hears("accepted", "accepted", "accepted", "cancelrejected")

    asyncio.run(story())


def test_an_order_that_arrives_while_it_is_looked_for_is_not_found_to_be_over():
    async def story():
        async with scene() as at:
            at.trading.faults.append(Fault.LATE)
            at.trading.late_seconds = 1.2
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 1 limit", 90)
            at.wire.hold_on = {303}
            finding = asyncio.ensure_future(at.find())
            await until(lambda: at.wire.held)
            await at.hears("accepted")
            at.wire.release()
            with pytest.raises(VenueUnavailable):
                await finding
            return (await at.find()).order.state

    assert asyncio.run(story()) is OrderState.ACCEPTED
