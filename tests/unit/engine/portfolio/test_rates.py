"""How many of one currency another is, by whatever pairs are quoted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.portfolio.valuation import rate


@pytest.mark.parametrize(
    ("source", "target", "quotes", "expected"),
    [
        ("EUR", "USD", {"EUR/USD": "1.25"}, "1.25"),
        ("USD", "EUR", {"EUR/USD": "1.25"}, "0.8"),
        ("USDT", "EUR", {"EUR/USD": "1.25"}, "0.8"),
        ("BNB", "USDT", {"BNB/USDC": "600"}, "600"),
        ("BNB", "USDT", {"BNB/USDC": "599", "BNB/USDT": "600"}, "600"),
        ("USDT", "EUR", {"BTC/EUR": "50000", "BTC/USDT": "62500"}, "0.8"),
        ("BNB", "USDT", {"BNB/BTC": "0.01", "BTC/USDT": "60000"}, "600"),
        ("BNB", "USD", {"BNB/EUR": "480", "EUR/USD": "1.25"}, "600"),
        ("JPY", "EUR", {"USD/JPY": "125", "EUR/USD": "1.25"}, "0.0064"),
        ("BNB", "USDT", {"BTC/USDT": "60000", "BNB/EUR": "480"}, None),
        ("USD", "EUR", {"EUR/USD": "0"}, None),
        ("USDC", "USDT", {}, "1"),
    ],
)
def test_a_rate_is_found(
    source: str, target: str, quotes: dict[str, str], expected: str | None
) -> None:
    ticks = {
        Symbol(name): Tick(Symbol(name), *[Decimal(last)] * 3, Decimal(1), 0)
        for name, last in quotes.items()
    }

    found = rate(Currency(source), Currency(target), ticks)
    assert found == (None if expected is None else Decimal(expected))
