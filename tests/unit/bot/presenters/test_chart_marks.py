"""What of a person's fills is marked on a chart."""

from decimal import Decimal

from bot.presenters.chart_levels import marks_of
from bot.voice import Voice
from engine.domain.account import Fill
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol, TradeId
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Side
from engine.domain.timeframe import Timeframe


def fill(minute: int, side: Side, quantity: str, price: str) -> Fill:
    return Fill(
        AccountId("paper"), ClientOrderId("o1"), TradeId(f"t{minute}"), Symbol("BTC/USDT"), side,
        Quantity(Decimal(quantity)), Price(Decimal(price)), Decimal(0), Currency("USDT"),
        Decimal(0), minute * 60_000,
    )  # fmt: skip


def test_what_one_candle_saw_of_one_side_is_one_mark_for_all_of_it():
    fills = [
        fill(1, Side.BUY, "0.02", "100"),
        fill(2, Side.SELL, "0.01", "110"),
        fill(3, Side.BUY, "0.03", "105"),
        fill(61, Side.BUY, "0.04", "120"),
    ]

    marks = marks_of(fills, Timeframe.H1, Voice())

    assert [(each.side, each.label, each.price) for each in marks] == [
        ("buy", "0.05", 103.0),
        ("sell", "0.01", 110.0),
        ("buy", "0.04", 120.0),
    ]
