"""Figures that can be meant in two ways: coins or a sum, to or by, of whom and of what."""

from __future__ import annotations

import pytest

from tests.unit.bot.interpreter.phrases.reading import commands, lines, read

BTC, ETH = "BTC/USDT", "ETH/USDT"


COINS_OR_A_SUM = lines("""
    buy 1.5k of btc
    buy 5000 of eth
    achète 2k d'eth
    buy 500 in eth
    buy 500 on eth
    ape 500 into eth
    for 500 buy eth
    500 buy eth
    buy eth amount 500
    renforce btc de 100
    buy 100000 satoshis of btc
    btc buy 60000
    btc sell 70k
    eth sell 3000
    eth long 2000
    sell eth 3000
    buy stop eth 2 2000
    sell stop eth 2 1900
    buy one fifty usdt of eth
""")
OF_WHAT = lines("""
    reduce my eth to 1
    trim my eth to 1
    réduis à 1 eth
    reduce eth to 500 usdt
    sell down to 1 eth
    sell everything down to 1 eth
    buy 10% more eth
    renforce btc de 10%
    buy 2 eth $10 below
""")
READ = [
    ("buy 2 grand of eth", "buy", {"symbol": ETH, "amount": "2000"}),
    ("buy a grand of btc", "buy", {"symbol": BTC, "amount": "1000"}),
    ("buy 0.1 btc at 60 grand", "buy", {"symbol": BTC, "quantity": "0.1", "price": "60000"}),
    ("buy eth for 500", "buy", {"symbol": ETH, "amount": "500"}),
    ("3 eth buy", "buy", {"symbol": ETH, "quantity": "3"}),
    ("btc buy 0.1", "buy", {"symbol": BTC, "quantity": "0.1"}),
    ("buy 1½ eth", "buy", {"symbol": ETH, "quantity": "1.5"}),
    ("buy ½ eth", "buy", {"symbol": ETH, "quantity": "0.5"}),
    ("buy ¾ btc", "buy", {"symbol": BTC, "quantity": "0.75"}),
    ("sell 3/5 of my eth", "sell", {"symbol": ETH, "percent": "60%"}),
    ("sell half of an eth", "sell", {"symbol": ETH, "quantity": "0.5"}),
    ("sell half of my eth", "sell", {"symbol": ETH, "percent": "50%"}),
    ("reduce my eth by 1", "sell", {"symbol": ETH, "quantity": "1"}),
    ("sell 100 of my ada", "sell", {"symbol": "ADA/USDT", "quantity": "100"}),
    ("renforce Danone de 15 titres", "buy", {"symbol": "BN", "quantity": "15"}),
    ("change order 4410 to 2100", "replace", {"order": "4410", "price": "2100"}),
    ("max leverage 5", "risk", {"rule": "max_leverage", "value": "5"}),
    ("max drawdown 20%", "risk", {"rule": "max_drawdown", "value": "20%"}),
    ("copy @alice 1:1", "follow", {"leader": "@alice", "ratio": "1"}),
    ("copy @alice at half size", "follow", {"leader": "@alice", "ratio": "0.5"}),
    ("copy @alice with 500", "follow", {"leader": "@alice", "amount": "500"}),
    ("unfollow @alice", "unfollow", {"leader": "@alice"}),
]
ASKED = [
    ("change order 4410 to 0.5", "replace"),
    ("leverage 5x", "risk"),
    ("set leverage to 10x", "risk"),
    ("levier 5", "risk"),
    ("copy @alice with half my cash", "follow"),
    ("stop @alice at 20% loss", "unfollow"),
]


@pytest.mark.parametrize("words", [*COINS_OR_A_SUM, *OF_WHAT])
def test_a_figure_of_two_meanings_is_asked_about(words):
    reading = read(words)
    [(name, args)] = commands(reading)

    assert (reading.outcome, name in {"buy", "sell"}) == ("clarify", True)
    assert set(args) <= {"symbol"}


@pytest.mark.parametrize(("words", "name", "args"), READ)
def test_a_figure_is_what_it_is_said_to_be(words, name, args):
    reading = read(words)

    assert (reading.outcome, commands(reading)) == ("command", [(name, args)])


@pytest.mark.parametrize(("words", "name"), ASKED)
def test_a_figure_of_nobody_knows_what_is_asked_about(words, name):
    reading = read(words)

    assert (reading.outcome, [each for each, _ in commands(reading)]) == ("clarify", [name])


@pytest.mark.parametrize(
    "words",
    [
        "order 2 eth at 1800",
        "place an order 2 eth 1800",
        "set @alice max drawdown 20%",
        "cancel all orders above 2000",
    ],
)
def test_what_is_no_command_of_the_desk(words):
    assert read(words).outcome == "none"
