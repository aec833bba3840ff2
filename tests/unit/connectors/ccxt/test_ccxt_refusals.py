"""Why an exchange refuses, out of its own words, and what is said of it in two languages."""

from __future__ import annotations

import pytest
from ccxt.base import errors

from bot.presenters.following import reason_words
from bot.voice import Voice
from connectors.ccxt.failures import Failures
from connectors.ccxt.refusals import kind_of, reason, words_of

OKX = '{{"code":"1","data":[{{"sCode":"{}","sMsg":"{}"}}],"msg":"All operations failed"}}'
SAID = [
    ('binance {"code":-2010,"msg":"Account has insufficient balance."}', "no_funds"),
    ('binance {"code":-1013,"msg":"Filter failure: NOTIONAL"}', "below_minimum"),
    ('binance {"code":-1013,"msg":"Filter failure: LOT_SIZE"}', "off_step"),
    ('binance {"code":-1013,"msg":"Filter failure: PRICE_FILTER"}', "off_step"),
    ('binance {"code":-1013,"msg":"Filter failure: PERCENT_PRICE_BY_SIDE"}', "price_far_off"),
    ('binance {"code":-1013,"msg":"Filter failure: MAX_NUM_ALGO_ORDERS"}', "too_many_orders"),
    ('binance {"code":-1013,"msg":"Market is closed."}', "market_closed"),
    ('binance {"code":-2010,"msg":"Order would immediately match and take."}', "would_take"),
    ('binance {"code":-2010,"msg":"Stop price would trigger immediately."}', "would_trigger"),
    ('binance {"code":-2022,"msg":"ReduceOnly Order is rejected."}', "reduce_only"),
    ('kraken {"error":["EOrder:Insufficient funds"]}', "no_funds"),
    ('kraken {"error":["EOrder:Order minimum not met"]}', "below_minimum"),
    ('kraken {"error":["EOrder:Tick size check failed"]}', "off_step"),
    ('kraken {"error":["EGeneral:Invalid arguments:volume"]}', "off_step"),
    ('kraken {"error":["EOrder:Invalid order:Post only order would take"]}', "would_take"),
    ('kraken {"error":["EService:Market in cancel_only mode"]}', "market_closed"),
    ('kraken {"error":["EOrder:Orders limit exceeded"]}', "too_many_orders"),
    ('coinbase {"success":false,"failure_reason":"INSUFFICIENT_FUND"}', "no_funds"),
    ('coinbase {"success":false,"failure_reason":"INVALID_SIZE_PRECISION"}', "off_step"),
    ('coinbase {"failure_reason":"INVALID_LIMIT_PRICE_POST_ONLY"}', "would_take"),
    ('bybit {"retCode":170131,"retMsg":"Balance insufficient"}', "no_funds"),
    ('bybit {"retCode":170140,"retMsg":"Order value exceeded lower limit."}', "below_minimum"),
    ('bybit {"retCode":170137,"retMsg":"Order quantity has too many decimals."}', "off_step"),
    ('bybit {"retCode":110017,"retMsg":"Reduce-only rule not satisfied"}', "reduce_only"),
    ("okx " + OKX.format("51008", "Order failed. Insufficient balance."), "no_funds"),
    ("okx " + OKX.format("51020", "Your order should meet the minimum amount."), "below_minimum"),
    ("okx " + OKX.format("51121", "Order count should be multiples of the lot size."), "off_step"),
    ("okx " + OKX.format("51169", "You do not have any positions to reduce."), "reduce_only"),
]


@pytest.mark.parametrize(("text", "kind"), SAID)
def test_the_common_kinds_are_known_by_each_exchanges_words(text: str, kind: str) -> None:
    refused = Failures().of_order(errors.InvalidOrder(text))

    assert kind_of(text) == refused.facts["why"] == kind
    words = words_of(text)
    assert refused.facts["reason"] == f"{kind}: {words}"
    assert "{" not in words
    for language in ("en", "fr"):
        said = reason_words(refused.facts["reason"], Voice(language))
        assert words in said
        assert kind not in said


def test_what_is_new_to_us_is_said_in_its_own_words_and_no_longer_than_a_line() -> None:
    assert reason("", 'x {"msg":"Wombats are asleep."}') == "Wombats are asleep"
    assert len(words_of("y " * 400)) <= 80
    assert reason_words("Wombats are asleep", Voice("fr")) == "Wombats are asleep"


def test_a_kind_is_said_in_the_readers_language_and_the_exchanges_words_are_quoted() -> None:
    said = reason_words("no_funds: Balance insufficient", Voice("fr"))

    assert said.startswith("il n’y a pas assez")
    assert "Balance insufficient" in said
    assert reason_words("no_funds", Voice("fr")) == "il n’y a pas assez sur le compte de la place"
    assert reason_words("already filled", Voice("fr")) == "il est déjà exécuté"
