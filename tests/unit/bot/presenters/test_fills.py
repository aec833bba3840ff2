"""Executions as they are listed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.commands.portfolio.fills import FillsListed
from bot.voice import Voice
from engine.desk import AccountView
from engine.domain.money import ZERO, Currency
from engine.portfolio.valuation import Valuation
from tests.unit.engine.desk.test_performance import ACCOUNT, BTC, SELL, USDT, fill

VIEW = AccountView(ACCOUNT, (), Valuation(ZERO, ZERO, ZERO, ZERO, ()), None)


def test_profit_is_in_the_quote_currency_whatever_the_fee_was_paid_in() -> None:
    sold = fill(1, SELL, "0.1", "61000", fee="0.01", fee_currency=Currency("BNB"))
    listed = FillsListed(VIEW, "7d", (replace(sold, realized=Decimal(100)),), {BTC: USDT})

    table = listed.card(Voice("en", "UTC")).table

    assert table is not None
    assert table.rows[0][5:7] == ("0.01\N{NO-BREAK SPACE}BNB", "+100.00\N{NO-BREAK SPACE}USDT")
