"""The acceptance cards of a venue: what the desk relies on, whoever executes."""

import asyncio
import logging
from decimal import Decimal

import pytest

from engine.domain.order import OrderState
from engine.errors import OrderStateUnknown, RateLimited, VenueUnavailable
from tests.conformance.venues.card import card
from tests.conformance.venues.desk import ANN, BOB


@card()
async def test_v01_a_market_order_fills_at_the_other_side_and_pays_the_taker_fee(desk):
    await desk.place("buy 2 market")

    fill = await desk.hears("accepted", "filled")
    assert (fill.quantity, fill.price) == (2, 101)
    assert (fill.fee, fill.fee_currency) == desk.fee("0.001", fill)
    assert (await desk.find()).order.state is OrderState.FILLED


@card()
async def test_v02_a_limit_rests_until_the_other_side_reaches_it(desk):
    await desk.place("buy 1 limit", 95)
    accepted = await desk.hears("accepted")
    assert await desk.resting() == ["a"]

    await desk.price(95, 96)
    await desk.hears_nothing()
    await desk.price(94, 95)

    fill = await desk.hears("filled")
    assert fill.price <= 95
    assert (await desk.find()).venue_order_id == accepted.venue_order_id
    assert await desk.resting() == []


@card()
async def test_v03_a_limit_through_the_market_never_fills_beyond_its_price(desk):
    await desk.place("sell 1 limit", 98)

    assert (await desk.hears("accepted", "filled")).price >= 98


@card("stop")
async def test_v04_a_stop_triggers_on_the_last_trade_and_takes_the_market(desk):
    await desk.place("sell 1 stop", stop=95)
    await desk.hears("accepted")
    await desk.price(96, 97, 96)
    await desk.hears_nothing()

    await desk.price(89, 91, 90)

    assert (await desk.hears("triggered", "filled")).price == 89


@card("stop_limit")
async def test_v05_a_stop_limit_triggers_and_then_rests_at_its_limit(desk):
    await desk.place("buy 1 stop_limit", 106, stop=105)
    await desk.hears("accepted")
    await desk.price(109, 110)
    await desk.hears("triggered")
    if desk.harness.manifest.tells_triggers:
        assert (await desk.find()).order.state is OrderState.TRIGGERED

    await desk.price(104, 106)

    assert (await desk.hears("filled")).price <= 106


@card("trailing_stop")
async def test_v06_a_trailing_stop_follows_and_never_moves_back(desk):
    await desk.place("sell 1 trailing_stop", trail=5)
    await desk.hears("accepted")
    await desk.price(110)
    await desk.price(106)
    await desk.hears_nothing()

    await desk.price(105)

    assert (await desk.hears("triggered", "filled")).price == 105


@card()
async def test_v07_partial_fills_add_up_to_the_order(desk):
    await desk.place("buy 15 limit", 101)

    first = await desk.hears("accepted", "filled")
    stated = await desk.find()
    assert stated.order.state is OrderState.PARTIALLY_FILLED
    assert desk.quantity_left(stated) == 5

    await desk.price(100, 101)
    second = await desk.hears("filled")
    stated = await desk.find()
    assert (first.quantity, second.quantity) == (10, 5)
    assert first.trade_id != second.trade_id
    assert stated.fills == (first, second)


@card()
async def test_v08_immediate_or_cancel_leaves_nothing_resting(desk):
    await desk.place("buy 15 limit", 101, tif="ioc")

    await desk.hears("accepted", "filled", "canceled")
    assert (await desk.find()).order.filled == 10
    assert await desk.resting() == []


@card()
async def test_v09_fill_or_kill_fills_all_or_nothing(desk):
    await desk.place("buy 15 limit", 101, tif="fok")
    await desk.hears("accepted", "canceled")
    assert (await desk.find()).fills == ()

    await desk.place("buy 10 limit", 101, tif="fok", name="b")
    assert (await desk.hears("accepted", "filled")).quantity == 10


@card("day")
async def test_v10_a_day_order_expires_at_utc_midnight(desk):
    await desk.place("buy 1 limit", 90, tif="day")
    await desk.hears("accepted")
    await desk.harness.pass_midnight()

    await desk.price(80)

    await desk.hears("expired")
    assert (await desk.find()).order.state is OrderState.EXPIRED


