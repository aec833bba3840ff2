"""Several accounts on one desk: each command on the one it names, each card naming it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.card import Tone
from bot.config import Config
from bot.errors import ConfigInvalid
from bot.sections import AccountSection
from engine.domain.requests import OpenAccount
from engine.errors import AccountDiffers
from tests.room import CONFIG, Room

TWO = (
    AccountSection(cash={"USDT": Decimal(50_000)}),
    AccountSection(id="savings", name="Rainy days", cash={"USDT": Decimal(9_000)}),
)
SEVERAL = CONFIG.model_copy(update={"accounts": TWO})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "home", SEVERAL)
    room.price("BTC/USDT", 60_000)
    room.price("ETH/USDT", 3_000)
    yield room
    room.close()


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def rows(card: object) -> list[tuple[str, ...]]:
    table = getattr(card, "table", None)
    assert table is not None
    return list(table.rows)


def test_a_balance_without_an_account_shows_them_all(desk: Room) -> None:
    card = desk.say("/balance")

    assert [(row[0], row[2]) for row in rows(card)] == [
        ("paper", "paper"),
        ("Rainy days (savings)", "paper"),
    ]
    assert "@savings" in card.hint
    assert [button.line for button in card.buttons] == [
        "/balance account=paper",
        "/balance account=savings",
    ]
    assert "9,000" in desk.say("/balance account=savings").title


def test_an_order_trades_on_the_account_it_names_and_on_no_other(desk: Room) -> None:
    asked = desk.say("/buy BTC/USDT 0.01 @savings")
    assert "Rainy days" in asked.badge

    desk.say("/yes")
    desk.price("BTC/USDT", 60_000)

    assert [row[0] for row in rows(desk.say("/positions account=savings"))] == ["BTC/USDT"]
    assert desk.say("/positions").table is None
    assert "Rainy days" in desk.cards()[2].badge


def test_a_fill_says_on_which_account_it_was(desk: Room) -> None:
    desk.say("/buy BTC/USDT 0.01 account=savings")
    desk.say("/yes")
    desk.price("BTC/USDT", 60_000)

    told = next(card for card in desk.cards() if card.title.startswith("Bought"))
    assert "Rainy days" in told.badge


def test_a_name_is_as_good_as_an_id(desk: Room) -> None:
    assert desk.say('/balance account="rainy days"').title == desk.say("/balance @savings").title


def test_the_yes_is_for_the_account_that_was_shown(desk: Room) -> None:
    """However the accounts are ordered by the time it is said."""
    desk.say("/buy BTC/USDT 0.01")

    waiting = desk.run(desk.app.stores.tickets.pending("terminal:ann", "terminal:ann", 0))

    assert [dict(ticket.arguments)["account"] for ticket in waiting] == ["paper"]


def test_an_account_that_is_not_there_is_refused_with_those_that_are(desk: Room) -> None:
    card = desk.say("/buy BTC/USDT 0.01 account=moon")

    assert card.title == "You have no account moon here"
    assert "paper, savings" in card.text


def test_an_order_is_found_by_its_id_on_whatever_account_it_is(desk: Room) -> None:
    desk.say("/buy BTC/USDT 0.01 50000 @savings")
    placed = desk.say("/yes")
    order = dict(placed.fields)["Order"]

    question = desk.say(f"/replace {order} price=51000")
    assert "Rainy days" in question.badge
    desk.say("/yes")
    assert "51,000" in rows(desk.say("/orders @savings"))[0][4]
    assert desk.say(f"/cancel {order}").title == f"Order {order} is canceled"
    assert desk.say("/orders account=savings").table is None


def test_a_positions_close_button_closes_it_where_it_is(desk: Room) -> None:
    desk.say("/buy BTC/USDT 0.01 @savings")
    desk.say("/yes")
    desk.price("BTC/USDT", 60_000)
    button = desk.say("/positions @savings").buttons[0]

    desk.say(button.line)
    desk.say("/yes")
    desk.price("BTC/USDT", 60_000)

    assert desk.say("/positions @savings").table is None


def test_cash_of_one_account_buys_nothing_on_another(desk: Room) -> None:
    assert "9000 are free" in desk.say("/buy BTC/USDT 0.3 @savings").text

    assert desk.say("/buy BTC/USDT 0.3").buttons[0].line.startswith("/yes")


def test_a_halt_is_for_every_account(desk: Room) -> None:
    desk.say("/buy BTC/USDT 0.01 50000 @savings")
    desk.say("/yes")

    desk.say("/halt")

    assert desk.say("/orders @savings").table is None


def test_a_limit_may_be_set_for_one_account(desk: Room) -> None:
    desk.say("/risk max_order_value 100 scope=account:savings", "olga")
    desk.say("/yes", "olga")

    assert desk.say("/buy BTC/USDT 0.01 @savings").tone != desk.say("/buy BTC/USDT 0.01").tone


def test_a_second_account_may_come_later_and_the_first_gets_its_name(tmp_path: Path) -> None:
    home = tmp_path / "home"
    room = Room(home)
    room.price("BTC/USDT", 60_000)
    assert "9,000" not in str(room.say("/balance"))
    room.close()

    room = Room(home, SEVERAL)
    try:
        room.price("BTC/USDT", 60_000)
        assert [row[0] for row in rows(room.say("/balance"))] == ["paper", "Rainy days (savings)"]
        assert room.say("/positions").badge.startswith("paper · paper")
        room.restart()
        room.price("BTC/USDT", 60_000)
        assert room.say("/positions").badge.startswith("paper · paper")
    finally:
        room.close()


def test_cash_moves_between_paper_accounts_after_a_yes(desk: Room) -> None:
    asked = desk.say("/transfer 1000USDT savings")
    assert plain(asked.title) == "Move 1,000.00 USDT from paper to Rainy days?"
    assert "9,000" in desk.say("/balance @savings").title

    assert plain(desk.say("/yes").title) == "Moved 1,000.00 USDT from paper to Rainy days"

    assert "10,000" in desk.say("/balance @savings").title
    assert "49,000" in desk.say("/balance @paper").title
    desk.restart()
    desk.price("BTC/USDT", 60_000)
    assert "10,000" in desk.say("/balance @savings").title


def test_money_moved_is_neither_profit_nor_loss(desk: Room) -> None:
    desk.wait(2)
    before = dict(desk.say("/balance @savings").fields)["Today"]
    desk.say("/transfer 1000USDT savings")
    desk.say("/yes")

    assert dict(desk.say("/balance @savings").fields)["Today"] == before
    report = desk.say("/report daily @savings")
    assert plain(report.title) == "Daily report: 0.00 USDT"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("/transfer 60000USDT savings", "free"),
        ("/transfer 100USDT paper", "both its beginning and its end"),
        ("/transfer 100USDT moon", "Yours"),
        ("/transfer -5USDT savings", ""),
        ("/transfer 0 savings", ""),
        ("/transfer 100 savings currency=DOGE", "free"),
    ],
)
def test_what_cannot_be_moved_is_refused(desk: Room, line: str, why: str) -> None:
    card = desk.say(line)

    assert card.tone is not Tone.ASK
    assert why in card.text
    assert "9,000" in desk.say("/balance @savings").title


def test_cash_that_an_order_has_set_aside_stays(desk: Room) -> None:
    desk.say("/buy BTC/USDT 0.1 50000 @savings")
    desk.say("/yes")

    assert "4,000" in desk.say("/transfer 5000USDT paper @savings").text


def test_a_report_names_its_account(desk: Room) -> None:
    assert "Rainy days" in desk.say("/report daily @savings").badge


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ([{"id": "a"}, {"id": "A"}], "a names two"),
        ([{"id": "a", "name": "b"}, {"id": "b"}], "b names two"),
        ([{"id": "a b"}], "pattern"),
        ([], "at least 1"),
    ],
)
def test_accounts_that_cannot_be_told_apart_are_refused(
    accounts: list[dict[str, str]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Config.model_validate({"accounts": accounts})


@pytest.mark.parametrize("section", [{"mode": "live"}, {"venue": "moon"}])
def test_a_venue_that_has_no_connector_stops_the_start(
    tmp_path: Path, section: dict[str, str]
) -> None:
    config = Config.model_validate({"accounts": [section]})

    with pytest.raises(ConfigInvalid) as refused:
        Room(tmp_path / "home", config)
    assert "no connector" in refused.value.facts["detail"]


def test_paper_never_becomes_live_under_the_same_id(tmp_path: Path) -> None:
    room = Room(tmp_path / "home")
    try:
        runtime = room.app.runtime
        opened = runtime.kernel.accounts["paper"].account
        with pytest.raises(AccountDiffers):
            room.run(runtime.ask(OpenAccount(replace(opened, is_paper=False), (), 1)))
    finally:
        room.close()


def test_a_halt_that_closes_everything_shows_every_account(desk: Room) -> None:
    for line in ("/buy BTC/USDT 0.1", "/buy ETH/USDT 1 account=savings stop_loss=5%"):
        desk.say(line)
        desk.say("/yes")

    asked = desk.say("/halt flatten")

    assert asked.title == "Really halt and close 2 positions?"
    assert "on every account of the desk" in asked.text
    assert [row[:3] for row in asked.table.rows] == [
        ("paper", "BTC/USDT", "0.1"),
        ("Rainy days", "ETH/USDT", "1"),
    ]
    assert dict(desk.all_said("/yes")[0].fields)["Positions held"] == "2"
    assert desk.say("/positions account=savings").title == "Nothing is held"


def test_a_halt_offers_to_close_what_another_account_holds(desk: Room) -> None:
    desk.say("/buy ETH/USDT 1 account=savings stop_loss=5%")
    desk.say("/yes")

    halted = next(c for c in desk.all_said("/halt") if "Positions held" in dict(c.fields))

    assert dict(halted.fields)["Positions held"] == "1"
    assert halted.table.rows[0][0] == "Rainy days"
    assert [button.line for button in halted.buttons] == ["/halt flatten=true"]
