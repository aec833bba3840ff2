"""What an exchange's own words about deposits and withdrawals come to."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from connectors.ccxt import cash_calls
from connectors.ccxt.cash import read
from engine.domain.account import CashEntry
from engine.domain.identifiers import AccountId
from tests.conformance.venues.all_logs import all_logs
from tests.conformance.venues.ccxt_harness import CCXT_HARNESSES
from tests.conformance.venues.desk import ANN
from tests.standins.exchange.listed import SPOT
from tests.standins.exchange.server import Answer

OWNER = AccountId("ann")
CAME, SENT = cash_calls.BINANCE[:2]

# Bodies as the exchanges' documents show them.
BINANCE_DEPOSIT = {
    "id": "769800519366885376", "amount": "0.001", "coin": "BNB", "network": "BNB", "status": 1,
    "address": "bnb136ns6lfw4zs5hg4n85vdthaad7hq5m4gtkgf23", "addressTag": "101764890",
    "txId": "98A3EA560C6B3336D348B6C83F0F95ECE4F1F5919E94BD006E5BF3BF264FACFC",
    "insertTime": 1661493146000, "transferType": 0, "confirmTimes": "1/1", "unlockConfirm": 0,
    "walletType": 0, "type": "deposit",
}  # fmt: skip
BINANCE_WITHDRAWAL = {
    "id": "b6ae22b3aa844210a7041aee7589627c", "amount": "8.91000000", "transactionFee": "0.004",
    "coin": "USDT", "status": 6, "address": "0x94df8b352de7f46f64b01d3666bf6e936e44ce60",
    "txId": "0xb5ef8c13b968a406cc62a93a8bd80f9e9a906ef1b3fcf20a2e48573c17659268",
    "applyTime": "2019-10-12 11:12:02", "network": "ETH", "transferType": 0, "confirmNo": 3,
    "walletType": 0, "type": "withdrawal",
}  # fmt: skip
KRAKEN_LEDGER = {
    "id": "LPUAIB-TS774-UKHP7X", "refid": "A2B4HBV-L4MDIE-JU4N3N", "time": 1520103488.314,
    "type": "withdrawal", "aclass": "currency", "asset": "XETH", "amount": "-0.2805800000",
    "fee": "0.0050000000", "balance": "0.0000051000",
}  # fmt: skip
COINBASE_SEND = {
    "id": "459aad99-2c41-5698-ac71-b6b81a05196c", "type": "send", "status": "completed",
    "amount": {"amount": "-0.36775642", "currency": "BTC"}, "description": None,
    "native_amount": {"amount": "-1111.65", "currency": "GBP"},
    "created_at": "2019-03-20T08:37:07Z", "updated_at": "2019-03-20T08:49:33Z",
    "resource": "transaction", "resource_path": "/v2/accounts/c6afbd34/transactions/459aad99",
    "network": {
        "status": "confirmed", "transaction_fee": {"amount": "0.00010000", "currency": "BTC"},
        "transaction_amount": {"amount": "0.36765642", "currency": "BTC"},
    },
}  # fmt: skip
BYBIT_SETTLEMENT = {
    "id": "592324_XRPUSDT_161440249321", "symbol": "XRPUSDT", "side": "Buy",
    "funding": "-0.003676", "orderLinkId": "", "orderId": "1672128000-8-592324-1-2",
    "fee": "0.00000000", "change": "-0.003676", "cashFlow": "0",
    "transactionTime": "1672128000000", "type": "SETTLEMENT", "feeRate": "0.0001", "size": "100",
    "qty": "100", "cashBalance": "5086.55825002", "currency": "USDT", "category": "linear",
    "tradePrice": "0.3676", "tradeId": "534c0003-4bf7-486f-aa02-78cee36825e4",
}  # fmt: skip
# Rows of two kinds may bear one number there.
BINANCE_INCOME = {
    "symbol": "", "incomeType": "TRANSFER", "income": "-0.37500000", "asset": "USDT",
    "info": "TRANSFER", "time": 1570608000000, "tranId": 9689322392, "tradeId": "",
}  # fmt: skip


def exact(exchange: str) -> Any:
    client = getattr(ccxt, exchange)()
    client.number = str
    return client


def came_to(exchange: str, call: cash_calls.CashCall, body: dict[str, Any]) -> list[CashEntry]:
    client = exact(exchange)
    is_ledger = "ledger" in call.method
    raw = (client.parse_ledger_entry if is_ledger else client.parse_transaction)(dict(body))
    return read(call, raw, OWNER)


def test_a_deposit_is_money_put_in() -> None:
    (entry,) = came_to("binance", CAME, BINANCE_DEPOSIT)

    assert (entry.reason, entry.currency, entry.amount) == ("deposit", "BNB", Decimal("0.001"))
    assert (entry.id, entry.at) == ("deposits:769800519366885376", 1661493146000)


def test_what_a_withdrawal_costs_is_a_charge_of_its_own() -> None:
    sent, cost = came_to("binance", SENT, BINANCE_WITHDRAWAL)

    assert (sent.reason, sent.amount) == ("withdrawal", Decimal("-8.91"))
    assert (cost.reason, cost.amount) == ("charge", Decimal("-0.004"))
    assert sent.id != cost.id

    sent, cost = came_to("kraken", cash_calls.KRAKEN[1], KRAKEN_LEDGER)
    assert (sent.reason, sent.currency) == ("withdrawal", "ETH")
    assert (sent.amount, cost.amount) == (Decimal("-0.28058"), Decimal("-0.005"))


@pytest.mark.parametrize(
    "changed",
    [
        {"status": 0},
        {"status": 4},
        {"status": 1},
        {"status": 3},
        {"status": 5},
        {"walletType": 1},
    ],
)
def test_what_is_not_final_or_of_another_wallet_comes_to_nothing(changed: dict[str, int]) -> None:
    assert came_to("binance", SENT, BINANCE_WITHDRAWAL | changed) == []


def test_coins_sent_away_are_no_deposit() -> None:
    (entry,) = came_to("coinbase", cash_calls.COINBASE[0], COINBASE_SEND)

    assert (entry.reason, entry.amount) == ("withdrawal", Decimal("-0.36775642"))
    assert came_to("coinbase", cash_calls.COINBASE[0], COINBASE_SEND | {"type": "sell"}) == []
    pending = COINBASE_SEND | {"status": "pending"}
    assert came_to("coinbase", cash_calls.COINBASE[0], pending) == []


def test_funding_is_what_the_balance_changed_by() -> None:
    (entry,) = came_to("bybit", cash_calls.BYBIT[2], BYBIT_SETTLEMENT)

    assert (entry.reason, entry.amount) == ("funding", Decimal("-0.003676"))
    assert not entry.reason.is_flow


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("TRANSFER", "withdrawal"),
        ("FUNDING_FEE", "funding"),
        ("INSURANCE_CLEAR", "charge"),
        ("COMMISSION_REBATE", "charge"),
        # What trades moved is in the books by their fills.
        ("COMMISSION", None),
        ("REALIZED_PNL", None),
        ("NEVER_HEARD_OF", None),
    ],
)
def test_of_a_futures_wallets_books_all_counts_that_was_no_trade(
    kind: str, reason: str | None
) -> None:
    told = came_to("binanceusdm", cash_calls.BINANCE_USDM[0], BINANCE_INCOME | {"incomeType": kind})

    assert [(each.reason, each.amount, each.id) for each in told] == (
        [] if reason is None else [(reason, Decimal("-0.375"), f"ledger:{kind}:9689322392")]
    )


def test_what_earns_at_kraken_is_held_and_traded_all_the_same() -> None:
    async def story() -> None:
        harness = CCXT_HARNESSES["kraken"]()
        await harness.open()
        before = await harness.venue.balances()
        harness.wire.earns = True
        harness.move_cash("interest", "BTC", "0.5")

        after = await harness.venue.balances()
        (told,) = await harness.venue.cash_entries(ANN, 0)

        assert after == before | {"BTC": before["BTC"] + Decimal("0.5")}
        assert await harness.venue.holdings(ANN) == {SPOT: after["BTC"]}
        assert (told.currency, told.amount, told.reason) == ("BTC", Decimal("0.5"), "interest")
        await harness.close()

    asyncio.run(story())


def test_a_key_that_may_not_read_them_leaves_them_out_and_says_so_once() -> None:
    async def story() -> list[str]:
        harness = CCXT_HARNESSES["kraken"]()
        await harness.open()
        harness.move_cash("deposit", "USDT", "5")
        denied = Answer({"error": ["EGeneral:Permission denied"]})
        with all_logs() as heard, harness.wire.answering("POST", "/0/private/Ledgers", denied):
            for _ in range(2):
                assert await harness.venue.cash_entries(ANN, 0) == []
            lines = heard.lines()
        assert len(await harness.venue.cash_entries(ANN, 0)) == 1
        await harness.close()
        return lines

    lines = asyncio.run(story())

    assert len([line for line in lines if "cash_not_told" in line]) == 1