@card("post_only")
async def test_v11_post_only_never_takes(desk):
    await desk.never_takes("buy 1 limit", 101, post_only=True)

    await desk.place("buy 1 limit", 100, name="b", post_only=True)
    await desk.price(99, 100)

    fill = await desk.hears("accepted", "filled")
    assert fill.price == 100
    assert (fill.fee, fill.fee_currency) == desk.fee("0.0005", fill)


@card()
async def test_v12_a_canceled_order_fills_no_more(desk):
    await desk.place("buy 1 limit", 95)
    await desk.cancel()
    await desk.hears("accepted", "canceled")

    await desk.price(90)

    assert (await desk.find()).order.state is OrderState.CANCELED
    assert await desk.resting() == []


@card()
async def test_v13_a_cancel_that_loses_to_a_fill_says_so_and_the_fill_stands(desk):
    await desk.place("buy 1 limit", 95)
    await desk.price(94)
    await desk.cancel()

    await desk.hears("accepted", "filled", "cancelrejected")
    assert (await desk.find()).order.state is OrderState.FILLED


@card("replaces")
async def test_v14_a_replaced_order_has_its_new_terms_and_keeps_its_id(desk):
    await desk.place("buy 1 limit", 90)
    await desk.replace("buy 2 limit", 95)

    replaced = await desk.hears("accepted", "replaced")
    assert (replaced.terms.quantity, replaced.terms.price) == (2, 95)
    await desk.price(94)
    assert (await desk.hears("filled")).quantity == 2


@card("replaces")
async def test_v15_a_replacement_that_cannot_be_leaves_the_order_as_it_was(desk):
    await desk.place("buy 1 limit", 90)
    await desk.replace("buy 1 limit", "90.001")

    await desk.hears("accepted", "replacerejected")
    assert (await desk.find()).order.terms.price == 90


@card()
async def test_v16_a_refusal_is_final_clear_and_leaves_nothing(desk):
    assert "step" in await desk.refused("buy 1.0001 limit", 90)
    assert "step" in await desk.refused("buy 1 limit", "90.001")
    assert "minimum" in await desk.refused("buy 0.001 limit", 90)
    assert "minimum" in await desk.refused("buy 0.01 limit", 90)
    assert "above zero" in await desk.refused("buy 0 market")
    assert "needs a price" in await desk.refused("buy 1 limit")

    assert await desk.find() is None
    assert await desk.resting() == []


@card("unique_for_ever")
async def test_v17_a_client_order_id_is_taken_once(desk):
    await desk.place("buy 1 market")
    await desk.hears("accepted", "filled")

    assert await desk.refused("buy 1 market") == "duplicate client order id"
    await desk.restart()
    assert await desk.refused("buy 1 market") == "duplicate client order id"
    assert len((await desk.find()).fills) == 1


@card()
async def test_v18_what_rested_before_a_restart_goes_on_resting(desk):
    await desk.place("buy 15 limit", 101, name="partly")
    first = await desk.hears("accepted", "filled")
    await desk.place("buy 1 limit", 90, name="whole")
    await desk.hears("accepted")

    await desk.restart()

    assert sorted(await desk.resting()) == ["partly", "whole"]
    await desk.price(100, 101)
    second = await desk.hears_of_a_fill(first)
    assert (second.client_order_id, second.quantity) == ("partly", 5)
    await desk.price(89, 90)
    assert (await desk.hears_of_a_fill(first, second)).client_order_id == "whole"


@card()
async def test_v19_an_order_whose_answer_was_lost_is_found_with_its_fills(desk):
    await desk.place_and_lose_the_answer("buy 1 market")

    stated = await desk.find()
    assert stated.order.state is OrderState.FILLED
    assert [each.price for each in stated.fills] == [101]
    assert await desk.find("neversent") is None


