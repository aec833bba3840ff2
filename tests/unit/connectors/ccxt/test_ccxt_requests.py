"""What is refused before it is sent, and what is not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.ccxt.requests import off_step
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from tests.standins.market import instrument

BTC = replace(instrument("BTC/USDT"), quantity_step=Decimal("0.001"), minimum_notional=Decimal(5))


def terms(quantity: str, kind: OrderType, **rest: object) -> OrderTerms:
    return OrderTerms(BTC.symbol, Side.SELL, kind, Quantity(Decimal(quantity)), **rest)


@pytest.mark.parametrize("thousandths", [1, 3, 7, 1232, 1233, 1234])
@pytest.mark.parametrize("kind", [OrderType.MARKET, OrderType.STOP])
def test_what_takes_the_market_is_refused_by_no_rounding(thousandths: int, kind: OrderType) -> None:
    stop = Price(Decimal(95_000)) if kind is OrderType.STOP else None

    assert not off_step(terms(str(Decimal(thousandths) / 1000), kind, stop_price=stop), BTC)


def test_what_only_reduces_is_left_to_the_exchange() -> None:
    small = terms("0.001", OrderType.STOP, stop_price=Price(Decimal(95)))

    assert "below the minimum 5" in off_step(small, BTC)
    assert not off_step(replace(small, reduce_only=True), BTC)
