"""What picks a part of all, and nouns that look like orders."""

from __future__ import annotations

import pytest

from tests.unit.bot.interpreter.phrases.reading import lines, told

BTC, ETH = "BTC/USDT", "ETH/USDT"


ASKED_CLOSES = lines("""
    close all crypto
    close all stocks
    close all my stock positions
    close all copied positions
    vends toutes mes actions
    sell all crypto
    close my btc short
""")
ASKED_CANCELS = lines("""
    cancel all my stops
    cancel all limit orders
    cancel all take profits
    cancel all eth stops
    annule tous mes stops
    cancel my kraken orders
    cancel orders on kraken
    annule mes ordres kraken
    cancel my btc stop
    cancel my btc buy
    cancel my eth limit at 2000
    cancel half of my eth order
    cancel all on kraken
    cancel everything on kraken
    annule tout sur kraken
    pull everything from kraken
""")
CLOSING_PRICES = lines("""
    close price of btc
    closing price of btc
    last close btc
    yesterday's close of btc
    what was the last close of btc?
    btc's close
    close of btc
    la clôture de btc
""")
CLOSES = lines("""
    close btc
    close the btc
    close my btc position
    close of my btc position
    clôture btc
    clôture ma position btc
""")


@pytest.mark.parametrize("words", ASKED_CLOSES)
def test_some_of_the_positions_are_not_all_of_them(words):
    outcome, commands = told(words)

    assert outcome == "clarify"
    assert [name for name, _ in commands] == ["close"]


@pytest.mark.parametrize("words", ASKED_CANCELS)
def test_some_of_the_orders_are_not_all_of_them(words):
    outcome, commands = told(words)

    assert outcome == "clarify"
    assert [name for name, _ in commands] == ["cancel"]


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        (
            "close half of btc and all of eth",
            [("close", {"symbol": BTC, "percent": "50%"}), ("close", {"symbol": ETH})],
        ),
        (
            "close btc and half of eth",
            [("close", {"symbol": BTC}), ("close", {"symbol": ETH, "percent": "50%"})],
        ),
        (
            "sell half of my btc and all of my eth",
            [
                ("sell", {"symbol": BTC, "percent": "50%"}),
                ("sell", {"symbol": ETH, "percent": "100%"}),
            ],
        ),
        ("cancel all my orders", [("cancel", {"order": "all"})]),
        ("cancel all my open orders", [("cancel", {"order": "all"})]),
        ("cancel my btc order", [("cancel", {"symbol": BTC})]),
        ("cancel all btc orders", [("cancel", {"order": "all", "symbol": BTC})]),
        ("close everything", [("close", {"symbol": "all"})]),
        ("disconnect kraken", [("disconnect", {"venue": "kraken"})]),
        ("buy 3 eth near 2000", [("buy", {"symbol": ETH, "quantity": "3", "price": "2000"})]),
        ("sell 3 near", [("sell", {"symbol": "NEAR/USDT", "quantity": "3"})]),
    ],
)
def test_each_part_is_the_part_that_was_said(words, commands):
    assert told(words) == ("command", commands)


@pytest.mark.parametrize("words", CLOSING_PRICES)
def test_a_closing_price_is_looked_at(words):
    assert told(words) == ("command", [("price", {"symbols": [BTC]})])


@pytest.mark.parametrize("words", CLOSES)
def test_a_position_is_closed(words):
    assert told(words) == ("command", [("close", {"symbol": BTC})])


@pytest.mark.parametrize(
    "words", ["sell wall at 65k btc", "buy wall at 60k btc", "sell all memecoins"]
)
def test_what_is_no_order_at_all(words):
    assert told(words) == ("none", [])


@pytest.mark.parametrize(
    "words", ["sell everything near the top", "sell btc near the top", "sell near the top"]
)
def test_near_the_top_is_no_coin_and_no_price(words):
    outcome, commands = told(words)

    assert outcome == "clarify"
    assert "NEAR/USDT" not in str(commands)
