"""What is said of a purchase or a sale is heeded or asked about, and never left out."""

from __future__ import annotations

import pytest

from tests.unit.bot.interpreter.phrases.reading import commands, lines, read

BTC, ETH = "BTC/USDT", "ETH/USDT"


ON_PAPER = lines("""
    buy 2 eth on paper
    buy 2 eth in demo
    buy 2 eth dry run
    buy 2 eth with fake money
    buy 2 eth not for real
    achète 2 eth en démo
    achète 2 eth pas en réel
    paper buy 2 eth
""")
CONDITIONS = lines("""
    buy 2 eth on the dip
    buy 2 eth on breakout
    buy 2 eth on the breakout
    buy 2 eth on a golden cross
    buy 2 eth on a death cross
    buy 2 eth oversold
    buy 2 eth in a crash
    buy 2 eth on a bounce
    buy 2 eth on a close above 2000
    buy 2 eth if it closes above 2000
    achète 2 eth à la cassure
    achète 2 eth sur repli
    achète 2 eth au croisement doré
    achète 2 eth au rebond
    buy 2 eth at the bid
    buy 2 eth risking 1%
    buy 2 eth at 2000, cancel if not filled in 1h
    buy 2 eth at 2000 and cancel it if not filled by noon
""")
MOMENTS = lines("""
    buy 2 eth at close
    buy 2 eth on open
    buy 2 eth on market open
    sell 10 aapl on close
    buy 2 eth eod
    buy 2 eth at daily close
    buy 2 eth this afternoon
    achète 2 eth cet après-midi
    buy 2 eth overnight
    buy 100 usdt of btc per week
    buy 100 usdt of btc every other day
    buy 100 usdt of btc every year
    buy 100 usdt of btc fortnightly
    buy 100 usdt of btc regularly
""")
OTHER_THINGS = lines("""
    buy 3 eth classic
    buy 3 tesla calls
    buy 2 eth calls
    buy 3 btc etf
    buy 3 btc gold
    buy 3 eth inverse
    buy 2 staked eth
""")
EVERY_WEEK = lines("""
    buy 100 usdt of btc every week
    buy 100 usdt of btc each week
    achète 100 usdt de btc chaque semaine
    achète 100 usdt de btc toutes les semaines
    put 100 into btc every week
    dca 100 into btc every week
""")
HEEDED = [
    ("limit buy 2 eth at 2000", {"quantity": "2", "price": "2000"}),
    ("buy 2 eth limit 2000", {"quantity": "2", "price": "2000"}),
    ("buy 2 eth, stop 1800", {"quantity": "2", "stop_loss": "1800"}),
    (
        "buy 2 eth at 2000 with a stop at 1800",
        {"quantity": "2", "price": "2000", "stop_loss": "1800"},
    ),
    ("buy 2 eth over 2 hours", {"quantity": "2", "twap": "2h"}),
    ("buy 2 eth if it drops to 1800", {"quantity": "2", "price": "1800"}),
    ("buy 2 eth asap bro", {"quantity": "2"}),
    ("buy 2 eth ffs", {"quantity": "2"}),
]


@pytest.mark.parametrize("words", [*ON_PAPER, *CONDITIONS, *MOMENTS, *OTHER_THINGS])
def test_an_order_is_not_placed_without_what_was_said_of_it(words):
    reading = read(words)

    assert reading.outcome == "clarify"
    assert [name for name, _ in commands(reading)] == ["sell" if "sell" in words else "buy"]


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("buy 2 eth with a stop", ["stop_loss"]),
        ("buy 2 eth with a stop loss", ["stop_loss"]),
        ("buy 2 eth with sl and tp", ["stop_loss", "take_profit"]),
        ("buy 2 eth with a trailing stop", ["trail"]),
        ("buy 2 eth and set a stop", ["stop_loss"]),
        ("achète 2 eth avec un stop", ["stop_loss"]),
        ("buy 2 eth with a bracket", ["stop_loss"]),
        ("buy 2 eth protected", ["stop_loss"]),
        ("buy 2 eth limit", ["price"]),
        ("limit buy 2 eth", ["price"]),
        ("achète 2 eth en limite", ["price"]),
        ("sell stop 2 eth", ["stop_price"]),
        ("sell 2 eth stop limit", ["stop_loss", "price"]),
        ("sell all my eth with a stop", ["stop_loss"]),
        ("buy 2 eth twap", ["twap"]),
        ("buy 2 eth in slices", ["twap"]),
        ("achète 2 eth en tranches", ["twap"]),
    ],
)
def test_a_level_without_a_figure_is_asked_for(words, about):
    reading = read(words)

    assert (reading.outcome, list(reading.about)) == ("clarify", about)


@pytest.mark.parametrize("words", EVERY_WEEK)
def test_what_recurs_every_week_is_a_schedule_that_lacks_its_hour(words):
    reading = read(words)
    [(name, args)] = commands(reading)

    assert (reading.outcome, list(reading.about), name) == ("clarify", ["when"], "schedule")
    assert args["command"] == {"name": "buy", "args": {"symbol": BTC, "amount": "100"}}


def test_a_week_has_its_hour():
    [(name, args)] = commands(read("sell 0.1 btc every week at 9am"))

    assert (name, args["when"]) == ("schedule", "0 9 * * 1")


@pytest.mark.parametrize(("words", "args"), HEEDED)
def test_what_an_order_can_heed_it_heeds(words, args):
    reading = read(words)

    assert reading.outcome == "command"
    assert commands(reading) == [("buy", {"symbol": ETH, **args})]


@pytest.mark.parametrize(
    ("words", "args"),
    [
        ("sell 2 eth tp 3000 sl 1800", {"quantity": "2", "price": "3000", "oco": "1800"}),
        ("sell all my eth tp 3000 sl 1800", {"percent": "100%", "price": "3000", "oco": "1800"}),
        ("sell 2 eth at 3000 stop 1800", {"quantity": "2", "price": "3000", "oco": "1800"}),
        ("put tp 3000 and sl 1800 on my eth", {"percent": "100%", "price": "3000", "oco": "1800"}),
        ("set tp 3000 sl 1800 on eth", {"percent": "100%", "price": "3000", "oco": "1800"}),
        (
            "put a stop at 1800 and a target at 3000 on my eth",
            {"percent": "100%", "price": "3000", "oco": "1800"},
        ),
        ("put a stop on half my eth at 1800", {"percent": "50%", "stop_price": "1800"}),
        ("put a stop on 50% of my eth at 1800", {"percent": "50%", "stop_price": "1800"}),
        ("put a stop at 1800 on my eth", {"percent": "100%", "stop_price": "1800"}),
        (
            "short 2 eth at 3000 stop 3300",
            {"quantity": "2", "price": "3000", "stop_loss": "3300"},
        ),
        (
            "short 2 eth tp 2000 sl 3300",
            {"quantity": "2", "take_profit": "2000", "stop_loss": "3300"},
        ),
    ],
)
def test_a_holding_is_left_by_its_target_or_by_its_stop(words, args):
    reading = read(words)

    assert reading.outcome == "command"
    assert commands(reading) == [("sell", {"symbol": ETH, **args})]


@pytest.mark.parametrize(
    ("words", "about"), [("sell 2 eth tp 3000", "price"), ("sell 2 eth sl 1800", "stop_price")]
)
def test_what_is_held_is_not_sold_at_once_for_a_level(words, about):
    reading = read(words)

    assert (reading.outcome, list(reading.about)) == ("clarify", [about])
    assert commands(reading) == [("sell", {"symbol": ETH, "quantity": "2"})]
