"""What is DTC's own about orders: news without answers, fills by the server's numbers alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.domain.commands import SubmitOrder
from engine.domain.identifiers import Symbol, VenueOrderId
from engine.domain.limits import Scope, ScopeKind
from engine.domain.money import Price
from engine.domain.order import OrderState, OrderType, TimeInForce
from engine.errors import OrderRejected, OrderStateUnknown, VenueUnavailable
from engine.execution.transitions import evolved
from tests.standins.dtc.trading import ACCOUNT, Fault
from tests.unit.connectors.dtc.conftest import ACME, ANN, by_hand, scene, sent, until

FUTURE, PART = Symbol("ESZ6"), Symbol("PART")
STRATEGY = Scope(ScopeKind.STRATEGY, "one")


# -- what is said -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "price", "more", "says"),
    [
        ("buy 2 market", None, {}, {"OrderType": 1, "BuySell": 1, "Price1": 0.0, "Price2": 0.0}),
        ("sell 2 limit", "101.25", {}, {"OrderType": 2, "BuySell": 2, "Price1": 101.25}),
        ("sell 2 stop", None, {"stop_price": Price(Decimal(90))}, {"OrderType": 3, "Price1": 90.0}),
        (
            "buy 2 stop_limit",
            "106",
            {"stop_price": Price(Decimal(105))},
            {"OrderType": 4, "Price1": 105.0, "Price2": 106.0},
        ),
        ("buy 2 limit", "90", {"time_in_force": TimeInForce.DAY}, {"TimeInForce": 1}),
        ("buy 2 limit", "90", {}, {"TimeInForce": 2, "Quantity": 2.0, "IsAutomatedOrder": 0}),
        ("buy 2 limit", "90", {"time_in_force": TimeInForce.IOC}, {"TimeInForce": 4}),
        ("buy 2 limit", "90", {"time_in_force": TimeInForce.FOK}, {"TimeInForce": 6}),
    ],
)
def test_an_order_is_said_in_the_headers_own_words(words, price, more, says):
    async def story():
        async with scene() as at:
            await at.place(words, price, **more)
            return sent(at, 208)

    said = asyncio.run(story())
    assert {"ClientOrderID": "a", "TradeAccount": ACCOUNT, "Symbol": "ACME"}.items() <= said.items()
    assert says.items() <= said.items()


def test_what_a_strategy_places_is_said_to_be_automated():
    async def story():
        async with scene() as at:
            order = replace(at.order("buy 1 limit", 90), origin=STRATEGY)
            await at.venue.submit(SubmitOrder(order))
            return sent(at, 208)["IsAutomatedOrder"]

    assert asyncio.run(story()) == 1


@pytest.mark.parametrize(
    ("words", "more", "reason"),
    [
        ("buy 1 trailing_stop", {"trail": Decimal(5)}, "no trailing stop"),
        ("buy 1 limit", {"post_only": True}, "no post only"),
        ("buy 1 limit", {"name": "n" * 32}, "more than 31 characters"),
    ],
)
def test_what_the_protocol_cannot_say_is_refused_before_it_is_sent(words, more, reason):
    async def story():
        async with scene() as at:
            with pytest.raises(OrderRejected, match=reason):
                await at.place(words, 90, **more)
            return at.core.orders

    assert asyncio.run(story()) == {}


def test_a_future_is_not_opened_while_its_margin_is_not_in_the_books():
    async def story():
        async with scene("ESZ6@CME") as at:
            with pytest.raises(OrderRejected, match="margin"):
                await at.place("buy 50 limit", 5_000, symbol=FUTURE)
            at.core.balances[FUTURE] = Decimal(100)
            await at.place("sell 50 limit", 5_000, symbol=FUTURE, reduce_only=True)
            return sent(at, 208)["Quantity"], await at.venue.holdings(ANN)

    assert asyncio.run(story()) == (1.0, {FUTURE: 100})


def test_parts_of_a_share_go_where_the_server_counts_in_parts():
    async def story():
        async with scene("PART") as at:
            at.price(99, 101, symbol=PART)
            await at.place("buy 0.125 market", symbol=PART)
            fill = await at.hears("accepted", "filled")
            return sent(at, 208)["Quantity"], fill.quantity

    assert asyncio.run(story()) == (0.125, Decimal("0.125"))


# -- refusals ---------------------------------------------------------------------------------


def test_a_plain_refusal_is_final_and_in_the_servers_words_without_the_account():
    async def story():
        async with scene() as at:
            at.trading.refusals.append("The margin is too low")
            with pytest.raises(OrderRejected) as refused:
                await at.place("buy 1 limit", 90)
            await at.place("buy 1 limit", 90, name="b")
            await at.hears("accepted")
            return refused.value.facts["reason"]

    assert asyncio.run(story()) == "***: The margin is too low"


def test_a_refusal_that_comes_when_nobody_waits_any_more_is_told():
    async def story():
        async with scene() as at:
            at.trading.faults.append(Fault.LATE)
            at.trading.late_seconds = 1.2
            at.trading.refusals.append("The margin is too low")
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 1 limit", 90)
            return await at.hears("rejected")

    assert "margin" in asyncio.run(story()).reason


def test_an_order_that_is_turned_down_after_it_was_taken_ends_with_the_reason():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            (session,) = at.wire.sessions
            session.say(301, ClientOrderID="a", OrderStatus=9, InfoText="No shares to borrow")
            return await at.hears("accepted", "canceled")

    assert asyncio.run(story()).reason == "No shares to borrow"


def test_a_rejected_change_rejects_not_the_order_whatever_its_status_says():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            (session,) = at.wire.sessions
            session.say(301, ClientOrderID="a", OrderStatus=9, OrderUpdateReason=10)
            await at.cancel("nobody")
            await at.hears("accepted", "cancelrejected")
            return (await at.find()).order.state

    assert asyncio.run(story()) is OrderState.ACCEPTED


def test_a_name_that_rests_is_not_sent_a_second_time_after_a_restart_of_the_desk():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            await at.leave()
            await at.enter()
            with pytest.raises(OrderRejected, match="duplicate"):
                await at.place("buy 1 limit", 90)
            return len(at.core.orders)

    assert asyncio.run(story()) == 1


# -- fills ------------------------------------------------------------------------------------


def test_what_filled_while_the_server_was_away_is_told_once():
    async def story():
        async with scene() as at:
            await at.place("buy 2 limit", 95)
            await at.place("buy 1 limit", 90, name="b")

            async def meanwhile():
                at.price(94)

            await at.wire.restart(meanwhile)
            fill = await at.hears("accepted", "accepted", "filled")
            await at.wire.restart()
            await until(lambda: at.venue.connections == 3)
            at.price(89)
            await at.hears("accepted", "accepted", "filled", "filled")
            return fill

    fill = asyncio.run(story())
    assert (fill.client_order_id, fill.quantity, fill.price, fill.fee) == ("a", 2, 95, 0)


def test_fills_without_ids_of_the_servers_are_told_once_each():
    async def story():
        async with scene(trading_is={"numbers_fills": False}) as at:
            await at.place("buy 1500 limit", 101)
            await at.hears("accepted", "filled")
            at.price(100, 101)
            await at.hears("accepted", "filled", "filled")
            await at.wire.restart()
            await until(lambda: at.venue.connections == 2)
            await at.place("buy 1 limit", 80, name="c")
            await at.hears("accepted", "filled", "filled", "accepted")
            return [each.quantity for each in (await at.find()).fills]

    assert asyncio.run(story()) == [1_000, 500]


def test_fills_that_the_server_tells_late_are_asked_for_again():
    async def story():
        async with scene(trading_is={"hides_fills": True}) as at:
            await at.place("buy 2 market")
            await at.hears("accepted")
            asked = len([each for each in at.wire.heard if each["Type"] == 303])
            await until(lambda: len([e for e in at.wire.heard if e["Type"] == 303]) > asked + 2)
            at.trading.hides_fills = False
            return await at.hears("accepted", "filled")

    assert asyncio.run(story()).quantity == 2


def test_orders_that_rest_at_the_start_are_known_and_no_news():
    async def story():
        async with scene() as at:
            await at.place("buy 1500 limit", 101)
            await at.hears("accepted", "filled")
            await at.leave()
            at.heard.clear()
            await at.enter()
            at.price(100, 101)
            fill = await at.hears("filled")
            return fill.quantity, (await at.find()).order.filled

    assert asyncio.run(story()) == (500, 1500)


# -- cancels and changes --------------------------------------------------------------------------


def test_an_order_that_gets_another_number_is_followed_under_it():
    async def story():
        async with scene(trading_is={"renumbers": True}) as at:
            await at.place("buy 2 limit", 90)
            first = await at.hears("accepted")
            await at.modify("buy 2 limit", 95)
            await until(lambda: "replaced" in at.kinds)
            newest = next(each for each in reversed(at.heard) if hasattr(each, "venue_order_id"))
            at.price(94)
            await until(lambda: "filled" in at.kinds)
            return first.venue_order_id, newest.venue_order_id, sorted(at.kinds)

    first, newest, kinds = asyncio.run(story())
    assert newest == VenueOrderId(f"{first}+")
    assert kinds == ["accepted", "accepted", "filled", "replaced"]


def test_what_filled_under_the_number_before_a_change_is_its_own_after_a_restart():
    async def story():
        async with scene(trading_is={"renumbers": True}) as at:
            await at.place("buy 1500 limit", 95)
            at.price(95)
            await at.hears("accepted", "filled")
            await at.modify("buy 1500 limit", 90)
            await until(lambda: "replaced" in at.kinds)
            ours = at.placed["a"]
            for report in at.heard:
                ours = evolved(ours, report)
            await at.leave()
            await at.enter()

            part = await at.venue.find(ours, lambda _: False)
            (resting,) = await at.venue.open_orders(ANN)
            at.price(89)
            whole = await at.venue.find(ours, lambda _: False)
            return ours, [each.order for each in (part, resting, whole)]

    ours, found = asyncio.run(story())
    assert len(ours.earlier_numbers) == 1
    assert [each.filled for each in found] == [1_000, 1_000, 1_500]
    assert [each.venue_order_id for each in found] == [ours.venue_order_id] * 3
    assert found[2].state is OrderState.FILLED


def test_a_change_that_the_server_refuses_leaves_the_order_as_it_was():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            at.trading.refusals.append("too large")
            await at.modify("buy 9 limit", 91)
            rejected = await at.hears("accepted", "replacerejected")
            return rejected.reason, (await at.find()).order.terms.price

    assert asyncio.run(story()) == ("too large", 90)


def test_a_stop_is_moved_to_its_new_price():
    async def story():
        async with scene() as at:
            await at.place("sell 2 stop", stop_price=Price(Decimal(90)))
            await at.modify("sell 2 stop", stop_price=Price(Decimal(95)))
            await at.hears("accepted", "replaced")
            return (await at.find()).order.terms

    terms = asyncio.run(story())
    assert (terms.type, terms.stop_price, terms.price) == (OrderType.STOP, 95, None)


def test_an_order_that_may_never_have_arrived_is_neither_changed_nor_canceled():
    async def story():
        async with scene() as at:
            at.trading.faults.append(Fault.MUTE)
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 1 limit", 90)
            with pytest.raises(VenueUnavailable):
                await at.modify("buy 2 limit", 91)
            with pytest.raises(VenueUnavailable):
                await at.cancel()
            return at.core.orders, at.kinds

    assert asyncio.run(story()) == ({}, [])


def test_an_order_whose_answer_was_lost_is_canceled_by_the_number_that_it_is_shown_with():
    async def story():
        async with scene() as at:
            at.trading.faults.append(Fault.LOST_ANSWER)
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 1 limit", 90)
            await at.cancel()
            await at.hears("accepted", "canceled")
            return at.core.resting()

    assert asyncio.run(story()) == []


@pytest.mark.parametrize(
    ("reduce_only", "kinds"),
    [(False, ["accepted", "replacerejected"]), (True, ["accepted", "canceled"])],
)
def test_a_server_that_changes_no_orders_lets_what_reduces_be_placed_anew(reduce_only, kinds):
    async def story():
        async with scene(wire_is={"changes_orders": False}) as at:
            await at.place("sell 1 limit", 110, reduce_only=reduce_only)
            await at.modify("sell 2 limit", 111, reduce_only=reduce_only)
            await at.hears(*kinds)

    asyncio.run(story())


def test_a_cancel_that_is_not_answered_may_be_asked_again():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            at.wire.mute_on.add(203)
            with pytest.raises(VenueUnavailable):
                await at.cancel()
            at.wire.mute_on.clear()
            await at.cancel()
            return await at.hears("accepted", "canceled")

    assert asyncio.run(story()).reason == "canceled on request"


def test_what_was_placed_by_hand_is_shown_and_can_be_canceled():
    async def story():
        async with scene() as at:
            by_hand("buy 1 limit", 90)(at)
            (resting,) = await at.venue.open_orders(ANN)
            at.heard.clear()
            await at.cancel(resting.order.client_order_id)
            await at.hears("canceled")
            return at.core.resting()

    assert asyncio.run(story()) == []


def test_an_order_of_another_account_is_nobodys():
    async def story():
        async with scene() as at:
            (session,) = at.wire.sessions
            said = {"Symbol": "ACME", "OrderStatus": 4, "OrderQuantity": 1.0, "BuySell": 1}
            session.say(301, ClientOrderID="z", ServerOrderID="S1", TradeAccount="Sim0", **said)
            await at.cancel("z")
            return await at.hears("cancelrejected")

    assert asyncio.run(story()).reason == "unknown order"


# -- what is there --------------------------------------------------------------------------------


def test_cash_and_shares_are_as_the_server_says():
    async def story():
        async with scene() as at:
            return await at.venue.balances(), await at.venue.holdings(ANN)

    assert asyncio.run(story()) == ({"USD": 1_000_000}, {ACME: 1_000})


def test_an_account_without_a_balance_is_said_to_have_none():
    async def story():
        async with scene(trading_is={"has_balances": False}) as at:
            await at.venue.balances()

    with pytest.raises(VenueUnavailable) as refused:
        asyncio.run(story())
    assert refused.value.facts["why"] == "server_no_balance"


def test_nothing_is_asked_of_an_account_that_is_not_this_one():
    async def story():
        async with scene() as at:
            return await at.venue.holdings("bob"), await at.venue.cash_entries("bob", 0)

    assert asyncio.run(story()) == ({}, ())


def test_who_asks_at_the_same_time_shares_the_answer():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            before = sum(each["Type"] == 300 for each in at.wire.heard)
            found = await asyncio.gather(*(at.find() for _ in range(20)))
            asked = sum(each["Type"] == 300 for each in at.wire.heard) - before
            return [each.order.is_open for each in found], asked

    found, asked = asyncio.run(story())
    assert found == [True] * 20
    assert asked <= 2
