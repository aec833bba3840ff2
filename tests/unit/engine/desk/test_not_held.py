"""Exits that a venue could not hold are refused before anything is bought."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.desk import conditions
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from tests.standins.market import instrument

BTC = replace(instrument("BTC/USDT"), holds_stops=False)
BUY = OrderTerms(BTC.symbol, Side.BUY, OrderType.MARKET, Quantity(Decimal(1)))
FEE = Decimal("0.001")


def exits(stop: str | None) -> conditions.Exits:
    level = None if stop is None else Price(Decimal(stop))
    return conditions.Exits(BUY, level, (), None, FEE)


def test_where_no_stop_can_rest_none_is_promised() -> None:
    refused = conditions.not_held(exits("95"), BTC, is_paper=False)

    assert refused is not None
    assert refused.rule == "no_stops"
    assert conditions.not_held(exits(None), BTC, is_paper=False) is None
    assert conditions.not_held(exits("95"), BTC, is_paper=True) is None