@card()
async def test_v20_dust_left_by_a_partial_fill_is_filled_to_the_last_step(desk):
    await desk.place("buy 10.001 limit", 101)
    await desk.hears("accepted", "filled")
    assert desk.quantity_left(await desk.find()) == Decimal("0.001")

    await desk.price(100, 101)

    assert (await desk.hears("filled")).quantity == Decimal("0.001")
    assert desk.quantity_left(await desk.find()) == 0


@card()
async def test_v21_dust_can_be_canceled(desk):
    await desk.place("buy 10.001 limit", 101)
    await desk.cancel()

    await desk.hears("accepted", "filled", "canceled")
    assert (await desk.find()).order.filled == 10


@card()
async def test_v22_one_account_neither_sees_nor_touches_anothers_orders(desk):
    await desk.place("buy 1 limit", 90)
    await desk.hears("accepted")

    assert await desk.find(account=BOB) is None
    assert await desk.resting(BOB) == []
    await desk.cancel(account=BOB)
    assert (await desk.hears("cancelrejected")).reason == "unknown order"
    assert await desk.resting(ANN) == ["a"]


@card()
async def test_v23_reports_come_in_the_order_in_which_things_happened(desk):
    await desk.place("buy 1 limit", 95, name="b")
    await desk.place("buy 1 limit", 96, name="c")
    await desk.price(90)

    await desk.hears("accepted", "accepted", "filled", "filled")
    assert [len((await desk.find(name)).fills) for name in ("b", "c")] == [1, 1]


@card()
async def test_v24_an_open_order_refuses_a_second_one_of_its_name(desk):
    if not desk.harness.refuses_an_open_name:
        pytest.skip("the exchange promises nothing about names, and no order of one is sent twice")
    await desk.place("buy 1 limit", 90)
    await desk.hears("accepted")

    assert await desk.refused("buy 1 limit", 90) == "duplicate client order id"
    assert await desk.resting() == ["a"]


@card("networked")
async def test_v25_an_answer_that_is_no_plain_refusal_is_unknown(desk):
    for number, fault in enumerate(desk.harness.ambiguous()):
        name = f"n{number}"
        with pytest.raises(OrderStateUnknown):
            await desk.place("buy 1 limit", 90, name=name)
        stated = await desk.settled(name)
        assert (stated is not None) == fault.carried_out, fault
    await desk.hears_whatever()


@card("networked")
async def test_v26_a_flood_leaves_nothing_and_says_when_to_come_again(desk):
    if not desk.harness.limits_rate:
        pytest.skip("the protocol knows no limit of messages, and no answer that asks to wait")
    desk.harness.flood()

    with pytest.raises(RateLimited) as refused:
        await desk.place("buy 1 limit", 90)
    assert refused.value.retry_after_seconds > 0
    assert await desk.find() is None


@card("networked")
async def test_v27_fills_behind_a_fallen_stream_are_found_when_it_is_back(desk):
    await desk.place("buy 2 limit", 95)
    await desk.place("buy 1 limit", 90, name="b")
    await desk.hears("accepted", "accepted")

    await desk.harness.fall(lambda: desk.price(94))

    fill = await desk.hears("filled")
    assert (fill.client_order_id, fill.quantity) == ("a", 2)
    assert await desk.held() == desk.harness.opening + 2 - desk.fee_in_base(fill)


@card("networked")
async def test_v28_nothing_is_sent_by_a_clock_that_is_off(desk):
    await desk.harness.shift_clock(seconds=3)

    with pytest.raises(VenueUnavailable) as refused:
        await desk.place("buy 1 limit", 90)
    assert refused.value.facts["why"] == "clock_off"
    await desk.harness.shift_clock(seconds=0)
    assert await desk.find() is None


@card("networked")
async def test_v29_what_is_listed_no_more_is_refused_before_it_is_sent(desk):
    await desk.harness.delist()

    assert "not listed" in await desk.refused("buy 1 limit", 90)


@card("networked")
async def test_v30_a_fee_in_a_third_coin_is_told_in_that_coin(desk):
    if not desk.harness.names_fee_coin:
        pytest.skip("the venue does not say in which coin a fee was paid")
    desk.harness.pay_fees_in("BNB")
    await desk.place("buy 1 market")

    fill = await desk.hears("accepted", "filled")

    assert fill.fee_currency == "BNB"
    assert await desk.held() == desk.harness.opening + 1


