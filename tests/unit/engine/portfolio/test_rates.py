"""How many of one currency another is, by whatever pairs are quoted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.portfolio.valuation import rate, telling


def quoted(prices: Mapping[str, str]) -> dict[Symbol, Tick]:
    return {
        Symbol(name): Tick(Symbol(name), *[Decimal(last)] * 3, Decimal(1), 0)
        for name, last in prices.items()
    }


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
    found = rate(Currency(source), Currency(target), quoted(quotes))
    assert found == (None if expected is None else Decimal(expected))


CURRENCIES = st.sampled_from([Currency(name) for name in ("USD", "USDT", "EUR", "JPY", "BTC")])
PAIRS = st.builds("{}/{}".format, CURRENCIES, CURRENCIES)


@given(CURRENCIES, CURRENCIES, st.dictionaries(PAIRS, st.sampled_from(("2", "3", "7"))))
def test_a_rate_needs_no_other_pairs_than_those_that_tell_it(
    source: Currency, target: Currency, prices: dict[str, str]
) -> None:
    quotes = quoted(prices)
    told = {name: quotes[name] for name in telling(source, target, quotes)}

    assert rate(source, target, told) == rate(source, target, quotes)


def test_of_pairs_across_a_third_those_tell_that_have_both_ends() -> None:
    listed = map(Symbol, ("JPY/EUR", "EUR/USDC", "JPY/BTC", "BTC/AUD", "ETH/USD", "NVDA"))

    assert telling(Currency("JPY"), Currency("USD"), listed) == {"JPY/EUR", "EUR/USDC"}
