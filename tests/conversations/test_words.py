"""Words that are half said, not clear, or none at all: a question back, never an order."""

from __future__ import annotations

import pytest

from bot.card import Card, Tone
from tests.room import Room

TOO_LONG = "buy 1 btc " * 2_000
BAD_INPUT = [
    TOO_LONG,
    " ",
    "🚀🚀🚀",
    "\u200b\u200f\u202e",
    "\u202ebuy 1 btc",
    "b\u200buy 1 btc",
    "اشتر بيتكوين",
    "1,5",
    "1.500,5",
    "1e9",
    "-3",
    "NaN",
    "buy 1e9 btc",
    "buy -3 btc",
    "buy NaN btc",
    "buy 0 btc",
    "buy 1.000 btc",
    "buy 1 nosuchcoin",
]


def lines(card: Card) -> list[str]:
    return [button.line for button in card.buttons]


def test_an_order_without_a_size_offers_sizes_that_ask_again_before_they_move(room: Room) -> None:
    room.price("BTC/USDT", 60_000)
    card = room.say("buy some btc")

    assert card.title == "This looks like /buy, but something is missing"
    assert lines(card) == [f"/buy symbol=BTC/USDT percent={part}" for part in ("5%", "10%", "25%")]
    assert room.say(lines(card)[1]).title.startswith("Really buy")


def test_a_close_without_a_symbol_offers_to_see_what_there_is(room: Room) -> None:
    card = room.say("close my position")

    assert card.tone is Tone.ASK
    assert lines(card) == ["/positions"]


def test_the_missing_piece_alone_completes_what_was_asked(room: Room) -> None:
    room.price("BTC/USDT", 60_000)
    room.say("buy some btc")

    assert room.say("0.1").title.startswith("Really buy")


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("sell everything except my btc", "except"),
        ("buy 2 btc tomorrow", "tomorrow"),
        ("close all my losing positions", "losing"),
        ("buy 2 btc when rsi is under 30", "rsi"),
        ("buy 1 btc on mars", "mars"),
    ],
)
def test_words_that_an_order_has_no_place_for_are_named_and_nothing_is_done(
    room: Room, order: str, words: str
) -> None:
    room.price("BTC/USDT", 60_000)
    card = room.say(order)

    assert card.title.endswith("but not all of it is clear to me")
    assert words in card.text
    assert not card.buttons
    assert room.say("/yes").title == "Nothing is waiting for a yes."


def test_en_francais_les_mots_en_trop_sont_nommes_aussi(room: Room) -> None:
    room.say("/language fr")
    card = room.say("vends tout sauf mes btc")

    assert card.title == "Cela ressemble à /sell, mais tout n’est pas clair pour moi"
    assert "tout sauf" in card.text
    card = room.say("achète du btc")
    assert card.title == "Cela ressemble à /buy, mais il manque quelque chose"
    assert lines(card)[0] == "/buy symbol=BTC/USDT percent=5%"


def test_an_account_is_named_in_words(room: Room) -> None:
    room.price("BTC/USDT", 60_000)

    assert room.say("buy 0.1 btc on the paper account").title.startswith("Really buy")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("text", BAD_INPUT, ids=lambda text: ascii(text[:14]))
def test_what_is_no_order_gets_an_answer_and_leaves_nothing_waiting(
    room: Room, text: str, language: str
) -> None:
    room.price("BTC/USDT", 60_000)
    room.say(f"/language {language}")
    card = room.say(text)

    assert card.title
    assert "error" not in card.title.lower()
    waiting = {"en": "Nothing is waiting for a yes.", "fr": "Rien n’attend votre oui."}
    assert room.say("/yes").title == waiting[language]


@pytest.mark.timeout(900)
def test_a_thousand_conversations_at_once_each_get_their_answer(room: Room) -> None:
    room.price("BTC/USDT", 60_000)

    room.all_at_once({f"walker{n}": ("price of btc", "buy some btc")[n % 2] for n in range(1_000)})

    for n in range(1_000):
        titles = [card.title for card in room.cards(f"walker{n}")]
        assert len(titles) == 1
        assert ("BTC/USDT", "This looks like /buy")[n % 2] in titles[0]


@pytest.mark.parametrize(("said", "nearest"), [("/prise btc", "/price"), ("/bui btc 1", "/buy")])
def test_an_unknown_slash_word_gets_the_nearest_commands(
    room: Room, said: str, nearest: str
) -> None:
    card = room.say(said)

    assert nearest in f"{card.text} {lines(card)}"


def test_an_order_is_cancelled_where_one_is_said_and_a_run_where_none_is(room: Room) -> None:
    room.price("BTC/USDT", 60_000)
    room.say("run sma-cross on btc")
    assert "sma-cross" not in room.say("cancel an order").text

    room.say("run sma-cross on btc")
    assert "sma-cross" in room.say("cancel it").text


@pytest.mark.parametrize(
    ("language", "word", "title"),
    [
        ("en", "Yes!", "A word alone decides nothing"),
        ("fr", "oui", "Un mot seul ne décide de rien"),
    ],
)
def test_a_bare_yes_moves_nothing_and_says_what_does(
    room: Room, language: str, word: str, title: str
) -> None:
    room.say(f"/language {language}")
    room.price("BTC/USDT", 60_000)
    room.say("/buy BTC/USDT 0.1")

    card = room.say(word)

    assert card.title == title
    assert "/yes" in card.text
    assert not room.app.runtime.kernel.orders.open
    assert room.say("/yes").title != title


STOPS = 50_000, 51_000


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "move my btc stop to 52000"), ("fr", "remonte mon stop sur btc à 52000")],
)
def test_a_stop_that_rests_is_moved_once_its_order_is_named(
    room: Room, language: str, words: str
) -> None:
    room.price("BTC/USDT", 60_000)
    for line in ("/buy BTC/USDT 0.2", *(f"/sell BTC/USDT 0.1 stop_price={p}" for p in STOPS)):
        room.say(line)
        room.say("/yes")
    room.say(f"/language {language}")
    orders = [row[0] for row in room.say("/orders").table.rows]
    order = orders[0]
    card = room.say(words)

    assert "/replace" in card.title
    assert card.table is not None
    assert "simulated" in card.badge or "simulés" in card.badge
    assert [row[0] for row in card.table.rows] == orders
    assert lines(card) == [f"/replace order={each} price=52000" for each in orders]
    assert order in room.say(lines(card)[0]).title
    assert room.say("/no").title
    room.say(words)
    assert room.say("/orders").table
    assert order in room.say(f"order {order}").title
    assert room.say("/no").title
    assert order in room.say("/orders").table.rows[0][0]


def test_only_orders_of_what_was_named_are_shown_to_choose_from(room: Room) -> None:
    for line in ("/buy BTC/USDT 0.1 50000", "/yes", "/buy ETH/USDT 1 2000", "/yes"):
        room.say(line)

    card = room.say("move my eth stop to 1900")
    assert card.table is not None
    assert [row[3] for row in card.table.rows] == ["ETH/USDT"]
    assert room.say("move my sol stop to 100").table is None
    assert room.say("move my eth stop to 0").tone == "bad"


def test_a_stop_said_after_the_yes_protects_what_was_bought(room: Room) -> None:
    room.price("BTC/USDT", 60_000)
    for line in ("buy 0.1 btc", "/yes"):
        room.say(line)

    assert room.say("put a stop at 57000 on it").title.startswith("Really sell 0.1 BTC/USDT")
    room.say("/yes")
    assert [row[4] for row in room.say("/orders").table.rows] == ["stop 57,000.00"]
