"""Words that can be read in two ways: each way as a button that says what it would do."""

from __future__ import annotations

import pytest

from bot.card import Card, Tone
from tests.room import Room

PRICES = {"BTC/USDT": 60_000, "ETH/USDT": 3_000, "SOL/USDT": 150}
TORN = {
    "close 0.5 eth": {
        "Sell 0.5 ETH at market": "/sell symbol=ETH/USDT quantity=0.5",
        "Close 0.5% of ETH": "/close symbol=ETH/USDT percent=0.5%",
    },
    "buy 2 or 3 eth": {
        "Buy 2 ETH at market": "/buy symbol=ETH/USDT quantity=2",
        "Buy 3 ETH at market": "/buy symbol=ETH/USDT quantity=3",
    },
    "buy 0.1 btc or eth": {
        "Buy 0.1 BTC at market": "/buy symbol=BTC/USDT quantity=0.1",
        "Buy 0.1 ETH at market": "/buy symbol=ETH/USDT quantity=0.1",
    },
    "buy btc 500": {
        "Buy 500 BTC at market": "/buy symbol=BTC/USDT quantity=500",
        "Buy BTC for 500 USDT in all at market": "/buy symbol=BTC/USDT amount=500",
    },
    "buy 5 sol for 150": {
        "Buy 5 SOL at a limit of 150": "/buy symbol=SOL/USDT quantity=5 price=150",
        "Buy SOL for 150 USDT in all at market": "/buy symbol=SOL/USDT amount=150",
    },
    "sell 2 eth at 3.000": {
        "Sell 2 ETH at a limit of 3": "/sell symbol=ETH/USDT quantity=2 price=3",
        "Sell 2 ETH at a limit of 3,000": "/sell symbol=ETH/USDT quantity=2 price=3000",
    },
    "sell half eth": {
        "Sell 0.5 ETH at market": "/sell symbol=ETH/USDT quantity=0.5",
        "Sell 50% of the ETH held at market": "/sell symbol=ETH/USDT percent=50%",
    },
    "buy 2 eth stop 3100 limit 3150": {
        "Buy 2 ETH at 3,150, once the price is at 3,100": (
            "/buy symbol=ETH/USDT quantity=2 price=3150 stop_price=3100"
        ),
        "Buy 2 ETH at a limit of 3,150, stop loss 3,100": (
            "/buy symbol=ETH/USDT quantity=2 price=3150 stop_loss=3100"
        ),
    },
    "change order 12 to 40 6.2": {
        "Order 12: quantity 40, price 6.2": "/replace order=12 price=6.2 quantity=40",
        "Order 12: quantity 6.2, price 40": "/replace order=12 price=40 quantity=6.2",
    },
    "run sma-cross on btc or eth": {
        line: line
        for line in (
            "/run strategy=sma-cross symbol=BTC/USDT",
            "/run strategy=sma-cross symbol=ETH/USDT",
        )
    },
}
TORN_IN_FRENCH = {
    "ferme 2 de mes eth": {
        "Vendre 2 ETH au marché": "/sell symbol=ETH/USDT quantity=2",
        "Solder 2 % de la position ETH": "/close symbol=ETH/USDT percent=2%",
    },
    "achète 1,500 eth": {
        "Acheter 1,5 ETH au marché": "/buy symbol=ETH/USDT quantity=1.5",
        "Acheter 1 500 ETH au marché": "/buy symbol=ETH/USDT quantity=1500",
    },
    "achète 3 sol pour 450": {
        "Acheter 3 SOL à la limite de 450": "/buy symbol=SOL/USDT quantity=3 price=450",
        "Acheter SOL pour 450 USDT en tout au marché": "/buy symbol=SOL/USDT amount=450",
    },
}


@pytest.fixture
def market(room: Room) -> Room:
    for symbol, price in PRICES.items():
        room.price(symbol, price)
    return room


def offered(card: Card) -> dict[str, str]:
    """Label → line, with spaces of every width made plain."""
    return {" ".join(button.label.split()): button.line for button in card.buttons}


@pytest.mark.parametrize("said", TORN)
def test_each_reading_is_a_button_that_says_what_it_would_do(market: Room, said: str) -> None:
    card = market.say(said)

    assert card.title == "I can read this in more than one way"
    assert card.tone is Tone.ASK
    assert offered(card) == TORN[said]
    assert market.say("/yes").title == "Nothing is waiting for a yes."


@pytest.mark.parametrize("said", TORN_IN_FRENCH)
def test_en_francais_chaque_lecture_est_un_bouton(market: Room, said: str) -> None:
    market.say("/language fr")
    card = market.say(said)

    assert card.title == "Je peux lire cela de plus d’une façon"
    assert offered(card) == TORN_IN_FRENCH[said]
    assert market.say("/yes").title == "Rien n’attend votre oui."


def test_a_reading_that_is_pressed_is_asked_about_like_the_line_that_it_is(market: Room) -> None:
    reading = offered(market.say("buy 2 or 3 eth"))["Buy 3 ETH at market"]

    assert market.say(reading).title.startswith("Really buy 3 ETH")
    assert market.say("/no").title != "Nothing is waiting for a yes."
    assert market.say("/positions").table is None


def test_the_choice_may_be_typed_too(market: Room) -> None:
    market.say("buy 2 or 3 eth")

    assert market.say("3").title.startswith("Really buy 3 ETH")


def test_a_figure_after_an_order_may_be_a_price_a_sum_or_a_number(market: Room) -> None:
    market.say("buy 5 sol")
    market.say("/no")

    assert offered(market.say("500")) == {
        "Buy 5 SOL at a limit of 500": "/buy symbol=SOL/USDT quantity=5 price=500",
        "Buy SOL for 500 USDT in all at market": "/buy symbol=SOL/USDT amount=500",
        "Buy 500 SOL at market": "/buy symbol=SOL/USDT quantity=500",
    }


def test_en_francais_ce_qui_suit_un_ordre_aussi(market: Room) -> None:
    market.say("/language fr")
    market.say("achète 5 sol")

    assert list(offered(market.say("pour 500"))) == [
        "Acheter 5 SOL à la limite de 500",
        "Acheter SOL pour 500 USDT en tout au marché",
    ]


def test_them_all_is_the_one_spoken_of_or_everything(market: Room) -> None:
    market.say("buy 1 eth")

    assert offered(market.say("sell them all")) == {
        "Close all of ETH": "/close symbol=ETH/USDT",
        "Close every position": "/close symbol=all",
    }


@pytest.mark.parametrize("said", ["close 50 of my eth tomorrow", "sell eth 500 on tuesday"])
def test_beside_other_words_in_doubt_nothing_is_offered(market: Room, said: str) -> None:
    card = market.say(said)

    assert card.title.endswith("but not all of it is clear to me")
    assert not card.buttons


def test_where_one_reading_is_not_whole_none_is_offered(market: Room) -> None:
    assert "more than one way" not in market.say("sell my eth at 3000 or 3100").title
