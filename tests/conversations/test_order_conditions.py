"""Orders with conditions, as people ask for them: previews that say them, fills that keep them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.card import Card
from tests.room import Room


def asked(room: Room, line: str) -> dict[str, str]:
    return dict(room.say(line).fields)


def placed(room: Room, line: str) -> None:
    room.say(line)
    room.say("/yes")


def resting(room: Room) -> list[tuple[str, str, str]]:
    """Side, quantity and type of what rests."""
    card: Card = room.say("/orders")
    rows = card.table.rows if card.table else ()
    return sorted((row[1], row[2], row[4]) for row in rows)


def held(room: Room, symbol: str = "BTC/USDT") -> str:
    tables = [card.table for card in room.all_said("/positions") if card.table]
    return next((row[1] for table in tables for row in table.rows if row[0] == symbol), "0")


def plain(text: str) -> str:
    """With spaces of one kind only."""
    return " ".join(text.split())


def test_a_stop_limit_says_both_prices_and_waits_for_both(room: Room) -> None:
    question = asked(room, "/buy BTC/USDT 0.1 price=61100 stop_price=61000")
    assert question["Type"] == "stop 61,000.00, then limit 61,100.00"
    room.say("/yes")

    room.price("BTC/USDT", 61500)
    assert held(room) == "0"
    room.price("BTC/USDT", 61050)

    assert held(room) == "0.1"


@pytest.mark.parametrize(
    ("trail", "where", "touched"), [("2%", "58,800.00", 59779), ("1500", "58,500.00", 59499)]
)
def test_a_trailing_stop_says_where_it_stands_and_follows(
    room: Room, trail: str, where: str, touched: int
) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    question = asked(room, f"/sell BTC/USDT 100% trail={trail}")
    assert question["Stop stands"].startswith(f"at {where} now")
    assert question["Reduce only"] == "it can only make the position smaller"
    room.say("/yes")

    room.price("BTC/USDT", 61000)
    room.price("BTC/USDT", touched + 200)
    assert held(room) == "0.1"
    room.price("BTC/USDT", touched)

    assert held(room) == "0"


@pytest.mark.parametrize(
    ("tif", "said"),
    [
        ("ioc", "limit 60,000.01, at once or not at all"),
        ("fok", "limit 60,000.01, whole or not at all"),
        ("day", "limit 60,000.01, until midnight UTC"),
        ("gtc", "limit 60,000.01"),
    ],
)
def test_how_long_an_order_stands_is_said(room: Room, tif: str, said: str) -> None:
    assert asked(room, f"/buy BTC/USDT 0.1 60000.01 time_in_force={tif}")["Type"] == said


def test_fill_or_kill_takes_nothing_where_not_all_is_to_be_had(room: Room) -> None:
    room.price("BTC/USDT", 60000, size="0.1")  # half of a tick may be had
    placed(room, "/buy BTC/USDT 0.1 60100 time_in_force=fok")

    assert held(room) == "0"
    placed(room, "/buy BTC/USDT 0.1 60100 time_in_force=ioc")
    assert held(room) == "0.05"
    assert room.say("/orders").title == "No orders, open"


def test_a_day_order_ends_with_the_venues_day(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1 59000 time_in_force=day")
    room.wait(15 * 3600)  # past midnight UTC
    room.price("BTC/USDT", 60000)

    assert room.say("/orders").title == "No orders, open"
    assert any("has expired" in title for title in room.titles())


def test_post_only_rests_or_is_refused_by_the_venue(room: Room) -> None:
    question = room.say("/buy BTC/USDT 0.1 59000 post_only=true")
    assert dict(question.fields)["Type"] == "limit 59,000.00, post only"
    room.say("/yes")
    assert len(resting(room)) == 1

    warned = room.say("/buy BTC/USDT 0.1 60100 post_only=true")
    assert "would fill at once instead of resting" in warned.text
    room.say("/yes")

    assert any("The venue refused your order" in title for title in room.titles())
    assert held(room) == "0"


def test_reduce_only_never_opens(room: Room) -> None:
    refused = room.say("/buy BTC/USDT 0.1 reduce_only=true")
    assert refused.text == "0.1 BTC is no reduction: 0 are held."

    placed(room, "/buy BTC/USDT 0.1")
    assert asked(room, "/sell BTC/USDT 0.1 66000 reduce_only=true")["Reduce only"]
    room.say("/yes")
    placed(room, "/close btc")

    assert resting(room) == []  # it was swept, for there is nothing left to reduce


def test_several_take_profits_share_what_the_entry_filled(room: Room) -> None:
    question = asked(
        room, "/buy BTC/USDT 0.1 stop_loss=58000 take_profit=62000:50% 64000:0.03 66000:20%"
    )
    assert question["Take profit"] == ("62,000.00 for 0.05; 64,000.00 for 0.03; 66,000.00 for 0.02")
    room.say("/yes")
    assert resting(room) == [
        ("sell", "0.02", "limit 66,000.00"),
        ("sell", "0.03", "limit 64,000.00"),
        ("sell", "0.05", "limit 62,000.00"),
        ("sell", "0.1", "stop 58,000.00"),
    ]

    room.price("BTC/USDT", 62010)
    assert resting(room) == [
        ("sell", "0.02", "limit 66,000.00"),
        ("sell", "0.03", "limit 64,000.00"),
        ("sell", "0.05", "stop 58,000.00"),
    ]
    room.restart()
    room.price("BTC/USDT", 62010)
    room.price("BTC/USDT", 57900)

    assert held(room) == "0"
    assert resting(room) == []


def test_take_profits_without_sizes_share_alike_and_may_leave_a_rest(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1 take_profit=4% 8%")
    assert [row[1] for row in resting(room)] == ["0.05", "0.05"]

    placed(room, "/buy ETH/USDT 1 stop_loss=2800 take_profit=3300:25%")
    assert ("sell", "0.25", "limit 3,300.00") in resting(room)
    assert ("sell", "1", "stop 2,800.00") in resting(room)


def test_targets_for_more_than_the_order_are_refused(room: Room) -> None:
    refused = room.say("/buy BTC/USDT 0.1 take_profit=62000:80% 64000:80%")

    assert refused.text.startswith("The take profits are for more than the 0.1 of the order")


def test_children_follow_partial_fills(room: Room) -> None:
    room.price("BTC/USDT", 60000, size="0.08")  # half of it may be had: 0.04
    placed(room, "/buy BTC/USDT 0.1 60100 stop_loss=58000 take_profit=62000:50% 64000:50%")

    assert resting(room) == [
        ("buy", "0.04 / 0.1", "limit 60,100.00"),
        ("sell", "0.02", "limit 62,000.00"),
        ("sell", "0.02", "limit 64,000.00"),
        ("sell", "0.04", "stop 58,000.00"),
    ]
    room.wait(1)
    room.price("BTC/USDT", 60001, size="1000")

    assert resting(room) == [
        ("sell", "0.05", "limit 62,000.00"),
        ("sell", "0.05", "limit 64,000.00"),
        ("sell", "0.1", "stop 58,000.00"),
    ]


def test_one_cancels_the_other(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    question = asked(room, "/sell BTC/USDT 100% price=66000 oco=58000")
    assert question["Type"] == "limit 66,000.00"
    pair = "stop 58,000.00; the one that fills cancels the other."
    assert question["Or"] == f"{pair} While the desk is away, both can fill"
    room.say("/yes")
    assert resting(room) == [
        ("sell", "0.1", "limit 66,000.00"),
        ("sell", "0.1", "stop 58,000.00"),
    ]

    room.price("BTC/USDT", 66010)

    assert held(room) == "0"
    assert resting(room) == []
    assert not any("could not be canceled" in title for title in room.titles())


def test_what_one_of_a_pair_fills_the_other_no_longer_asks_for(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1 58000 oco=62000")
    room.price("BTC/USDT", 57999, size="0.08")

    assert resting(room) == [
        ("buy", "0.04 / 0.1", "limit 58,000.00"),
        ("buy", "0.06", "stop 62,000.00"),
    ]
    room.restart()
    room.price("BTC/USDT", 62001)

    assert held(room) == "0.1"
    assert resting(room) == []


def test_canceling_one_of_a_pair_cancels_both(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1 58000 oco=62000")
    order = room.say("/orders").table.rows[0][0]
    room.say(f"/cancel {order}")

    assert resting(room) == []


def test_canceling_a_pair_that_protects_shows_both_and_asks(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    placed(room, "/sell BTC/USDT 100% price=66000 oco=58000")
    order = room.say("/orders").table.rows[0][0]

    question = room.say(f"/cancel {order}")
    assert question.title == "Really cancel 2 orders?"
    assert len(question.table.rows) == 2
    assert room.say(f"/replace {order} quantity=0.05").text.startswith("The two of a pair share")


def test_a_pair_has_one_order_on_each_side_of_the_price(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    refused = room.say("/sell BTC/USDT 100% price=59000 oco=58000")

    assert "one would fire at once" in refused.text


@pytest.mark.parametrize(
    "line", ["/sell BTC/USDT 50% stop_price=61000", "/buy BTC/USDT 0.1 stop_price=59000"]
)
def test_a_stop_that_the_price_has_passed_is_no_stop(room: Room, line: str) -> None:
    placed(room, "/buy BTC/USDT 0.1")

    refused = room.say(line)

    assert refused.tone == "bad"
    assert "would fire at once" in refused.text


@pytest.mark.parametrize(
    "line",
    [
        "/sell BTC/USDT 50% stop_loss=65000",
        "/sell BTC/USDT 50% take_profit=5%",
        '/buy BTC/USDT 0.1 59000 oto="sell BTC/USDT 100% 61000 stop_loss=65000"',
    ],
)
def test_a_sale_of_what_is_held_has_nothing_to_protect(room: Room, line: str) -> None:
    placed(room, "/buy BTC/USDT 0.1")

    refused = room.say(line)

    assert refused.tone == "bad"
    assert "opens nothing that a stop loss" in refused.text


def test_a_stop_is_not_moved_past_the_price(room: Room) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    placed(room, "/sell BTC/USDT 100% stop_price=58000")
    order = room.say("/orders").table.rows[0][0]

    refused = room.say(f"/replace {order} price=61000")

    assert "would fire at once" in refused.text
    assert resting(room) == [("sell", "0.1", "stop 58,000.00")]


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        ("/sell BTC/USDT 100% stop_price=59900", 59890),
        ("/buy BTC/USDT 0.1 stop_price=60100", 60110),
        ('/buy ETH/USDT 1 oto="sell BTC/USDT 100% stop_price=59900"', 59890),
    ],
)
def test_a_stop_that_the_price_passes_before_the_yes_is_refused_as_if_asked_now(
    room: Room, line: str, passes: int
) -> None:
    placed(room, "/buy BTC/USDT 0.1")
    question = room.say(line)
    room.price("BTC/USDT", passes)

    refused = room.say("/yes")
    assert "would fire at once" in refused.text
    assert room.say(line) == refused
    assert room.say(f"/yes {question.hint.split()[3]}").title == "That was decided already"
    room.price("BTC/USDT", passes)
    assert held(room) == "0.1"
    assert resting(room) == []


@pytest.mark.parametrize(
    ("entry", "before"),
    [
        ("/buy BTC/USDT 0.1 stop_loss=55000", "stop 55,000.00"),
        ("/sell BTC/USDT 100% stop_price=55000", "stop 55,000.00"),
    ],
)
def test_a_stop_is_not_moved_to_where_the_price_passes_before_the_yes(
    room: Room, entry: str, before: str
) -> None:
    if entry.startswith("/sell"):
        placed(room, "/buy BTC/USDT 0.1")
    placed(room, entry)
    line = f"/replace {room.say('/orders').table.rows[0][0]} price=59900"
    room.say(line)
    room.price("BTC/USDT", 59890)

    refused = room.say("/yes")
    assert "would fire at once" in refused.text
    assert room.say(line) == refused
    room.price("BTC/USDT", 59890)
    assert resting(room) == [("sell", "0.1", before)]


def test_a_passed_stop_is_refused_in_french_too(room: Room) -> None:
    room.say("/language fr")
    room.say("/buy BTC/USDT 0.1 stop_price=60100")
    room.price("BTC/USDT", 60110)

    refused = room.say("/yes")
    assert "se déclencherait aussitôt" in refused.text
    assert refused.hint.startswith("Un stop de vente attend sous le prix")


def test_one_triggers_the_other(room: Room) -> None:
    question = asked(room, '/buy BTC/USDT 0.1 59000 oto="sell BTC/USDT 100% price=61000"')
    assert question["Then, once filled"] == "sell 0.1 BTC/USDT limit 61,000.00"
    room.say("/yes")
    room.restart()
    room.price("BTC/USDT", 60000)
    assert resting(room) == [("buy", "0.1", "limit 59,000.00")]

    room.price("BTC/USDT", 58990)
    assert resting(room) == [("sell", "0.1", "limit 61,000.00")]
    room.price("BTC/USDT", 61010)

    assert held(room) == "0"


def test_what_follows_has_the_protection_that_was_confirmed_with_it(room: Room) -> None:
    line = '/buy BTC/USDT 0.1 59000 oto="buy ETH/USDT 1 stop_loss=2800 take_profit=3300"'
    then = "buy 1 ETH/USDT market, stop loss 2,800.00, take profit 3,300.00"
    assert asked(room, line)["Then, once filled"] == then
    room.say("/yes")
    room.price("BTC/USDT", 58990)

    assert held(room, "ETH/USDT") == "1"
    assert resting(room) == [("sell", "1", "limit 3,300.00"), ("sell", "1", "stop 2,800.00")]
    room.price("ETH/USDT", 2790)

    assert held(room, "ETH/USDT") == "0"
    assert resting(room) == []


def test_what_follows_a_partly_filled_order_is_its_share(room: Room) -> None:
    placed(room, '/buy BTC/USDT 0.1 59000 oto="buy ETH/USDT 1 price=2900"')
    room.price("BTC/USDT", 58990, size="0.08")
    order = room.say("/orders").table.rows[0][0]
    room.say(f"/cancel {order}")

    assert resting(room) == [("buy", "0.4", "limit 2,900.00")]


def test_what_follows_and_is_refused_when_its_time_comes_is_told(room: Room) -> None:
    placed(room, '/buy BTC/USDT 0.1 59000 oto="sell ETH/USDT 1 price=3100"')
    room.price("BTC/USDT", 58990)

    told = room.cards()[-1]
    assert told.title.startswith("The order that was to follow")
    assert "You hold 0 ETH" in told.text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/buy BTC/USDT 0.1 post_only=true", "Post only is for a plain limit order"),
        ("/buy BTC/USDT 0.1 oco=62000", "A pair needs a price of its own"),
        ("/buy BTC/USDT 0.1 58000 oco=62000 time_in_force=ioc", "A pair of which one cancels"),
        ("/buy BTC/USDT 0.1 slices=4", "Slices are those of a TWAP"),
        ("/buy BTC/USDT 0.1 stop_price=61000 twap=1h", "A TWAP goes at market"),
        ("/buy BTC/USDT 0.1 twap=1h slices=1000", "A TWAP has 2 to 500 slices"),
        ("/buy BTC/USDT 0.0005 twap=1h slices=10", "10 slices of 0.0000 are smaller"),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_way_out(
    room: Room, line: str, text: str
) -> None:
    card = room.say(line)

    assert card.text.startswith(text)
    assert card.hint
    assert room.say("/yes").title == "Nothing is waiting for a yes."


def test_the_same_is_said_in_french(room: Room) -> None:
    room.say("/language fr")
    question = asked(
        room, "/buy BTC/USDT 0.1 price=58000 oco=62000 stop_loss=5% take_profit=4%:50% 8%:50%"
    )
    pair = "celui qui s’exécute annule l’autre. Pendant que le desk est absent, les deux"
    assert plain(question["Ou bien"]).endswith(f"{pair} peuvent s’exécuter")
    assert " pour 0,05; " in plain(question["Objectif"])
    room.say("/no")

    assert plain(asked(room, "/buy BTC/USDT 0.1 twap=1h slices=4")["TWAP"]) == (
        "4 tranches d’environ 0,025, une toutes les 15 min, sur 1 h"
    )
    room.say("/no")
    refused = room.say("/sell BTC/USDT 0.1 reduce_only=true")
    assert plain(refused.text) == "0.1 BTC ne réduit rien : 0 sont détenus."


@pytest.mark.parametrize(
    ("words", "label", "said"),
    [
        ("buy 0.1 btc at 59000 post only", "Type", "limit 59,000.00, post only"),
        ("achète 0,1 btc à 59 000 post only", "Type", "limit 59,000.00, post only"),
        ("buy 0.1 btc by twap over 1h in 4 slices", "TWAP", "4 slices of about 0.025"),
        ("achète 0,1 btc en twap sur 1h en 4 tranches", "TWAP", "4 slices of about 0.025"),
    ],
)
def test_plain_words_ask_for_them_too(room: Room, words: str, label: str, said: str) -> None:
    assert asked(room, words)[label].startswith(said)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "put a 5% stop on my btc"), ("fr", "mets un stop de 5% sur mon btc")],
)
def test_a_stop_so_many_percent_away_is_a_price_before_the_yes(
    room: Room, language: str, words: str
) -> None:
    room.say(f"/language {language}")
    room.price("BTC/USDT", 60_000)
    for line in ("/buy BTC/USDT 0.1", "/yes"):
        room.say(line)

    question = asked(room, words)
    room.price("BTC/USDT", 60_100)
    room.say("/yes")

    (stop,) = room.app.runtime.kernel.orders.open.values()
    assert stop.terms.stop_price == Decimal("56999.99")  # from the bid of then
    assert "999" in question["Type"]
    assert (stop.terms.type.value, stop.terms.reduce_only) == ("stop", True)


@pytest.mark.parametrize(
    ("then", "said", "figures"),
    [
        (
            "buy ETH/USDT $3000 stop_loss=5% take_profit=10%",
            "buy 0.9999 ETH/USDT market, stop loss 2,850.01, take profit 3,300.01",
            "0.9999 - 2850.01 3300.01",
        ),
        (
            "buy ETH/USDT 2 take_profit=5%:40% 10%",
            "buy 2 ETH/USDT market, take profit 3,150.01 for 0.8; 3,300.01 for 1.2",
            "2 - - 3150.01 3300.01",
        ),
        ("buy ETH/USDT 10% stop_price=5%", "buy 1.5825 ETH/USDT stop 3,150.01", "1.5825 3150.01 -"),
        ("sell BTC/USDT 50% stop_price=5%", "sell 0.05 BTC/USDT stop 56,050.00", "0.05 56050.00 -"),
    ],
)
def test_what_follows_is_as_the_card_said_whatever_the_price_does_before_the_yes(
    room: Room, then: str, said: str, figures: str
) -> None:
    question = asked(room, f'/buy BTC/USDT 0.1 59000 oto="{then}"')
    assert question["Then, once filled"] == said
    room.price("ETH/USDT", 3_010)
    room.price("BTC/USDT", 60_200)

    room.say("/yes")

    (order,) = room.app.runtime.kernel.orders.open.values()
    follows = order.triggers
    assert follows is not None
    levels = (follows.terms.stop_price, follows.stop_loss, *(t.price for t in follows.targets))
    shown = [f"{level:f}" if level else "-" for level in (follows.terms.quantity, *levels)]
    assert " ".join(shown) == figures


def test_a_stop_that_follows_waits_below_what_the_first_pays(room: Room) -> None:
    card = room.say('/buy BTC/USDT 0.1 40000 oto="sell BTC/USDT 100% stop_price=57000"')

    assert card.tone == "bad"
    assert "would fire at once" in card.text


@pytest.mark.parametrize("then", ["buy ETH/USDT $0.001", "buy ETH/USDT 1 stop_loss=99.9999%"])
def test_what_follows_and_rounds_to_nothing_is_refused(room: Room, then: str) -> None:
    card = room.say(f'/buy BTC/USDT 0.1 59000 oto="{then}"')

    assert (card.tone, card.buttons) == ("bad", ())
    assert "it must be above zero, not 0" in card.text
