"""What nobody but a person can settle stays told until it is settled or gone."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from engine.domain.commands import CancelOrder
from engine.domain.difference import DifferenceKind, Settlement
from engine.domain.identifiers import ClientOrderId
from engine.domain.order import OrderState
from tests.unit.engine.runtime.deaf_desk import ANN, BTC, DeafDesk, SlowVenue


@pytest.mark.parametrize("price", [None, 50], ids=["a size", "an order"])
@pytest.mark.parametrize("ignored", [True, False], ids=["ignored", "open"])
def test_what_is_known_to_differ_outlasts_the_mending_of_an_order(
    tmp_path: Path, price: int | None, ignored: bool
) -> None:
    async def story() -> None:
        desk = await DeafDesk(participation=Decimal(1)).open(tmp_path)
        await desk.buy(8, 99)
        await desk.compare()
        await desk.trade_by_hand("hand", 1, price)
        await desk.compare()
        told = await desk.told()
        if ignored:
            await desk.settle(Settlement.IGNORED)
            told = await desk.told()
        await desk.price(98, size=1)

        await desk.compare()

        assert (DifferenceKind.MISSED_FILL, Settlement.MENDED) in await desk.settled()
        kernel = desk.turns.kernel
        assert [len(kernel.differences), len(kernel.ignored)] == ([0, 1] if ignored else [1, 0])
        assert await desk.told() == told
        await desk.compare()
        assert [len(kernel.differences), len(kernel.ignored)] == ([0, 1] if ignored else [1, 0])
        if ignored:
            assert await desk.told() == told
        await desk.close()

    asyncio.run(story())


def test_what_is_known_to_differ_is_not_called_gone_while_it_moves(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path)
        await desk.trade_by_hand("hand", 1)
        await desk.compare()
        comparing = asyncio.ensure_future(desk.compare())
        await desk.rest()
        await desk.trade_by_hand("hand2", 1)
        await comparing

        assert await desk.told() == [(DifferenceKind.SIZE_DRIFT, None)]
        assert desk.turns.kernel.differences
        await desk.compare()
        (difference,) = desk.turns.kernel.differences.values()
        assert difference.theirs == 2
        await desk.close()

    asyncio.run(story())


async def a_forgotten_order(desk: DeafDesk) -> ClientOrderId:
    """One that its venue did not show for so long that it was called ended, and shows again."""
    order = await desk.buy(8, 99)
    await desk.compare()
    desk.venue.has_lost_all = True
    await desk.compare()
    desk.venue.has_lost_all = False
    ended = desk.turns.kernel.orders.get(order)
    assert ended is not None
    assert ended.state is OrderState.CANCELED
    return order


def test_what_ended_a_moment_ago_may_be_shown_by_a_look_from_before(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, SlowVenue)
        order = await a_forgotten_order(desk)
        comparing = asyncio.ensure_future(desk.compare())
        await desk.rest()
        await desk.venue.cancel(CancelOrder(ANN, order, None, BTC.symbol))
        await comparing

        assert await desk.told() == []
        await desk.close()

    asyncio.run(story())


@pytest.mark.parametrize("how", [Settlement.CLOSED, Settlement.IGNORED, Settlement.ADOPTED])
def test_an_order_called_ended_that_rests_there_is_a_persons_to_end(
    tmp_path: Path, how: Settlement
) -> None:
    async def story() -> None:
        desk = await DeafDesk().open(tmp_path, SlowVenue)
        order = await a_forgotten_order(desk)
        await desk.pass_time(180)
        await desk.compare()
        assert await desk.told() == [(DifferenceKind.ENDED_ORDER, None)]

        await desk.settle(how)
        await desk.pass_time(180)
        await desk.compare()

        rests = [each.order.client_order_id for each in await desk.venue.open_orders(ANN)]
        assert rests == ([] if how is Settlement.CLOSED else [order])
        is_open = how is Settlement.ADOPTED  # which would do twice what was confirmed once
        assert bool(desk.turns.kernel.differences) == is_open
        settled = [] if is_open else [(DifferenceKind.ENDED_ORDER, how)]
        assert (await desk.told())[1:] == settled
        assert order not in desk.turns.kernel.orders.open
        await desk.close()

    asyncio.run(story())


def test_what_fills_of_an_order_called_ended_is_booked_and_it_stays_told(tmp_path: Path) -> None:
    async def story() -> None:
        desk = await DeafDesk(participation=Decimal(1)).open(tmp_path, SlowVenue)
        await a_forgotten_order(desk)
        await desk.pass_time(180)
        await desk.compare()
        await desk.price(98, size=3)

        await desk.compare()
        await desk.compare()

        kernel = desk.turns.kernel
        assert kernel.accounts[ANN].held(BTC.symbol) == 3
        (difference,) = kernel.differences.values()
        assert (difference.kind, difference.theirs) == (DifferenceKind.ENDED_ORDER, 3)
        await desk.settle(Settlement.CLOSED)
        await desk.price(97)
        await desk.compare()
        assert kernel.accounts[ANN].held(BTC.symbol) == 3
        assert not kernel.differences
        await desk.close()

    asyncio.run(story())
