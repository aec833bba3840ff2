"""What rests, turns round, is being changed or is one of two counts whole in every limit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from small_desk import ANN, BTC, MINE, PAPER, SmallDesk

from engine.domain.instrument import InstrumentKind
from engine.domain.margin import Leverage
from engine.domain.money import Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from engine.domain.requests import NoteLeverage
from tests.standins.market import LISTED

BUY, SELL = Side.BUY, Side.SELL
ON_MARGIN = [
    replace(each, kind=InstrumentKind.PERPETUAL) if each.symbol == BTC else each for each in LISTED
]


def margined(rule: str, limit: str | int) -> SmallDesk:
    """A desk on which BTC is held on five times its margin."""
    desk = SmallDesk({rule: limit}, listed=ON_MARGIN)
    desk.take(NoteLeverage(PAPER, BTC, Leverage(Decimal(5)), ANN, desk.now))
    return desk


@pytest.mark.parametrize(("rule", "limit"), [("max_exposure", 9_000), ("max_leverage", "0.09")])
def test_what_rests_has_closed_a_position_before_another_order_does(
    rule: str, limit: str | int
) -> None:
    desk = margined(rule, limit)
    desk.trade(BUY, BTC, "0.1", 60_000)

    assert [desk.refused(SELL, BTC, "0.1", 60_100 + n) for n in range(3)] == ["", "", rule]
    for order in desk.open():
        desk.fill(order, 60_200)
    assert desk.held(BTC) == Decimal("-0.1")


def test_a_sale_that_closes_what_one_that_rests_would_close_leaves_that_one_to_open() -> None:
    desk = margined("max_exposure", 9_000)
    desk.trade(BUY, BTC, "0.1", 60_000)
    desk.place(SELL, BTC, "0.1", 60_100)
    terms = OrderTerms(BTC, SELL, OrderType.MARKET, Quantity(Decimal("0.1")))

    proposal = desk.kernel.proposal(PAPER, terms, desk.now)
    assert proposal.exposure_after(MINE) == 6_010
