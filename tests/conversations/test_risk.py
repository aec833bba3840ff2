"""Limits as people meet them, halts that come by themselves, and previews that tell the truth."""

from __future__ import annotations

import pytest

from bot.card import Card
from tests.room import Room


def bought(room: Room, line: str = "/buy BTC/USDT 0.1") -> None:
    room.say(line)
    room.say("/yes")


def set_by_olga(room: Room, line: str) -> Card:
    room.say(line, who="olga")
    return room.say("/yes", who="olga")


def rows(card: Card) -> dict[str, tuple[str, ...]]:
    assert card.table is not None
    return {row[0]: row[1:] for row in card.table.rows}


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


# -- limits -------------------------------------------------------------------------------


def test_every_rule_is_shown_with_its_limit_and_use(room: Room) -> None:
    bought(room)

    table = rows(room.say("/risk", who="vic"))
    shown = {rule: tuple(plain(cell) for cell in row) for rule, row in table.items()}

    assert shown["max_position_value"] == ("desk", "50,000", "6,000", "12.00%")
    assert shown["max_exposure"][1:3] == ("none", "6,000 USDT")
    assert shown["max_leverage"][2] == "0.08×"
    assert shown["max_orders_per_minute"] == ("desk", "60", "1", "1.67%")


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("/risk max_drawdown 15%", ("desk", "15.00%", "0.00%", "0.00%")),
        ("/risk max_leverage 0.5", ("desk", "0.5×", "0×", "0.00%")),
        (
            "/risk max_daily_loss 500 on_breach=flatten",
            ("desk", "500 USDT, then closes everything", "0 USDT", "0.00%"),
        ),
        (
            "/risk max_consecutive_losses 3 pause=30m",
            ("desk", "3, then pauses 30 min", "0", "0.00%"),
        ),
        ("/risk allowed_instruments BTC/USDT,eth", ("desk", "BTC/USDT, ETH/USDT", "–", "–")),
        ("/risk max_open_orders 4 scope=account", ("account:paper", "4", "0", "0.00%")),
        (
            "/risk max_order_size 2 scope=instrument:btc",
            ("instrument:BTC/USDT", "2", "–", "–"),
        ),
    ],
)
def test_a_manager_sets_any_rule_and_it_outlives_a_restart(
    room: Room, line: str, row: tuple[str, ...]
) -> None:
    rule = line.split()[1]
    assert room.say(line, who="ann").title == "You may not do that here"
    set_by_olga(room, line)
    room.restart()
    room.price("BTC/USDT", 60000)

    assert tuple(plain(cell) for cell in rows(room.say(f"/risk {rule}"))[rule]) == row


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("/risk max_drawdown 15", "value"),
        ("/risk max_order_value 10%", "value"),
        ("/risk max_open_orders 2.5", "value"),
        ("/risk max_order_value BTC/USDT,ETH/USDT", "value"),
        ("/risk allowed_instruments 3", "value"),
        ("/risk max_order_value 5 on_breach=flatten", "on_breach"),
        ("/risk max_daily_loss 5 scope=instrument:BTC/USDT", "scope"),
        ("/risk max_daily_loss 5 scope=planet", "scope"),
        ("/risk max_daily_loss scope=account", "value"),
    ],
)
def test_a_limit_that_makes_no_sense_is_named(room: Room, line: str, wrong: str) -> None:
    assert room.say(line, who="olga").title == f"Something is wrong with “{wrong}”"


def test_what_is_not_on_the_list_is_refused_with_the_way_to_change_it(room: Room) -> None:
    set_by_olga(room, "/risk allowed_instruments BTC/USDT scope=account")

    refused = room.say("/buy ETH/USDT 1")

    assert refused.text.endswith("may be traded: BTC/USDT.")
    assert "/risk allowed_instruments BTC/USDT,ETH/USDT scope=account:paper" in refused.hint


def test_the_same_order_again_is_said_on_its_card_and_passes_with_a_yes(room: Room) -> None:
    bought(room)
    room.wait(4)

    again = room.say("/buy BTC/USDT 0.1")

    assert again.text.startswith("You placed exactly this order a moment ago")
    assert room.say("/yes").title == "Bought 0.1 BTC/USDT"


def test_a_card_that_knew_of_no_first_one_does_not_pass_as_a_second(room: Room) -> None:
    first = room.say("/buy BTC/USDT 0.1").buttons[0].line
    second = room.say("/buy BTC/USDT 0.1").buttons[0].line
    room.say(first)

    refused = room.say(second)

    assert refused.title == "The desk refuses this order"
    assert "Exactly this order was placed 0 s ago" in plain(refused.text)
    assert room.titles().count("Bought 0.1 BTC/USDT") == 1


def test_a_refusal_is_told_in_french_with_french_figures(room: Room) -> None:
    room.say("/language fr")

    refused = room.say("/buy BTC/USDT 0.5")

    text = plain(refused.text)
    assert text == "L’ordre vaut 30 000 USDT ; max_order_value permet 25 000 USDT."
    assert refused.hint == "Un gérant le change par /risk max_order_value VALEUR."


# -- halts --------------------------------------------------------------------------------


def test_a_loss_limit_halts_the_account_by_itself_and_says_what_can_be_done(room: Room) -> None:
    set_by_olga(room, "/risk max_daily_loss 500")
    bought(room, "/buy ETH/USDT 1 2900")
    bought(room, "/buy BTC/USDT 0.2")
    room.price("BTC/USDT", 57000)
    room.wait(2)

    told = next(card for card in room.cards("ann") if card.title == "Trading is halted")
    assert "lost reaches max_daily_loss, which allows 500 USDT" in plain(told.text)
    assert "/resume" in told.hint
    assert room.say("/orders").title == "No orders, open"
    assert "Trading is halted" in room.say("/buy SOL/USDT 1").text
    assert room.say("/close BTC/USDT").title == "Really sell 0.2 BTC/USDT?"


