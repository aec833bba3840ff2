"""A stop that is kept apart, before and after it has become an order."""

from __future__ import annotations

import ccxt
import pytest

from connectors.ccxt.contract import OKX
from connectors.ccxt.stated import child_of, name_of

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
