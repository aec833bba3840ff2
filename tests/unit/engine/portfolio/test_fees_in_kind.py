"""Where who buys pays in what was bought, less is held than was filled, and it cost the same."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.account import Account, Fill
from engine.domain.identifiers import AccountId, ClientOrderId, TradeId, VenueName
from engine.domain.market import DataKind
from engine.domain.money import ZERO, Currency, Price, Quantity
from engine.domain.order import Side
from engine.portfolio.book import AccountBook
from tests.standins.market import instrument

BTC = instrument("BTC/USDT")
ANN = AccountId("ann")
USDT = Currency("USDT")


def fill(side: Side, quantity: str, price: str, fee: str, currency: str) -> Fill:
    return Fill(
        account=ANN,
        client_order_id=ClientOrderId("a"),
        trade_id=TradeId(f"{side}{quantity}"),
        symbol=BTC.symbol,
        side=side,
        quantity=Quantity(Decimal(quantity)),
        price=Price(Decimal(price)),
        fee=Decimal(fee),
        fee_currency=Currency(currency),
        realized=ZERO,
        at=1,
    )


def book() -> AccountBook:
    account = Account(ANN, VenueName("demo"), USDT, is_paper=False, data_kind=DataKind.LIVE)
    return AccountBook(account, [(USDT, Decimal(1_000))])


def test_a_fee_in_the_bought_coin_leaves_less_of_it_at_the_same_cost():
    ann = book()

    ann.rebook(fill(Side.BUY, "2", "100", "0.002", "BTC"), BTC)

    position = ann.position(BTC.symbol)
    assert (position.quantity, position.cost, position.fees) == (Decimal("1.998"), 200, 0)
    assert ann.cash == {USDT: 800}


def test_selling_all_that_is_left_realises_the_fee_too_by_both_methods():
    ann = book()
    ann.rebook(fill(Side.BUY, "2", "100", "0.002", "BTC"), BTC)

    sold = ann.rebook(fill(Side.SELL, "1.998", "100", "0", "USDT"), BTC)

    assert round(sold.realized, 12) == Decimal("-0.2")
    assert round(sold.realized_fifo, 12) == Decimal("-0.2")
    assert ann.position(BTC.symbol).quantity == 0
    assert not ann.lots[BTC.symbol]


def test_fees_in_quote_and_in_a_third_coin_are_cash():
    ann = book()

    ann.rebook(fill(Side.BUY, "1", "100", "0.1", "USDT"), BTC)
    ann.rebook(fill(Side.BUY, "3", "100", "0.001", "BNB"), BTC)

    assert ann.position(BTC.symbol).quantity == 4
    assert ann.cash == {USDT: Decimal("599.9"), Currency("BNB"): Decimal("-0.001")}
