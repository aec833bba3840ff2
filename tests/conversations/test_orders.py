"""Placing, changing and taking back orders, as people do it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.card import Tone
from engine.domain.identifiers import AccountId, Symbol
from tests.room import Room

BTC = Symbol("BTC/USDT")


def bought(room: Room, line: str = "/buy BTC/USDT 0.1") -> None:
    room.say(line)
    room.say("/yes")


def fields(room: Room, line: str) -> dict[str, str]:
    return dict(room.say(line).fields)


def test_money_moves_only_after_a_yes_from_the_person_who_asked(room: Room) -> None:
    assert room.say("/buy BTC/USDT 0.1", who="ann").title == "Really buy 0.1 BTC/USDT?"
    assert room.say("/yes", who="bob").title == "Nothing is waiting for a yes."

    assert room.say("/yes", who="ann").title == "Bought 0.1 BTC/USDT"


def test_a_yes_counts_once(room: Room) -> None:
    bought(room)

    assert room.say("/yes").title == "Nothing is waiting for a yes."
    assert [title for title in room.titles() if title.startswith("Bought")] == [
        "Bought 0.1 BTC/USDT"
    ]


def test_the_same_yes_delivered_twice_buys_once(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.deliver("/yes", "update-7")
    room.deliver("/yes", "update-7")

    assert room.titles().count("Bought 0.1 BTC/USDT") == 1
    assert room.titles()[-1] == "Bought 0.1 BTC/USDT"


def test_somebody_elses_card_cannot_be_confirmed_by_its_code(room: Room) -> None:
    code = room.say("/buy BTC/USDT 0.1", who="ann").buttons[0].line

    assert room.say(code, who="olga").title == "Nothing is waiting for a yes."


@pytest.mark.parametrize("names_it", [True, False])
def test_a_late_yes_stays_late_where_the_clock_is_set_back(room: Room, names_it: bool) -> None:
    code = room.say("/buy BTC/USDT 0.1").buttons[0].line

    room.deliver(code if names_it else "/yes", "late", ahead_ms=61_000)

    expired = "That card has expired" if names_it else "Nothing is waiting for a yes."
    assert room.titles()[-1] == expired
    assert "Bought 0.1 BTC/USDT" not in room.titles()


def test_a_card_expires(room: Room) -> None:
    code = room.say("/buy BTC/USDT 0.1").buttons[0].line
    room.wait(61)

    assert room.say(code).title == "That card has expired"


def test_a_no_ends_it(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")

    assert room.say("/no").title == "Not done"
    assert room.say("/yes").title == "Nothing is waiting for a yes."


def test_a_price_that_has_run_away_is_asked_again(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.price("BTC/USDT", 61000)

    again = room.say("/yes")

    assert again.title == "Really buy 0.1 BTC/USDT?"
    assert dict(again.fields)["Price"].startswith("61,000.01")
    assert room.say("/yes").title == "Bought 0.1 BTC/USDT"


def test_several_cards_are_told_apart_by_their_codes(room: Room) -> None:
    first = room.say("/buy BTC/USDT 0.1").buttons[0].line
    room.say("/buy ETH/USDT 1")

    assert room.say("/yes").title == "Several things are waiting"
    assert room.say(first).title == "Bought 0.1 BTC/USDT"
    assert room.say("/yes").title == "Bought 1 ETH/USDT"


def test_a_viewer_may_look_and_not_touch(room: Room) -> None:
    assert room.say("/positions", who="vic").title == "Nothing is held"
    assert room.say("/buy BTC/USDT 0.1", who="vic").title == "You may not do that here"


def test_an_amount_is_confirmed_as_the_quantity_that_is_sent(room: Room) -> None:
    assert room.say("/buy ETH/USDT 600USDT").title == "Really buy 0.1999 ETH/USDT?"
    assert room.say("/yes").title == "Bought 0.1999 ETH/USDT"


def test_a_share_of_the_holding_can_be_sold(room: Room) -> None:
    bought(room, "/buy ETH/USDT 2")

    assert room.say("/sell ETH/USDT 25%").title == "Really sell 0.5 ETH/USDT?"
    assert room.say("/yes").title == "Sold 0.5 ETH/USDT"


def test_what_is_not_held_cannot_be_sold(room: Room) -> None:
    refused = room.say("/sell ETH/USDT 1")

    assert refused.title == "The desk refuses this order"
    assert "You hold 0 ETH" in refused.text


def test_a_limit_order_rests_until_its_price_comes(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1 59000")
    assert room.say("/orders").title == "1 order, open"

    room.price("BTC/USDT", 58990)

    assert room.titles()[-1] == "Bought 0.1 BTC/USDT"
    assert dict(room.cards()[-1].fields)["Price"] == "59,000.00"
    assert room.say("/orders").title == "No orders, open"


def test_a_resting_order_can_be_changed_and_taken_back(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1 59000")
    order = room.say("/orders").table.rows[0][0]

    assert room.say(f"/replace {order} price=58000").title == f"Really change order {order}?"
    assert room.say("/yes").title == f"Order {order} is changed"
    assert room.say("/orders").table.rows[0][4] == "limit 58,000.00"

    assert room.say(f"/cancel {order}").title == f"Order {order} is canceled"
    assert room.say("/orders status=cancelled").title == "1 order, canceled or expired"


def test_a_change_of_what_was_changed_since_is_asked_about_anew(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1 59000")
    order = room.say("/orders").table.rows[0][0]
    first = room.say(f"/replace {order} price=58000")
    assert dict(first.fields)["Then"] == "buy 0.1 BTC/USDT limit 58,000.00"
    room.say(room.say(f"/replace {order} quantity=0.4").buttons[0].line)

    again = room.all_said(first.buttons[0].line)[0]

    assert again.title == f"Really change order {order}?"
    assert again.hint.startswith("Nothing was done: it has changed since you were asked")
    shown = dict(again.fields)
    assert shown["Now"] == "buy 0.4 BTC/USDT limit 59,000.00"
    assert shown["Then"] == "buy 0.4 BTC/USDT limit 58,000.00"
    assert room.say("/orders").table.rows[0][4] == "limit 59,000.00"

    room.say(again.buttons[0].line)
    assert room.say("/orders").table.rows[0][4] == "limit 58,000.00"


def test_a_stop_that_is_moved_says_what_it_would_lose_then(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1 stop_loss=58000")
    stop = room.say("/orders").table.rows[0][0]

    fields = dict(room.say(f"/replace {stop} price=59000").fields)

    assert fields["Profit once filled"] == (
        "\N{MINUS SIGN}201.20\N{NO-BREAK SPACE}USDT → \N{MINUS SIGN}101.20\N{NO-BREAK SPACE}USDT"
    )
    assert "Exposure" not in fields
    assert room.say("/yes").title == f"Order {stop} is changed"
    story = [what for _, what in room.say(f"/why {stop}").table.rows]
    asked = next(n for n, what in enumerate(story) if "asked to change it" in what)
    assert [what for what in story[asked - 3 : asked] if "price=59000" in what]
    assert "said yes" in story[asked - 1]
    assert "changed: sell 0.1 BTC/USDT, stop 59,000.00" in story[asked + 1]


def test_entry_with_stop_and_target_is_protected_until_one_of_them_closes_it(room: Room) -> None:
    question = room.say("/buy BTC/USDT 0.1 stop_loss=2% take_profit=66000")
    assert (
        dict(question.fields)["Stop loss"] == "58,800.01, would lose 120.00\N{NO-BREAK SPACE}USDT"
    )
    room.say("/yes")

    kinds = sorted(row[4] for row in room.say("/orders").table.rows)
    assert kinds == ["limit 66,000.00", "stop 58,800.01"]

    room.price("BTC/USDT", 58700)

    assert room.say("/positions").title == "Nothing is held"
    assert "Stop loss hit: closed 0.1 BTC/USDT" in room.titles()
    assert room.say("/orders").title == "No orders, open"


def test_protection_is_not_taken_away_without_a_yes(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1 stop_loss=2%")
    order = room.say("/orders").table.rows[0][0]

    assert room.say(f"/cancel {order}").title == "Really cancel 1 order?"


@pytest.mark.parametrize("line", ["/cancel all", "/cancel BTC/USDT"])
def test_a_yes_cancels_what_its_card_showed_and_no_stop_placed_since(room: Room, line: str) -> None:
    bought(room, "/buy BTC/USDT 0.1 59000 stop_loss=57000")
    bought(room, "/buy BTC/USDT 0.1 55000")
    asked = room.say(line)
    assert [row[4] for row in asked.table.rows] == ["limit 59,000.00", "limit 55,000.00"]
    assert "protect" not in asked.text
    room.price("BTC/USDT", 58990)

    answered = room.all_said("/yes")[0]

    assert answered.title == f"Cancel asked for: {asked.table.rows[1][0]}"
    assert [row[4] for row in room.say("/orders").table.rows] == ["stop 57,000.00"]


def test_a_yes_to_orders_that_are_all_gone_cancels_nothing(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1 59000 stop_loss=57000")
    order = room.say("/cancel all").table.rows[0][0]
    room.price("BTC/USDT", 58990)

    assert room.all_said("/yes")[0].title == f"No order {order}"
    assert [row[4] for row in room.say("/orders").table.rows] == ["stop 57,000.00"]


def test_closing_sells_what_is_held_and_sweeps_its_stops(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1 stop_loss=2% take_profit=66000")

    assert room.say("/close btc").title == "Really sell 0.1 BTC/USDT?"
    room.say("/yes")

    assert room.say("/positions").title == "Nothing is held"
    assert room.say("/orders").title == "No orders, open"


def test_everything_can_be_closed_at_once(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1")
    bought(room, "/buy ETH/USDT 1")

    assert room.say("/close all").title == "Really close 2 positions?"
    room.say("/yes")

    assert room.say("/positions").title == "Nothing is held"


def test_what_cannot_be_closed_is_said_on_the_card_and_in_the_answer(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1")
    bought(room, "/buy ETH/USDT 2")
    bought(room, "/sell ETH/USDT 2 3500")

    asked = room.say("/close all")
    assert asked.title == "Really close 1 position?"
    assert [row[0] for row in asked.table.rows] == ["BTC/USDT"]
    assert asked.text.startswith("ETH/USDT stays open. You hold 2 ETH, of which 0 are free")

    answered = room.all_said("/yes")[0]
    assert answered.title == "1 closing order is on its way"
    assert answered.tone is Tone.WARNING
    assert answered.text.splitlines()[1] == asked.text
    assert [row[0] for row in room.say("/positions").table.rows] == ["ETH/USDT"]


def test_what_can_be_closed_only_since_the_card_stays_open(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.2")
    bought(room, "/buy ETH/USDT 0.01")
    bought(room, "/sell ETH/USDT 0.01 3500")
    order = room.say("/orders").table.rows[0][0]
    asked = room.say("/close all")
    assert asked.text.startswith("ETH/USDT stays open.")
    room.say(f"/cancel {order}")

    answered = room.all_said(asked.buttons[0].line)[0]

    assert answered.title == "1 closing order is on its way"
    assert "ETH/USDT is not as your card showed it" in answered.text
    assert [row[0] for row in room.say("/positions").table.rows] == ["ETH/USDT"]


def test_what_has_no_price_yet_keeps_nothing_else_open(room: Room) -> None:
    for line in ("/buy BTC/USDT 0.1", "/buy ETH/USDT 1", "/buy SOL/USDT 10"):
        bought(room, line)
    room.restart()
    room.price("BTC/USDT", 60_000)
    room.price("ETH/USDT", 3_000)

    asked = room.say("/close all")
    assert asked.title == "Really close 2 positions?"
    assert asked.text.startswith("SOL/USDT stays open. There is no price of SOL/USDT")

    room.price("SOL/USDT", 150)
    answered = room.all_said("/yes")[0]
    assert answered.title == "2 closing orders are on their way"
    assert "SOL/USDT is not as your card showed it" in answered.text
    assert [row[0] for row in room.say("/positions").table.rows] == ["SOL/USDT"]


def test_nothing_is_asked_where_there_is_no_price_at_all(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1")
    bought(room, "/buy ETH/USDT 1")
    room.restart()

    refused = room.say("/close all")

    assert refused.title == "None of these can be closed"
    assert [line.split()[0] for line in refused.text.splitlines()] == ["BTC/USDT", "ETH/USDT"]
    assert refused.buttons == ()
    assert room.say("/close BTC/USDT").title == "No price of BTC/USDT yet"


def test_nothing_is_asked_where_none_can_be_closed(room: Room) -> None:
    for symbol, price in (("BTC/USDT", 65000), ("ETH/USDT", 3500)):
        bought(room, f"/buy {symbol} 0.1")
        bought(room, f"/sell {symbol} 0.1 {price}")

    refused = room.say("/close all")

    assert refused.title == "None of these can be closed"
    assert [line.split()[0] for line in refused.text.splitlines()] == ["BTC/USDT", "ETH/USDT"]
    assert refused.buttons == ()


def test_dust_is_said_to_be_dust(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1")
    bought(room, "/buy ETH/USDT 1")
    positions = room.app.runtime.kernel.accounts[AccountId("paper")].positions
    # As a fee leaves it that is taken in the coin.
    positions[BTC] = replace(positions[BTC], quantity=Decimal("0.000001"))

    asked = room.say("/close all")

    assert asked.title == "Really close 1 position?"
    assert "BTC/USDT, 0.000001, is dust: an order there must be of 0.0001 at least" in asked.text
    assert "is dust" in room.all_said("/yes")[0].text
    assert "is dust" in room.say("/close BTC/USDT").text


def test_a_halt_cancels_what_rests_and_refuses_what_adds_risk(room: Room) -> None:
    bought(room, "/buy ETH/USDT 1 stop_loss=5%")
    bought(room, "/buy BTC/USDT 0.1 59000")

    room.say("/halt")

    assert [row[4] for row in room.say("/orders").table.rows] == ["stop 2,850.01"]
    refused = room.say("/buy BTC/USDT 0.1")
    assert "Trading is halted" in refused.text
    assert room.say("/sell ETH/USDT 100%").title == "Really sell 1 ETH/USDT?"


def test_a_halt_outlives_a_restart_and_ends_with_a_managers_yes(room: Room) -> None:
    room.say("/halt")
    room.restart()
    room.price("BTC/USDT", 60000)

    assert room.say("/buy BTC/USDT 0.1").title == "The desk refuses this order"
    assert room.say("/resume", who="ann").title == "You may not do that here"
    room.say("/resume", who="olga")
    room.say("/yes", who="olga")

    assert room.say("/buy BTC/USDT 0.1").title == "Really buy 0.1 BTC/USDT?"


@pytest.mark.parametrize("line", ["/close all", "/close BTC/USDT"])
def test_a_yes_closes_what_its_card_showed_and_nothing_bought_since(room: Room, line: str) -> None:
    bought(room, "/buy BTC/USDT 0.1")
    assert "0.1" in room.say(line).title
    for later in ("/buy ETH/USDT 1", "/buy BTC/USDT 0.05"):
        room.say(later, who="olga")
        room.say("/yes", who="olga")
        for symbol, price in (("BTC/USDT", 60_000), ("ETH/USDT", 3_000)):
            room.price(symbol, price)

    room.say("/yes")
    for symbol, price in (("BTC/USDT", 60_000), ("ETH/USDT", 3_000)):
        room.price(symbol, price)

    rows = room.say("/positions").table.rows
    assert [(row[0], row[1]) for row in rows] == [("BTC/USDT", "0.05"), ("ETH/USDT", "1")]


def test_a_halt_is_asked_about_however_many_cards_wait(room: Room) -> None:
    for size in ("0.01", "0.02", "0.03"):
        assert room.say(f"/buy BTC/USDT {size}").buttons
    assert room.say("/buy BTC/USDT 0.04").title == "Too many cards are waiting"

    assert room.say("/halt flatten").title.startswith("Really halt and close")


def test_a_stop_that_takes_the_size_of_what_it_protects_is_no_news(room: Room) -> None:
    room.say("/buy BTC/USDT 0.05 stop_loss=5% take_profit=10%")
    room.say("/yes")
    for _ in range(4):
        room.price("BTC/USDT", 60_000, "0.02")
        room.wait(1)
    assert not [title for title in room.titles() if title.endswith("is changed")]
    stop = next(row for row in room.say("/orders").table.rows if "stop" in str(row))
    assert "0.05" in str(stop)

    room.say(f"/replace {stop[0]} price=58000")
    room.say("/yes")
    room.wait(1)

    assert room.titles()[-1] == f"Order {stop[0]} is changed"


def test_halt_with_flatten_closes_everything_after_a_yes(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1 stop_loss=2%")
    bought(room, "/buy ETH/USDT 1")

    assert room.say("/halt flatten").title == "Really halt and close 2 positions?"
    room.say("/yes")

    assert room.say("/positions").title == "Nothing is held"
    assert room.say("/orders").title == "No orders, open"


def test_limits_warn_at_four_fifths_and_refuse_beyond(room: Room) -> None:
    assert "80%" in room.say("/buy BTC/USDT 0.35").text
    room.say("/no")
    refused = room.say("/buy BTC/USDT 0.5")

    assert "max_order_value allows 25,000" in refused.text
    assert "/risk max_order_value" in refused.hint


def test_a_manager_sets_a_limit_after_a_yes(room: Room) -> None:
    assert room.say("/risk max_order_value 100", who="ann").title == "You may not do that here"
    assert room.say("/risk max_order_value 100", who="olga").title == (
        "Really change max_order_value?"
    )
    room.say("/yes", who="olga")

    assert room.say("/buy BTC/USDT 0.1").title == "The desk refuses this order"


def test_everything_is_still_there_after_a_restart(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1")
    bought(room, "/buy ETH/USDT 1 2900")
    question = room.say("/buy SOL/USDT 3")
    room.restart()
    room.price("BTC/USDT", 60500)
    room.price("ETH/USDT", 3000)
    room.price("SOL/USDT", 150)

    assert room.say("/positions").table.rows[0][:2] == ("BTC/USDT", "0.1")
    assert room.say("/orders").title == "1 order, open"
    assert room.say(question.buttons[0].line).title == "Bought 3 SOL/USDT"


def test_figures_add_up_over_a_round_trip(room: Room) -> None:
    bought(room, "/buy BTC/USDT 0.1")
    room.price("BTC/USDT", 61000)
    room.say("/close btc")
    room.say("/yes")

    pnl = room.say("/pnl")
    row = dict(zip(pnl.table.header, pnl.table.rows[0], strict=True))

    # Bought at 60,000.01 plus 0.02% slippage, sold at 60,999.99 less the same.
    assert row["Realized"] == "+97.58\N{NO-BREAK SPACE}USDT"
    assert row["Fees"] == "12.10\N{NO-BREAK SPACE}USDT"
    assert fields(room, "/balance")["Today"] == "+85.48\N{NO-BREAK SPACE}USDT"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("/buy", "symbol"),
        ("/buy BTC/USDT", "size"),
        ("/buy BTC/USDT abc", "quantity"),
        ("/buy BTC/USDT -1", "quantity"),
        ("/buy BTC/USDT 0", "quantity"),
        ("/buy BTC/USDT NaN", "quantity"),
        ("/buy BTC/USDT 1e400", "quantity"),
        ("/buy BTC/USDT 150%", "percent"),
        ("/buy BTC/USDT 0.1 sixty-ish", "price"),
        ("/buy BTC/USDT 0.1 time_in_force=never", "time_in_force"),
        ("/buy BTC/USDT 0.1 59000 60000", "60000"),
        ("/buy BTC/USDT 0.1 price=1 price=2", "price"),
        ("/buy BTC/USDT 0.1 amount=500", "size"),
        ("/buy BTC/USDT 0.1 venue=nowhere", "venue"),
        ("/replace", "order"),
        ("/replace abc", "price"),
        ("/orders status=lost", "status"),
        ("/close", "symbol"),
        ("/close BTC/USDT abc", "percent"),
        ("/halt flatten=perhaps", "flatten"),
        ("/risk max_fun 3", "rule"),
        ("/risk max_order_value abc", "value"),
        ("/risk max_order_value -3", "value"),
        ("/fills period=someday", "period"),
        ("/balance venue=nowhere", "venue"),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_else_happens(
    room: Room, line: str, wrong: str
) -> None:
    card = room.say(line, who="olga")

    assert card.title == f"Something is wrong with “{wrong}”"
    assert card.text.startswith(f"{wrong}: ")
    assert room.say("/yes", who="olga").title == "Nothing is waiting for a yes."


@pytest.mark.parametrize("line", ["/cancel", "/why"])
def test_a_command_about_an_order_that_names_none_asks_which(room: Room, line: str) -> None:
    card = room.say(line)
    assert card.title == f"This looks like {line}, but something is missing"
    assert "id" in card.text

    room.say("/buy BTC/USDT 0.1 50000")
    order = dict(room.say("/yes").fields)["Order"]
    assert [each.line for each in room.say(line).buttons] == [f"{line} order={order}"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("/buy QQQQQ/USDT 1", "No instrument matches QQQQQ/USDT"),
        ("/close BTC/USDT", "Nothing of BTC/USDT is held"),
        ("/close all", "Nothing is held"),
        ("/cancel zzzzzz", "No order zzzzzz"),
        ("/cancel all", "No order all"),
        ("/replace zzzzzz price=1", "No order zzzzzz"),
        ("/buy BTC/USDT 0.00005", "The desk refuses this order"),
        ("/buy BTC/USDT 0.1 59000.001", "The desk refuses this order"),
        ("/buy BTC/USDT 0.1 stop_loss=61000", "The desk refuses this order"),
        ("/buy NVDA 0.5", "The desk refuses this order"),
        ("/buy BTC/USDT 999999999", "The desk refuses this order"),
        ("/frobnicate", "There is no command /frobnicate"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_way_out(room: Room, line: str, title: str) -> None:
    card = room.say(line)

    assert card.title == title
    assert card.hint or card.text
    assert room.say("/yes").title == "Nothing is waiting for a yes."