@card("networked")
async def test_v31_an_exchange_that_is_away_is_said_to_be(desk):
    desk.harness.close_for_maintenance()

    with pytest.raises(OrderStateUnknown):
        await desk.place("buy 1 limit", 90)
    with pytest.raises(VenueUnavailable):
        await desk.find()
    desk.harness.open_again()
    assert await desk.settled("a") is None


@card("networked")
async def test_v32_no_secret_is_in_any_failure(desk):
    said = []
    for number, _ in enumerate(desk.harness.ambiguous()):
        with pytest.raises(OrderStateUnknown) as unknown:
            await desk.place("buy 1 limit", 90, name=f"m{number}")
        said.append(f"{unknown.value!r} {unknown.value.facts} {unknown.value.__cause__!r}")
        await desk.harness.landed()
    await desk.harness.fall(desk.harness.landed)
    await desk.hears_whatever()
    logged = desk.harness.logged()

    assert said
    assert logged
    for secret in desk.harness.secrets:
        assert not [text for text in (*said, *logged) if secret in text]
        # What is searched is what is written: one that is planted is found.
        logging.getLogger("ccxt").error("planted %s", secret)
        assert [text for text in desk.harness.logged() if secret in text]


@card("networked", "tells_cash")
async def test_v33_cash_that_moved_apart_from_trades_is_told_to_the_last_unit(desk):
    before = desk.harness.cash_held("USDT")
    desk.harness.move_cash("deposit", "USDT", "500.25")
    desk.harness.move_cash("withdrawal", "USDT", "-50", "1.5")
    desk.harness.move_cash("deposit", "USDT", "20")
    if desk.harness.has_cash_calls:
        desk.harness.move_cash("wallet", "USDT", "-30")
        desk.harness.move_cash("deposit", "USDT", "9", elsewhere=True)
    await desk.place("buy 1 market")
    fill = await desk.hears("accepted", "filled")

    told = await desk.told_of_cash()

    is_paid = not desk.harness.instrument.kind.is_margined
    traded = -fill.quantity * fill.price if is_paid else Decimal(0)
    if fill.fee_currency == "USDT":
        traded -= fill.fee
    moved = sum(each.amount for each in told)
    assert before + traded + moved == desk.harness.cash_held("USDT")
    flows = {each.amount for each in told if each.reason.is_flow}
    assert {each.currency for each in told} == {"USDT"}
    assert {Decimal("500.25"), Decimal(20)} < flows
    assert min(flows) in (Decimal(-50), Decimal("-51.5"))
    assert await desk.told_of_cash() == told
    assert len({each.id for each in told}) == len(told)
    assert await desk.told_of_cash(account=BOB) == ()


