"""A stop that is kept apart, before and after it has become an order."""

from __future__ import annotations

from decimal import Decimal

import ccxt
import ccxt.pro
import pytest

from connectors.ccxt.rows import BINANCE_USDM, OKX
from connectors.ccxt.stated import child_of, name_of, seen
from engine.domain.order import OrderState

# As the exchange's documents show a stop's details.
ALGO = {
    "instType": "SPOT", "instId": "BTC-USDT", "ordId": "", "ordIdList": [], "algoId": "681096944",
    "clOrdId": "", "algoClOrdId": "a1b2c3", "sz": "0.5", "ordType": "conditional", "side": "sell",
    "state": "live", "slTriggerPx": "95", "slOrdPx": "-1", "tpTriggerPx": "", "tpOrdPx": "",
    "tdMode": "cash", "cTime": "1708679675245", "uTime": "1708679675245",
}  # fmt: skip
ORDER = {
    "instType": "SPOT", "instId": "BTC-USDT", "ordId": "312269865356374016", "clOrdId": "",
    "algoId": "681096944", "algoClOrdId": "a1b2c3", "sz": "0.5", "ordType": "market",
    "side": "sell", "state": "filled", "accFillSz": "0.5", "avgPx": "94.9", "tdMode": "cash",
    "cTime": "1708679675245", "uTime": "1708679675245",
}  # fmt: skip

# As Binance's documents show what is asked of its service of stops, and what that streams.
SERVED = {
    "algoId": 2146760, "clientAlgoId": "a1b2c3", "algoType": "CONDITIONAL",
    "orderType": "STOP_MARKET", "symbol": "BNBUSDT", "side": "SELL", "positionSide": "BOTH",
    "timeInForce": "GTC", "quantity": "0.01", "algoStatus": "NEW", "actualOrderId": "",
    "actualPrice": "0.00000", "triggerPrice": "750.000", "price": "0.000", "icebergQuantity": None,
    "selfTradePreventionMode": "EXPIRE_MAKER", "workingType": "CONTRACT_PRICE",
    "priceMatch": "NONE", "closePosition": False, "priceProtect": False, "reduceOnly": True,
    "createTime": 1750485492076, "updateTime": 1750514545091, "triggerTime": 0, "goodTillDate": 0,
}  # fmt: skip
STREAMED = {
    "caid": "a1b2c3", "aid": 2146760, "at": "CONDITIONAL", "o": "STOP_MARKET", "s": "BNBUSDT",
    "S": "SELL", "ps": "BOTH", "f": "GTC", "q": "0.01", "X": "NEW", "ai": "", "ap": "0.00000",
    "aq": "0.00000", "act": "0", "tp": "750", "p": "0", "V": "EXPIRE_MAKER",
    "wt": "CONTRACT_PRICE", "pm": "NONE", "cp": False, "pP": False, "R": True, "tt": 0, "gtd": 0,
    "rm": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "child"),
    [
        ({}, None),
        ({"state": "effective", "ordId": "312"}, "312"),
        ({"state": "effective", "ordIdList": ["312"]}, "312"),
    ],
)
def test_what_a_stop_has_become_is_read_from_either_field(changed, child) -> None:
    raw = ccxt.okx().parse_order(ALGO | changed)

    assert child_of(raw, OKX) == child
    assert name_of(raw, OKX) == "a1b2c3"


def test_the_order_that_it_became_bears_its_number_and_name() -> None:
    raw = ccxt.okx().parse_order(ORDER)

    assert (raw["id"], name_of(raw, OKX)) == (ALGO["algoId"], "a1b2c3")
    assert child_of(raw, OKX) == ORDER["ordId"]


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize(
    ("status", "order", "state", "filled"),
    [
        ("NEW", "", OrderState.ACCEPTED, 0),
        ("TRIGGERING", "", OrderState.ACCEPTED, 0),
        # What has filled of what it became, it does not say; "finished" may be canceled as well.
        ("TRIGGERED", "88937381063", OrderState.ACCEPTED, None),
        ("FINISHED", "88937381063", OrderState.ACCEPTED, None),
        ("FINISHED", "", OrderState.ACCEPTED, None),
        ("EXPIRED", "88937381063", OrderState.ACCEPTED, None),
        ("CANCELED", "", OrderState.CANCELED, 0),
        ("EXPIRED", "", OrderState.EXPIRED, 0),
        ("REJECTED", "", OrderState.CANCELED, 0),
    ],
)
def test_a_stop_of_the_service_ends_only_where_it_became_nothing(
    is_streamed: bool, status: str, order: str, state: OrderState, filled: int | None
) -> None:
    if is_streamed:
        raw = ccxt.pro.binanceusdm().parse_ws_order(STREAMED | {"X": status, "ai": order})
    else:
        raw = ccxt.binanceusdm().parse_order(
            SERVED | {"algoStatus": status, "actualOrderId": order}
        )
    found = seen(raw, BINANCE_USDM, Decimal(1))

    assert (found.id, found.name, found.is_stop) == ("algo-2146760", "a1b2c3", True)
    assert (found.state, found.filled, found.child) == (state, filled, order or None)


def test_why_a_stop_was_refused_when_it_triggered_is_kept() -> None:
    refused = STREAMED | {"X": "REJECTED", "rm": "Reduce Only reject"}
    streamed = seen(ccxt.pro.binanceusdm().parse_ws_order(refused), BINANCE_USDM, Decimal(1))
    asked = ccxt.binanceusdm().parse_order(SERVED | {"algoStatus": "REJECTED"})

    assert streamed.reason == "reduce_only: Reduce Only reject"
    assert (
        seen(asked, BINANCE_USDM, Decimal(1)).reason == "the exchange refused it when it triggered"
    )
