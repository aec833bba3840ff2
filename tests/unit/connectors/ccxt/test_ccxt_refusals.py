"""Why an exchange refuses, out of its own words, and what is said of it in two languages."""

from __future__ import annotations

import json

import ccxt
import pytest
from ccxt.base import errors

from bot.presenters.following import reason_words
from bot.voice import Voice
from connectors.ccxt.failures import Failures
from connectors.ccxt.refusals import kind_of, reason, words_of
from connectors.ccxt.rows import BINANCE_USDM
from engine.errors import OrderRejected, OrderStateUnknown, VenueError

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

# What Binance says of orders of perpetuals, which ccxt reads by the address that says it.
OF_PERPETUALS = [
    (-1111, "Precision is over the maximum defined for this asset.", "off_step"),
    (-2019, "Margin is insufficient.", "no_funds"),
    (-2021, "Order would immediately trigger.", "would_trigger"),
    (-2022, "ReduceOnly Order is rejected.", "reduce_only"),
    (-2025, "Reach max open order limit.", "too_many_orders"),
    (-2027, "Exceeded the maximum allowable position at current leverage.", "above_maximum"),
    (-4005, "Quantity greater than max quantity.", "above_maximum"),
    (-4014, "Price not increased by tick size.", "off_step"),
    (-4016, "Limit price can't be higher than 105.", "price_far_off"),
    (-4045, "Reach max stop order limit.", "too_many_orders"),
    (-4118, "ReduceOnly Order Failed. Please check your existing position", "reduce_only"),
    (-4164, "Order's notional must be no smaller than 5.0", "below_minimum"),
    (-5022, "could not be executed as maker, the Post Only order will be rejected.", "would_take"),
    (-2015, "Invalid API-key, IP, or permissions for action.", "key_refused"),
]


def answered(code: int, said: str) -> VenueError:
    """What an order comes to that Binance's interface of perpetuals so answers."""
    failures = Failures((), BINANCE_USDM.refusals, BINANCE_USDM.key_refusals)
    body = json.dumps({"code": code, "msg": said}, separators=(",", ":"))
    url = "https://fapi.binance.com/fapi/v1/algoOrder"
    asked = (400, "Bad Request", url, "POST", {}, body, json.loads(body), {}, "")
    with pytest.raises(errors.BaseError) as raised:
        ccxt.binanceusdm().handle_errors(*asked)
    return failures.of_order(raised.value)


@pytest.mark.parametrize(("code", "said", "kind"), OF_PERPETUALS)
def test_a_refusal_of_a_perpetuals_order_is_plain_and_named(code, said, kind) -> None:
    refused = answered(code, said)

    assert isinstance(refused, OrderRejected)
    assert refused.facts["why"] == kind


def test_of_a_perpetuals_order_only_plain_refusals_are_believed() -> None:
    duplicate = answered(-4116, "ClientOrderId is duplicated.")
    assert duplicate.facts["reason"] == "duplicate client order id"
    for code, said in (
        (-1000, "An unknown error occured while processing the request."),
        (-1001, "Internal error; unable to process your request. Please try again."),
        (-1006, "An unexpected response was received from the message bus."),
        (-1007, "Timeout waiting for response from backend server. Send status unknown."),
        (-1008, "Request throttled by system-level protection."),
        (-4999, "never heard of"),
    ):
        assert isinstance(answered(code, said), OrderStateUnknown), code


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
    assert (
        reason_words("no_funds", Voice("fr"))
        == "il n’y a pas assez sur le compte chez la plateforme"
    )
    assert reason_words("already filled", Voice("fr")) == "il est déjà exécuté"