def test_a_loss_limit_can_close_what_is_held_and_it_is_checked(room: Room) -> None:
    set_by_olga(room, "/risk max_daily_loss 500 on_breach=flatten")
    bought(room, "/buy BTC/USDT 0.2 stop_loss=50%")
    room.price("BTC/USDT", 57000)
    room.wait(2)

    assert "Checked: nothing is held on account paper" in room.titles("ann")
    assert room.say("/positions").title == "Nothing is held"
    assert room.say("/orders").title == "No orders, open"


def test_a_loss_limit_halts_once_a_day_and_resume_is_the_managers(room: Room) -> None:
    set_by_olga(room, "/risk max_daily_loss 500")
    bought(room, "/buy BTC/USDT 0.2")
    room.price("BTC/USDT", 57000)
    room.wait(2)
    question = room.say("/resume", who="olga")
    assert "Account paper has been halted since" in question.text
    room.say("/yes", who="olga")
    room.price("BTC/USDT", 57000)
    room.wait(3)

    assert room.titles("ann").count("Trading is halted") == 1
    assert "max_daily_loss allows" in room.say("/buy SOL/USDT 1").text


def test_a_resume_lifts_only_the_halts_that_its_card_showed(room: Room) -> None:
    set_by_olga(room, "/risk max_daily_loss 300 on_breach=flatten")
    bought(room)
    room.say("/halt")
    room.say("/resume", who="olga")
    room.price("BTC/USDT", 56000)
    room.wait(2)

    again = room.all_said("/yes", who="olga")[0]

    assert again.title == "Really let orders through again?"
    assert "Ann asked for it" in again.text
    assert "max_daily_loss" in again.text
    assert again.hint.startswith("Nothing was done: it has changed since you were asked")
    assert room.say("/buy BTC/USDT 0.01").title == "The desk refuses this order"
    assert room.all_said("/yes", who="olga")[0].title == "Trading goes on"


def test_prices_that_go_silent_while_something_is_held_halt_the_account(room: Room) -> None:
    set_by_olga(room, "/risk max_data_age 60")
    room.wait(400)
    assert "Trading is halted" not in room.titles()
    room.price("BTC/USDT", 60000)
    bought(room)
    room.wait(62)

    told = next(card for card in room.cards() if card.title == "Trading is halted")
    assert "no price of BTC/USDT for 61 s while it is held" in told.text

    room.price("BTC/USDT", 60000)
    room.say("/resume", who="olga")
    room.say("/yes", who="olga")
    assert room.say("/buy BTC/USDT 0.01").title == "Really buy 0.01 BTC/USDT?"


def test_a_halt_that_closes_everything_is_checked_in_french(room: Room) -> None:
    room.say("/language fr")
    bought(room, "/buy BTC/USDT 0.1 stop_loss=2%")
    room.say("/halt flatten=true")
    room.say("/yes")

    titles = [plain(title) for title in room.titles()]
    assert "Soldé 0,1 BTC/USDT pendant l’arrêt" in titles
    assert "Vérifié : plus rien n’est détenu sur le compte paper" in titles


# -- previews -----------------------------------------------------------------------------


def test_a_preview_tells_what_the_order_costs_and_changes(room: Room) -> None:
    bought(room, "/buy ETH/USDT 1")
    card = room.say("/buy BTC/USDT 3 stop_loss=2%")
    assert card.title == "The desk refuses this order"

    card = room.say("/buy BTC/USDT 0.3 stop_loss=2%")

    facts = {name: plain(text) for name, text in card.fields}
    assert facts["Price"] == "60,000.01, 0 s ago"
    assert facts["Slippage"] == "0.00 USDT (0.00%) in the book"
    assert facts["Free cash"].startswith("46,996.38 USDT → 28,978.38 USDT")
    assert facts["Exposure"].startswith("3,000.00 USDT → 21,000.00 USDT (26.25% of equity)")
    assert "would lose 360.00 USDT" in facts["Stop loss"]
    uses = rows(card)
    assert tuple(plain(c) for c in uses["max_order_value"]) == (
        "–",
        "18,000 USDT",
        "25,000 USDT",
        "72.00%",
    )
    assert plain(uses["max_position_value"][1]) == "18,000 USDT"


def test_slippage_is_read_from_the_book_level_by_level(room: Room) -> None:
    facts = {name: plain(text) for name, text in room.say("/buy SOL/USDT 6").fields}

    # The room's book holds 1, 2 and 3 units a cent apart.
    assert facts["Slippage"] == "0.08 USDT (0.01%) in the book"


def test_an_order_that_waits_has_no_slippage_and_a_change_shows_its_use(room: Room) -> None:
    card = room.say("/buy BTC/USDT 0.1 50000")
    assert dict(card.fields)["Slippage"] == "none while it waits"
    room.say("/yes")
    order = room.say("/orders").table.rows[0][0]

    changed = room.say(f"/replace {order} quantity=0.2")

    facts = {name: plain(text) for name, text in changed.fields}
    assert facts["Exposure"].startswith("5,000.00 USDT → 10,000.00 USDT")
    assert plain(rows(changed)["max_order_value"][1]) == "10,000 USDT"
