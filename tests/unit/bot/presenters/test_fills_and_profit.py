"""Executions and profits as they are listed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.commands.portfolio.fills import FillsListed
from bot.commands.portfolio.pnl import ProfitSeen
from bot.voice import Voice
from engine.desk import AccountView, Profit
from engine.desk.profit import charges, profit_lines
from engine.domain.account import CashReason
from engine.domain.money import ZERO, Currency
from engine.portfolio.valuation import Valuation
from tests.unit.engine.desk.test_performance import (
    ACCOUNT,
    BTC,
    INSTRUMENTS,
    SELL,
    USDT,
    fill,
    moved,
)

VIEW = AccountView(ACCOUNT, (), Valuation(ZERO, ZERO, ZERO, ZERO, ()), None)


def test_profit_is_in_the_quote_currency_whatever_the_fee_was_paid_in() -> None:
    sold = fill(1, SELL, "0.1", "61000", fee="0.01", fee_currency=Currency("BNB"))
    listed = FillsListed(VIEW, "7d", (replace(sold, realized=Decimal(100)),), {BTC: USDT})

    table = listed.card(Voice("en", "UTC")).table

    assert table is not None
    assert table.rows[0][5:7] == ("0.01\N{NO-BREAK SPACE}BNB", "+100.00\N{NO-BREAK SPACE}USDT")


def test_interest_and_charges_count_in_profit_though_they_are_of_no_instrument() -> None:
    paid = [moved(1, "-50", CashReason.INTEREST), moved(2, "-7", CashReason.CHARGE)]
    sold = replace(fill(1, SELL, "1", "110"), realized=Decimal(10))
    lines = profit_lines([sold], {}, INSTRUMENTS, paid)
    seen = ProfitSeen(VIEW, "7d", Profit(lines, charges(paid, INSTRUMENTS)))
    alone = ProfitSeen(VIEW, "7d", Profit([], charges(paid, INSTRUMENTS)))

    card = seen.card(Voice("en", "UTC"))
    assert card.title.startswith("−47.00\N{NO-BREAK SPACE}USDT")
    assert dict(card.fields)["Interest and charges"] == "−57.00\N{NO-BREAK SPACE}USDT"
    bare = alone.card(Voice("fr", "UTC"))
    assert dict(bare.fields) == {"Intérêts et frais divers": "−57,00\N{NO-BREAK SPACE}USDT"}


def test_funding_in_another_currency_is_told_apart() -> None:
    bnb = replace(moved(1, "-2", CashReason.FUNDING, BTC), currency=Currency("BNB"))
    own = moved(1, "-3", CashReason.FUNDING, BTC)

    assert [line.net for line in profit_lines([], {}, INSTRUMENTS, [bnb, own])] == [-3]
    assert charges([bnb, own], INSTRUMENTS) == {"BNB": -2}