@card("networked", "tells_cash")
async def test_v34_what_is_under_way_is_told_once_it_is_final(desk):
    day = 86_400_000
    waiting = desk.harness.move_cash("deposit", "BTC", "0.5", is_final=False, ago_ms=day // 2)
    assert await desk.told_of_cash() == []

    desk.harness.finish_cash(waiting)

    (told,) = await desk.told_of_cash()
    assert (told.currency, told.amount, told.reason) == ("BTC", Decimal("0.5"), "deposit")


@card("networked", "tells_cash")
async def test_v35_more_than_one_answer_holds_is_told_whole(desk):
    two_hours = 7_200_000
    for number in range(110):
        desk.harness.move_cash("deposit", "USDT", "2", ago_ms=number * two_hours)

    told = await desk.told_of_cash(days=10)

    assert sum(each.amount for each in told) == 220
    assert len(told) == 110
    assert [each.at for each in told] == sorted(each.at for each in told)


@card("stop_limit")
async def test_v36_a_stop_limit_that_has_triggered_can_be_canceled(desk):
    await desk.place("buy 1 stop_limit", 106, stop=105)
    await desk.hears("accepted")
    await desk.price(109, 110)
    await desk.hears("triggered")
    assert set(await desk.resting()) == {"a"}

    await desk.cancel()

    await desk.hears("canceled")
    assert (await desk.find()).order.state is OrderState.CANCELED
    assert await desk.resting() == []


@card("networked", "stop_limit")
async def test_v41_so_can_one_that_triggered_before_we_were_there(desk):
    await desk.place("buy 1 stop_limit", 106, stop=105)
    await desk.hears("accepted")
    await desk.price(109, 110)
    await desk.restart()
    assert (await desk.find()).order.is_open

    await desk.cancel()

    await desk.hears_whatever()
    assert (await desk.find()).order.state is OrderState.CANCELED
    assert await desk.resting() == []


@card("stop")
async def test_v37_a_stop_whose_answer_was_lost_is_found_before_and_after_it_triggers(desk):
    await desk.place_and_lose_the_answer("sell 1 stop", stop=95)
    before = await desk.find()
    assert (before.order.state, before.order.terms.stop_price) == (OrderState.ACCEPTED, 95)
    assert await desk.resting() == ["a"]

    await desk.price(89, 91, 90)

    after = await desk.find()
    assert after.order.state is OrderState.FILLED
    assert after.venue_order_id == before.venue_order_id
    assert [(each.quantity, each.price) for each in after.fills] == [(1, 89)]
    await desk.hears_whatever()


@card("networked", "stop")
async def test_v38_a_stop_that_triggers_while_nobody_hears_is_told_afterwards(desk):
    await desk.place("sell 1 stop", stop=95)
    await desk.hears("accepted")

    await desk.harness.fall(lambda: desk.price(89, 91, 90))

    fill = await desk.hears("filled")
    assert (fill.client_order_id, fill.quantity, fill.price) == ("a", 1, 89)


@card("stop", "replaces")
async def test_v39_a_stop_that_is_changed_rests_at_its_new_price_and_size(desk):
    await desk.place("sell 2 stop", stop=95)
    await desk.hears("accepted")
    await desk.replace("sell 1 stop", stop=90)
    await desk.hears("replaced")
    assert await desk.resting() == ["a"]

    await desk.price(94, 95, 94)
    await desk.hears_nothing()
    await desk.price(89, 91, 89)

    assert (await desk.hears("triggered", "filled")).quantity == 1


@card("networked", "stop")
async def test_v40_a_stop_that_got_no_plain_answer_is_unknown_and_found(desk):
    for number, fault in enumerate(desk.harness.ambiguous()):
        name = f"s{number}"
        with pytest.raises(OrderStateUnknown):
            await desk.place("sell 1 stop", stop=90, name=name)
        stated = await desk.settled(name)
        assert (stated is not None) == fault.carried_out, fault
    await desk.hears_whatever()


@card("stop")
async def test_v42_a_stop_that_rested_before_a_restart_triggers_after_it(desk):
    await desk.place("sell 1 stop", stop=95)
    await desk.hears("accepted")

    await desk.restart()

    assert await desk.resting() == ["a"]
    await desk.price(89, 91, 90)
    assert (await desk.hears_of_a_fill()).price == 89


@card("trailing_stop")
async def test_v43_a_trailing_stop_remembers_over_a_restart_how_far_it_has_come(desk):
    await desk.place("sell 1 trailing_stop", trail=5)
    await desk.price(110)
    await desk.hears("accepted")

    await desk.restart()

    assert await desk.resting() == ["a"]
    await desk.price(105, 106)
    assert (await desk.hears("triggered", "filled")).price == 105


@card("networked")
async def test_v44_an_order_that_filled_in_many_parts_is_told_whole(desk):
    parts = 130
    await desk.place(f"buy {parts} limit", 90)
    await desk.hears("accepted")

    async def meanwhile():
        for _ in range(parts):
            await desk.price(91, 92, size=1)
            await desk.price(90, size=1)
            # Each at a time of its own.
            await asyncio.sleep(0.002)

    await desk.harness.fall(meanwhile)

    fills = [await desk.hears("filled") for _ in range(parts)]
    stated = await desk.find()
    assert sum(each.quantity for each in fills) == parts
    assert stated.order.state is OrderState.FILLED
    assert {each.trade_id for each in stated.fills} == {each.trade_id for each in fills}
