"""What is Interactive Brokers' own about orders: costs apart, restarts, numbers and reasons."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from engine.domain.account import CashReason
from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from engine.domain.order import OrderState
from engine.errors import OrderRejected, OrderStateUnknown, VenueUnavailable
from tests.standins.ibgateway import messages
from tests.standins.ibgateway.listed import ACME as LISTED
from tests.standins.ibgateway.messages import Owned
from tests.standins.ibgateway.server import ACCOUNT, Fault
from tests.unit.connectors.ibkr.conftest import ACME, ANN, LIMIT_SECONDS, scene, until

OPTION, PAIR, FUTURE = Symbol("ACME261218C105"), Symbol("EUR/USD"), Symbol("ESZ6")


def test_what_filled_while_the_gateway_restarted_is_told_once():
    async def story():
        async with scene() as at:
            await at.place("buy 2 limit", 95)
            await at.place("buy 1 limit", 90, name="b")

            async def meanwhile():
                at.price(94)

            await at.wire.restart(meanwhile)
            fill = await at.hears("accepted", "accepted", "filled")
            at.price(89)
            await until(lambda: len(at.heard) == 4)
            await at.wire.restart()
            await until(lambda: at.venue.connections == 3)
            await at.place("buy 1 limit", 80, name="c")
            await until(lambda: len(at.heard) == 5)
            return fill, at.kinds

    fill, kinds = asyncio.run(story())
    assert (fill.client_order_id, fill.quantity, fill.price) == ("a", 2, 95)
    assert kinds == ["accepted", "accepted", "filled", "filled", "accepted"]


def test_the_gate_stays_shut_while_the_gateway_does_not_know_yet_what_rests():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            at.wire.hides_orders = True
            await at.wire.restart()
            await until(lambda: at.line.sockets == 2)
            await until(lambda: sum(fields[0] == "99" for fields in at.wire.asked) >= 3)
            was_open = at.line.is_open
            at.wire.hides_orders = False
            await at.line.opened()
            return was_open, at.kinds

    assert asyncio.run(story()) == (False, ["accepted"])


def test_an_order_that_is_never_shown_again_does_not_shut_the_gate_for_ever():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            at.wire.hides_orders = True
            await at.wire.restart()
            await at.line.opened()
            return await at.find()

    assert asyncio.run(story()) is None


def test_a_message_that_cannot_be_read_is_said_to_be_and_nothing_of_it():
    async def story():
        with capture_logs() as lines:
            async with scene() as at:
                (session,) = at.wire.sessions
                session.say(messages.OPEN_ORDER, 1, ACCOUNT)
                await until(lambda: any(line["event"] == "message_not_read" for line in lines))
        return lines

    assert not [line for line in asyncio.run(story()) if ACCOUNT in str(line)]


def test_why_the_broker_canceled_an_order_is_said():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            (session,), ((number, owned),) = at.wire.sessions, at.wire.owners.items()
            session.error(owned.order_id, 202, "Order Canceled - reason:The margin fell short")
            at.core.cancel(at.core.orders[number])
            return await at.hears("accepted", "canceled")

    assert asyncio.run(story()).reason == "The margin fell short"


def test_an_order_that_ended_while_the_gateway_restarted_is_told_to_have():
    async def story():
        async with scene() as at:
            return await at.ends_while_away()

    assert asyncio.run(story()).reason == "canceled by Interactive Brokers"


def test_a_restart_of_the_gateway_in_mid_order_leaves_it_unknown_and_it_is_found():
    async def story():
        async with scene() as at:
            at.wire.faults.append(Fault.CUT_AFTER)
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 2 market")
            await at.line.opened()
            return await at.find()

    found = asyncio.run(story())
    assert found.order.state is OrderState.FILLED
    assert [each.quantity for each in found.fills] == [2]


def test_a_fill_waits_for_its_cost():
    async def story():
        async with scene() as at:
            at.wire.commissions_wait = []
            await at.place("buy 2 market")
            await at.hears("accepted")
            at.wire.send_commissions()
            return await at.hears("accepted", "filled")

    assert asyncio.run(story()).fee == Decimal("0.202")


def test_a_fill_whose_cost_does_not_come_is_told_and_the_cost_is_booked_later():
    async def story():
        async with scene() as at:
            at.wire.commissions_wait = []
            await at.place("buy 2 market")
            fill = await at.hears("accepted", "filled")
            before = await at.venue.cash_entries(ANN, 0)
            at.wire.send_commissions()
            async with asyncio.timeout(LIMIT_SECONDS):
                while not (booked := await at.venue.cash_entries(ANN, 0)):
                    await asyncio.sleep(0.01)
            return fill, before, booked

    fill, before, (entry,) = asyncio.run(story())
    assert (fill.fee, before) == (0, [])
    assert (entry.amount, entry.currency) == (Decimal("-0.202"), "USD")
    assert entry.reason is CashReason.CHARGE


def test_a_correction_of_an_execution_is_no_second_fill():
    async def story():
        async with scene() as at:
            await at.place("buy 2 market")
            await at.hears("accepted", "filled")
            placed, fill = at.core.fills[0]
            owned, (session,) = at.wire.owners[placed.number], at.wire.sessions
            said = messages.execution(-1, placed, owned, LISTED, fill, ACCOUNT)
            said[14] = str(said[14]).replace(".01.01", ".01.02")
            session.say(*said)
            await at.cancel("nobody")
            return await at.hears("accepted", "filled", "cancelrejected")

    assert asyncio.run(story()).reason == "unknown order"


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        (201, "Order rejected - reason:Margin too low", "Order rejected - reason:Margin too low"),
        (321, "cause - The API interface is currently in Read-Only mode.", "read_only"),
        (110, "The price does not conform to the minimum price variation", "The price does not"),
        (203, "The security is not available or allowed for this account", "not_listed"),
    ],
)
def test_a_plain_refusal_is_final_and_says_why(code, text, reason):
    async def story():
        async with scene() as at:
            at.wire.refusals.append((code, text))
            with pytest.raises(OrderRejected) as refused:
                await at.place("buy 1 limit", 90)
            await at.place("buy 1 limit", 90, name="b")
            return refused.value.facts["reason"], at.kinds

    said, kinds = asyncio.run(story())
    assert said.startswith(reason)
    assert kinds == ["accepted"]


def test_what_follows_a_refusal_is_no_news():
    async def story():
        async with scene() as at:
            at.wire.refusals.append((201, "Order rejected - reason:Margin too low"))
            with pytest.raises(OrderRejected):
                await at.place("buy 1 limit", 90)
            await at.place("buy 1 limit", 90, name="b")
            (placed,), (session,) = at.core.orders.values(), at.wire.sessions
            refused = Owned(17, 3, "a")
            at.core.cancel(placed)
            session.say(*messages.open_order(placed, refused, LISTED, ACCOUNT))
            await at.cancel("nobody")
            return await at.hears("accepted", "canceled", "cancelrejected")

    asyncio.run(story())


def test_a_notice_about_an_order_is_no_refusal():
    async def story():
        async with scene() as at:
            at.wire.notices.append((399, "Your order will not be placed until 09:30"))
            await at.place("buy 1 limit", 90)
            return await at.hears("accepted")

    asyncio.run(story())


def test_an_order_that_is_turned_down_after_it_was_taken_ends_with_the_reason():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            (session,), (owned,) = at.wire.sessions, at.wire.owners.values()
            session.error(owned.order_id, 201, "Order rejected - reason:No shares to borrow")
            return await at.hears("accepted", "canceled")

    assert "No shares to borrow" in asyncio.run(story()).reason


def test_what_was_placed_by_hand_is_shown_and_left_alone():
    async def story():
        async with scene() as at:
            at.core.place("", at.terms("buy 1 limit", 90))
            (resting,) = await at.venue.open_orders(ANN)
            await at.cancel(resting.order.client_order_id)
            return await at.hears("cancelrejected")

    assert "cancel it there" in asyncio.run(story()).reason


def test_what_another_client_placed_under_a_name_is_canceled_there():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            await at.leave()
            await at.enter(client_id=18)
            await at.cancel()
            await until(lambda: "cancelrejected" in at.kinds)
            return at.heard[-1].reason

    assert "cancel it there" in asyncio.run(story())


def test_another_clients_order_of_the_same_number_is_not_ours():
    async def story():
        async with scene() as at:
            await at.place("buy 15 limit", 90)
            (owned,) = at.wire.owners.values()
            other = Owned(5, owned.order_id, "")
            at.wire.owners[at.core.place("", at.terms("buy 3 limit", 89)).number] = other
            placed = at.core.orders[max(at.core.orders)]
            (session,) = at.wire.sessions
            status = messages.order_status(placed, other, LISTED, Decimal(0))
            status[2:5] = "Filled", 3, 0
            session.say(*status)
            resting = await at.venue.open_orders(ANN)
            await at.cancel("nobody")
            await at.hears("accepted", "cancelrejected")
            return [each.order.filled for each in resting]

    assert asyncio.run(story()) == [0, 0]


def test_an_order_that_may_never_have_arrived_is_not_changed_for_that_would_place_it():
    async def story():
        async with scene() as at:
            at.wire.faults.append(Fault.MUTE)
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 1 limit", 90)
            with pytest.raises(VenueUnavailable):
                await at.modify("buy 2 limit", 91)
            return at.core.orders

    assert asyncio.run(story()) == {}


def test_a_question_without_a_number_that_is_not_answered_costs_the_line():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            at.wire.is_silent = True
            with pytest.raises(VenueUnavailable):
                await at.venue.open_orders(ANN)
            was_open = at.line.is_open
            at.wire.is_silent = False
            await at.line.opened()
            return was_open, len(await at.venue.open_orders(ANN)), at.kinds

    assert asyncio.run(story()) == (False, 1, ["accepted"])


def test_an_order_that_is_over_is_found_by_its_executions_when_the_gateway_forgot_it():
    async def story():
        async with scene() as at:
            await at.place("sell 2 market")
            at.wire.forgets_completed = True
            return await at.find()

    found = asyncio.run(story())
    assert not found.order.is_open
    assert (found.order.terms.side, found.order.filled, len(found.fills)) == ("sell", 2, 1)


def test_an_option_is_counted_in_base_units_and_sent_in_contracts():
    async def story():
        async with scene(OPTION) as at:
            at.price("2.50", "2.55", symbol=OPTION)
            with pytest.raises(OrderRejected, match="step"):
                await at.place("buy 150 market", symbol=OPTION)
            await at.place("buy 200 market", symbol=OPTION)
            fill = await at.hears("accepted", "filled")
            sent = next(fields for fields in at.wire.asked if fields[0] == "3")
            return fill, sent[17], await at.venue.holdings(ANN)

    fill, sent, held = asyncio.run(story())
    assert (fill.quantity, fill.price, sent) == (200, Decimal("2.55"), "2")
    assert held == {OPTION: 200}


def test_of_a_pair_of_currencies_is_held_what_there_is_of_its_base():
    async def story():
        async with scene(PAIR) as at:
            tick = Tick(PAIR, Decimal("1.0850"), Decimal("1.08505"), Decimal("1.0850"), 10**6, 0)
            at.core.tick(tick)
            await at.place("buy 20000 market", symbol=PAIR)
            await at.hears("accepted", "filled")
            return await at.venue.holdings(ANN), await at.venue.balances()

    held, cash = asyncio.run(story())
    assert held == {PAIR: 30_000}
    assert cash["USD"] < 1_000_000


def test_a_future_is_not_opened_while_its_margin_is_not_in_the_books():
    async def story():
        async with scene(FUTURE) as at:
            with pytest.raises(OrderRejected, match="margin"):
                await at.place("buy 50 limit", 5_000, symbol=FUTURE)
            return at.core.orders

    assert asyncio.run(story()) == {}


def test_a_symbol_that_stands_for_two_things_is_refused_with_what_to_write():
    async def story():
        async with scene("TWIN") as at:
            with pytest.raises(OrderRejected) as refused:
                await at.place("buy 1 limit", 90, symbol=Symbol("TWIN"))
            return refused.value.facts["reason"]

    assert asyncio.run(story()).endswith("say TWIN@NASDAQ or TWIN@NYSE")


def test_a_change_that_the_gateway_refuses_leaves_the_order_as_it_was():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            at.wire.refusals.append((201, "Order rejected - reason:too large"))
            await at.modify("buy 9 limit", 91)
            rejected = await at.hears("accepted", "replacerejected")
            return rejected.reason, (await at.find()).order.terms.price

    reason, price = asyncio.run(story())
    assert "too large" in reason
    assert price == 90


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


def test_nothing_is_asked_of_an_account_that_is_not_this_one():
    async def story():
        async with scene() as at:
            return await at.venue.holdings("bob"), await at.venue.cash_entries("bob", 0)

    assert asyncio.run(story()) == ({}, ())


def test_shares_are_held_as_the_gateway_says():
    async def story():
        async with scene() as at:
            return await at.venue.holdings(ANN)

    assert asyncio.run(story()) == {ACME: 1_000}


def test_who_asks_at_the_same_time_shares_the_answer():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            before = len(at.wire.asked)
            found = await asyncio.gather(*(at.find() for _ in range(20)))
            return [each.order.is_open for each in found], len(at.wire.asked) - before

    found, asked = asyncio.run(story())
    assert found == [True] * 20
    assert asked <= 2


def test_what_the_broker_holds_back_is_over_and_buried():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            (session,), ((number, owned),) = at.wire.sessions, at.wire.owners.items()
            status = messages.order_status(at.core.orders[number], owned, LISTED, Decimal(0))
            status[2] = "Inactive"
            session.say(*status)
            canceled = await at.hears("accepted", "canceled")
            await until(lambda: not at.core.resting())
            return canceled.reason

    assert asyncio.run(story()) == "canceled by Interactive Brokers"


def test_an_order_that_waits_for_shares_to_borrow_is_not_over():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            (session,), ((number, owned),) = at.wire.sessions, at.wire.owners.items()
            status = messages.order_status(at.core.orders[number], owned, LISTED, Decimal(0))
            status[2], status[10] = "Inactive", "locate"
            session.say(*status)
            await at.cancel("nobody")
            await at.hears("accepted", "cancelrejected")
            return len(at.core.resting())

    assert asyncio.run(story()) == 1


def test_a_gateway_that_does_not_tell_what_is_over_is_used_all_the_same():
    async def story():
        async with scene() as at:
            at.wire.tells_completed = False
            await at.place("buy 2 market")
            await at.hears("accepted", "filled")
            await at.wire.restart()
            await until(lambda: at.line.connections == 2)
            found = await at.find()
            return found.order.filled, await at.find("nobody"), at.line.is_open

    assert asyncio.run(story()) == (2, None, True)


def test_an_unknown_order_is_not_given_up_while_the_gateway_learns_what_rests():
    async def story():
        async with scene() as at:
            at.wire.faults.append(Fault.CUT_AFTER)
            with pytest.raises(OrderStateUnknown):
                await at.place("buy 1 limit", 90)
            at.wire.hides_orders = True
            at.venue._learning_ms = 60_000
            await at.line.opened()
            with pytest.raises(VenueUnavailable) as learning:
                await at.find()
            at.wire.hides_orders = False
            return learning.value.facts["why"], (await at.find()).order.is_open

    assert asyncio.run(story()) == ("reading_back", True)


def test_a_part_that_filled_ends_no_order_while_the_gateway_learns_what_rests():
    async def story():
        async with scene() as at:
            await at.place("buy 2000 limit", 95)
            at.price(95)
            await at.hears("accepted", "filled")
            at.wire.hides_orders = True
            at.venue._learning_ms = 60_000
            with pytest.raises(VenueUnavailable) as learning:
                await at.find()
            at.wire.hides_orders = False
            rests = (await at.find()).order
            return learning.value.facts["why"], rests.state, rests.filled

    state = OrderState.PARTIALLY_FILLED
    assert asyncio.run(story()) == ("reading_back", state, 1_000)


def test_what_filled_whole_is_over_though_the_gateway_learns_yet():
    async def story():
        async with scene() as at:
            await at.place("buy 2 market")
            await at.hears("accepted", "filled")
            at.wire.forgets_completed = True
            at.venue._learning_ms = 60_000
            return (await at.find()).order.filled

    assert asyncio.run(story()) == 2


def test_what_is_not_shown_once_the_gateway_has_learnt_never_arrived():
    async def story():
        async with scene() as at:
            at.venue._learning_ms = 300
            await at.wire.restart()
            await at.line.opened()
            seen = []
            async with asyncio.timeout(LIMIT_SECONDS):
                while seen[-1:] != ["nothing"]:
                    try:
                        seen.append("nothing" if await at.find("nobody") is None else "found")
                    except VenueUnavailable as error:
                        seen.append(error.facts["why"])
                        await asyncio.sleep(0.05)
            return seen[-1], set(seen[:-1]) <= {"reading_back", "gateway_away"}

    assert asyncio.run(story()) == ("nothing", True)
