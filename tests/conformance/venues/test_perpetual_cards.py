"""What perpetuals need of a venue beside all that every instrument does."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from functools import wraps

import pytest

from connectors.ccxt.rows import contract_of
from engine.domain.margin import Leverage, MarginMode
from engine.domain.order import Purpose, Side
from engine.errors import OrderRejected
from tests.conformance.venues.ccxt_harness import PERPETUALS, CcxtHarness
from tests.conformance.venues.desk import ANN, BOB, Desk
from tests.standins.exchange.listed import PERPETUAL

FIVE = Leverage(Decimal(5))


@pytest.fixture(params=PERPETUALS)
def desk(request):
    return Desk(CcxtHarness(contract_of(request.param), PERPETUAL))


def card(story):
    @wraps(story)
    def play(desk):
        async def whole():
            try:
                await desk.open()
                await story(desk)
                await desk.hears_nothing()
            finally:
                await desk.close()

        asyncio.run(whole())

    return play


@card
async def test_p01_a_short_is_opened_stated_and_bought_back(desk):
    await desk.place("sell 2 market")
    await desk.hears("accepted", "filled")
    assert await desk.held() == -2
    why = await desk.refused("sell 1 market", name="b", reduce_only=True)
    assert why.startswith("reduce_only")

    await desk.place("buy 2 market", name="c", reduce_only=True)
    await desk.hears("accepted", "filled")
    assert await desk.harness.venue.holdings(ANN) == desk.harness.coins


@card
async def test_p02_reduce_only_is_the_exchanges_own(desk):
    await desk.place("buy 2 market")
    await desk.hears("accepted", "filled")
    await desk.place("sell 1 limit", 105, name="b", reduce_only=True)
    await desk.hears("accepted")

    (stated,) = await desk.harness.venue.open_orders(ANN)
    assert stated.order.terms.reduce_only
    assert (stated.order.terms.symbol, stated.order.terms.quantity) == (PERPETUAL, 1)


@card
async def test_p03_a_leverage_is_set_isolated_and_read_back(desk):
    venue = desk.harness.venue
    assert await venue.leverage(PERPETUAL) != FIVE

    await venue.set_leverage(PERPETUAL, FIVE)
    assert await venue.leverage(PERPETUAL) == FIVE
    # What is so already is no failure.
    await venue.set_leverage(PERPETUAL, FIVE)


@card
async def test_p04_a_leverage_that_is_not_taken_is_said(desk):
    venue, margin = desk.harness.venue, desk.harness.wire.core.margin
    await venue.set_leverage(PERPETUAL, FIVE)
    margin.refuses = True

    with pytest.raises(OrderRejected):
        await venue.set_leverage(PERPETUAL, replace(FIVE, times=Decimal(7)))
    assert await venue.leverage(PERPETUAL) == FIVE


@card
async def test_p05_long_and_short_apart_are_refused(desk):
    desk.harness.wire.core.margin.is_apart = True

    with pytest.raises(OrderRejected) as refusal:
        await desk.harness.venue.set_leverage(PERPETUAL, FIVE)
    assert refusal.value.facts["why"] == "hedged"
    assert await desk.harness.venue.leverage(PERPETUAL) is None


@card
async def test_p06_positions_are_stated_with_entry_margin_and_liquidation(desk):
    await desk.harness.venue.set_leverage(PERPETUAL, FIVE)
    await desk.place("buy 2 market")
    await desk.hears("accepted", "filled")

    (held,) = (await desk.harness.venue.on_margin(ANN)).items()
    symbol, stated = held
    assert (symbol, stated.quantity, stated.entry_price) == (PERPETUAL, 2, 101)
    assert stated.margin == Decimal("40.4")
    # 101 × (1 − 1/5) ÷ (1 − 0.5 %)
    assert stated.liquidation_price == Decimal("81.21")
    assert await desk.harness.venue.on_margin(BOB) == {}


@card
async def test_p07_the_maintenance_ratio_follows_the_size(desk):
    ratios = [
        await desk.harness.venue.maintenance(PERPETUAL, Decimal(size), Decimal(2_001))
        for size in ("0.5", "-0.5", "1000")
    ]
    assert ratios == [Decimal("0.005"), Decimal("0.005"), Decimal("0.01")]


@card
async def test_p08_open_profit_is_no_part_of_the_cash_that_an_account_begins_with(desk):
    core = desk.harness.wire.core
    core.by_hand(PERPETUAL, Side.BUY, "3", "90")
    core.by_hand(PERPETUAL, Side.SELL, "1", "95")

    assert (await desk.harness.venue.balances())["USDT"] == desk.harness.cash_held("USDT")
    # Where every order has a name, those of others are told as well.
    await desk.hears_whatever()


@card
async def test_p09_funding_is_told_with_what_it_was_for(desk):
    desk.harness.move_cash("funding", "USDT", "-0.375")

    (told,) = await desk.told_of_cash()
    assert (told.reason, told.amount, told.symbol) == ("funding", Decimal("-0.375"), PERPETUAL)


@card
async def test_p10_the_kind_of_margin_is_read_back_too(desk):
    venue = desk.harness.venue
    await venue.set_leverage(PERPETUAL, FIVE)
    desk.harness.wire.core.margin.modes.clear()

    found = await venue.leverage(PERPETUAL)
    # Where each order says it, nothing else can be so.
    by_order = bool(desk.harness.contract.margin.order)
    assert found.mode is (MarginMode.ISOLATED if by_order else MarginMode.CROSS)


@card
async def test_p11_what_the_exchange_closes_by_itself_is_told_apart(desk):
    venue, core = desk.harness.venue, desk.harness.wire.core
    yesterday = core.now() - 86_400_000
    await desk.place("buy 3 market")
    await desk.hears("accepted", "filled")
    await desk.place("sell 1 market", name="b", reduce_only=True)
    await desk.hears("accepted", "filled")
    assert list(await venue.forced(ANN, PERPETUAL, yesterday)) == []

    before, kinds = venue.connections, ("deleveraging", "reduction", "liquidation")
    for size, why in zip(("0.5", "0.25", ""), kinds, strict=True):
        core.force(PERPETUAL, size, why)
    told = await venue.forced(ANN, PERPETUAL, yesterday)

    assert {each.fill.quantity: each.purpose for each in told} == {
        Decimal("0.5"): Purpose.DELEVERAGING,
        Decimal("0.25"): Purpose.LIQUIDATION,
        Decimal("1.25"): Purpose.LIQUIDATION,
    }
    assert {(each.side, each.fill.price) for each in told} == {(Side.SELL, 99)}
    paid = [fill.fee for placed, fill in core.fills if placed.forced]
    assert sorted(each.fill.fee for each in told) == sorted(paid)
    assert list(await venue.forced(BOB, PERPETUAL, yesterday)) == []
    # Whoever compares is called to it at once.
    async with asyncio.timeout(5):
        while venue.connections < before + 3:
            await asyncio.sleep(0.01)
    assert await venue.on_margin(ANN) == {}


@card
async def test_p12_a_margin_that_the_exchange_adds_to_is_not_a_positions_own(desk):
    if not desk.harness.contract.margin.tops_up:
        pytest.skip("the exchange adds nothing by itself, or does not say so")
    venue = desk.harness.venue
    await venue.set_leverage(PERPETUAL, FIVE)
    desk.harness.wire.core.margin.tops_up = True

    assert (await venue.leverage(PERPETUAL)).mode is MarginMode.CROSS
    with pytest.raises(OrderRejected) as refusal:
        await venue.set_leverage(PERPETUAL, FIVE)
    assert refusal.value.facts["why"] == "crossed"
