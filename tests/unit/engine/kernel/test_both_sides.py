"""Protection where positions may be long and short: each entry's is for what it opened alone."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

import pytest

from engine.domain.identifiers import ClientOrderId
from engine.domain.money import Price
from engine.domain.order import OrderType, Side
from tests.unit.engine.kernel.brackets import stops
from tests.unit.engine.kernel.pit import Pit

LONG_STOP, SHORT_STOP = Price(Decimal(90)), Price(Decimal(115))


@pytest.fixture
def pit() -> Pit:
    return Pit(on_margin=True)


def long(pit: Pit, quantity: int, **more: object) -> ClientOrderId:
    pit.price(Decimal(100))
    name = pit.place(Side.BUY, Decimal(quantity), OrderType.MARKET, **more)
    pit.settle()
    filled(pit, 100)
    return name


def filled(pit: Pit, price: int) -> None:
    """What this price meets is filled, and all that follows is done."""
    pit.price(Decimal(price))
    pit.settle()


def short_at(pit: Pit, quantity: int, price: int) -> ClientOrderId:
    """With a stop, resting until its price is there."""
    limit = Price(Decimal(price))
    name = pit.place(
        Side.SELL, Decimal(quantity), OrderType.LIMIT, price=limit, stop_loss=SHORT_STOP
    )
    pit.settle()
    return name


def test_an_entry_that_closes_what_another_one_holds_leaves_that_its_stop(pit: Pit) -> None:
    second = short_at(pit, 4, 105)
    first = long(pit, 10, stop_loss=LONG_STOP)
    filled(pit, 106)

    assert pit.held == 6
    assert stops(pit) == {first: (Side.SELL, 6)}
    assert not pit.children(second)


def test_what_goes_through_zero_is_protected_for_what_it_opens(pit: Pit) -> None:
    second = short_at(pit, 14, 105)
    long(pit, 10, stop_loss=LONG_STOP)
    filled(pit, 106)
    assert stops(pit) == {second: (Side.BUY, 4)}

    # Without a stop of its own, what comes on top of it gets none of the other's.
    pit.price(Decimal(106))
    pit.place(Side.SELL, Decimal(3), OrderType.MARKET)
    pit.settle()
    filled(pit, 106)
    assert pit.held == -7
    assert stops(pit) == {second: (Side.BUY, 4)}

    pit.crash()
    pit.settle()
    assert stops(pit) == {second: (Side.BUY, 4)}


def test_a_fill_that_is_heard_late_leaves_nothing_naked(pit: Pit) -> None:
    long(pit, 10)
    pit.price(Decimal(100))
    pit.place(Side.SELL, Decimal(10), OrderType.MARKET, reduce_only=True)
    second = pit.place(
        Side.SELL, Decimal(4), OrderType.LIMIT, price=LONG_STOP, stop_loss=SHORT_STOP
    )
    pit.let_out(2)
    pit.price(Decimal(100))
    # The exchange closed all of it first; the desk hears of that last.
    pit.heard = deque(sorted(pit.heard, key=lambda report: report.client_order_id != second))
    pit.settle()

    assert pit.held == -4
    assert stops(pit) == {second: (Side.BUY, 4)}
    pit.crash()
    pit.settle()
    assert stops(pit) == {second: (Side.BUY, 4)}


def test_a_stop_by_hand_goes_with_the_holding_that_has_turned(pit: Pit) -> None:
    long(pit, 10)
    pit.place(Side.SELL, Decimal(10), OrderType.STOP, stop_price=LONG_STOP, reduce_only=True)
    pit.settle()
    pit.price(Decimal(100))
    pit.place(Side.SELL, Decimal(14), OrderType.MARKET)
    pit.settle()
    filled(pit, 100)

    assert pit.held == -4
    assert not pit.open()


def test_what_turns_a_position_at_its_stop_has_its_own(pit: Pit) -> None:
    long(pit, 10, stop_loss=LONG_STOP)
    pit.price(Decimal(100))
    second = pit.place(
        Side.SELL, Decimal(14), OrderType.STOP, stop_price=LONG_STOP, stop_loss=SHORT_STOP
    )
    pit.settle()

    filled(pit, 89)

    assert pit.held == -14
    assert stops(pit) == {second: (Side.BUY, 14)}


def test_what_was_closed_by_hand_gets_no_stop_when_two_fill_in_one_moment(pit: Pit) -> None:
    pit.place(Side.SELL, Decimal(4), OrderType.MARKET, stop_loss=SHORT_STOP)
    pit.settle()
    filled(pit, 100)
    long(pit, 4, reduce_only=True)
    pit.price(Decimal(100))
    pit.place(Side.SELL, Decimal(9), OrderType.MARKET)
    pit.settle()
    filled(pit, 100)
    pit.price(Decimal(100))
    for price in (92, 91, 90):
        limit = Price(Decimal(price))
        pit.place(Side.BUY, Decimal(1), OrderType.LIMIT, price=limit, reduce_only=True)
    pit.settle()

    filled(pit, 91)

    assert pit.held == -7
    assert not stops(pit)
