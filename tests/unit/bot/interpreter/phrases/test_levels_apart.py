"""A level said by how far it is: a stop or a target in percent, on the side on which it stands."""

from __future__ import annotations

import pytest

from tests.unit.bot.interpreter.phrases.reading import told


@pytest.mark.parametrize(
    "text",
    [
        "buy 1 btc with a 5% stop",
        "buy 1 btc with a stop 5% below",
        "buy 1 btc with a stop at 5% below the market",
        "buy 1 btc with a stop 5% below my entry",
        "buy 1 btc, stop loss 5% below the entry price",
        "buy 1 btc stop 5% under please",
        "achète 1 btc avec un stop 5% en dessous",
        "achète 1 btc avec un stop 5% plus bas",
        "achète 1 btc avec un stop à 5% sous le prix d'entrée",
    ],
)
def test_a_stop_in_percent_may_say_its_side(text: str) -> None:
    args = {"symbol": "BTC/USDT", "quantity": "1", "stop_loss": "5%"}
    assert told(text) == ("command", [("buy", args)])


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        (
            "buy 1 btc with a stop 5% below and a target 10% above",
            "buy",
            {"quantity": "1", "stop_loss": "5%", "take_profit": "10%"},
        ),
        (
            "buy 5% btc with a target 10% above and a stop 5% below it",
            "buy",
            {"percent": "5%", "stop_loss": "5%", "take_profit": "10%"},
        ),
        (
            "buy 1 btc at 80000 with a stop 5% below",
            "buy",
            {"quantity": "1", "price": "80000", "stop_loss": "5%"},
        ),
        ("put a 5% stop on my btc", "sell", {"percent": "100%", "stop_price": "5%"}),
        ("put a stop 5% below on my btc", "sell", {"percent": "100%", "stop_price": "5%"}),
        ("take profit on btc at 66000", "sell", {"percent": "100%", "price": "66000"}),
        ("put a target on my btc at 66000", "sell", {"percent": "100%", "price": "66000"}),
        ("add a take profit at 66000 to my btc", "sell", {"percent": "100%", "price": "66000"}),
        ("mets un objectif à 66000 sur btc", "sell", {"percent": "100%", "price": "66000"}),
    ],
)
def test_each_level_keeps_its_own(text: str, name: str, args: dict) -> None:
    assert told(text) == ("command", [(name, {"symbol": "BTC/USDT", **args})])


@pytest.mark.parametrize(
    "text",
    [
        "buy 1 btc with a stop 5% above",
        "sell 1 btc with a stop 5% above",
        "put a stop 5% above on my btc",
        "buy 1 btc with a target 10% below",
        "buy 1 btc with a stop 5% below 80000",
        "buy 1 btc with a stop 5% below the low",
        "buy 1 btc with a stop 5% below the 50 day average",
        "buy 1 btc with a stop 5% below yesterday",
        "buy 1 btc with a stop 500 below",
        "buy 1 btc with a target 500 above",
        "buy 1 btc 5% below market with a 5% stop",
        "buy btc 5% below with a stop at 5%",
    ],
)
def test_what_no_such_level_can_be_is_asked_about(text: str) -> None:
    outcome, commands = told(text)

    assert outcome == "clarify"
    assert all(args.keys() <= {"symbol"} for _, args in commands)
