"""Wishes said in few words, that are worth an answer."""

from __future__ import annotations

import pytest

from tests.unit.bot.interpreter.phrases.reading import read

BTC, ETH = "BTC/USDT", "ETH/USDT"
STOPPED = {"symbol": BTC, "percent": "100%", "stop_price": "58000"}
READ = [
    ("buy 2eth", "buy", {"symbol": ETH, "quantity": "2"}),
    ("buy 0.1btc", "buy", {"symbol": BTC, "quantity": "0.1"}),
    (
        "sell 100doge at 0.2",
        "sell",
        {"symbol": "DOGE/USDT", "quantity": "100", "price": "0.2"},
    ),
    ("eurusd", "price", {"symbols": ["EUR/USD"]}),
    ("usdjpy", "price", {"symbols": ["USD/JPY"]}),
    ("ethbtc", "price", {"symbols": ["ETH/BTC"]}),
    ("btc sl 58k", "sell", STOPPED),
    ("stop loss btc 58k", "sell", STOPPED),
    ("my stops", "orders", {}),
    ("show my stops", "orders", {}),
    ("my btc stops", "orders", {"symbol": BTC}),
    ("flatten all", "close", {"symbol": "all"}),
    ("unrealized pnl", "pnl", {}),
    ("net worth", "balance", {}),
    ("order history", "fills", {}),
    ("need to sell 2 eth now", "sell", {"symbol": ETH, "quantity": "2"}),
    ("gotta sell 2 eth", "sell", {"symbol": ETH, "quantity": "2"}),
]


@pytest.mark.parametrize(("words", "name", "args"), READ)
def test_few_words_are_enough(words, name, args):
    [command] = read(words).commands

    assert (command.name, dict(command.args)) == (name, args)
    assert read(words).outcome == "command"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("cover my short", "close"),
        ("close my shorts", "close"),
        ("close my short on btc", "close"),
        ("panic sell", "sell"),
    ],
)
def test_half_a_wish_is_asked_about(words, name):
    reading = read(words)

    assert (reading.outcome, [command.name for command in reading.commands]) == ("clarify", [name])


@pytest.mark.parametrize(
    "words",
    [
        "no need to sell 2 eth",
        "i don't need to sell 2 eth",
        "do i need to sell 2 eth?",
        "they need to sell 2 eth",
        "i'm gonna buy 2 eth",
    ],
)
def test_what_nobody_needs_is_not_ordered(words):
    assert read(words).outcome == "none"
