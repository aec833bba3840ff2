"""Whose news it is that a stream tells."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.domain.events import OrderCanceled, OrderFilled
from engine.domain.identifiers import ClientOrderId, Symbol, TradeId
from engine.domain.money import Currency, Price, Quantity
from tests.conformance.venues.ccxt_harness import CCXT_HARNESSES
from tests.conformance.venues.desk import Desk

USDT = Currency("USDT")


@pytest.mark.parametrize("row", ["binance", "binanceusdm"])
def test_news_of_another_symbol_is_not_of_the_order_that_has_its_number(row: str) -> None:
    async def story() -> None:
        desk = Desk(CCXT_HARNESSES[row]())
        await desk.open()
        await desk.place("buy 5 limit", 90)
        await desk.hears("accepted")
        core = desk.harness.wire.core
        (ours,) = core.orders.values()
        symbol = Symbol(ours.terms.symbol.replace("BTC", "ETH"))
        number, size, price = ClientOrderId(str(ours.number)), Decimal(2), Decimal(3_000)
        fill = OrderFilled(
            number, TradeId("777"), Quantity(size), Price(price), Decimal(1), USDT, core.now()
        )
        terms = replace(ours.terms, symbol=symbol)
        by_hand = replace(
            ours, client_id="web_1", order=replace(ours.order, terms=terms), fills=(fill,)
        )

        desk.harness.wire.on_order(by_hand, fill)

        await desk.cancel()
        async with asyncio.timeout(5):
            # Others are told of by their own names.
            while (report := await anext(desk.heard)).client_order_id != "a":
                assert report.client_order_id == "web_1"
        assert isinstance(report, OrderCanceled)
        await desk.close()

    asyncio.run(story())
