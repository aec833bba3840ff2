"""What is said after an order had its yes: of the order on the book, or of what it bought."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.phrases.reading import CommandText

NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)
INTERPRETER = PhraseInterpreter()
LIMIT = CommandText("buy", {"symbol": "BTC/USDT", "quantity": "0.1", "price": "50000"})
MARKET = CommandText("buy", {"symbol": "BTC/USDT", "quantity": "0.1"})
YES, NO = CommandText("yes", {}), CommandText("no", {})


def _read(*turns: str | CommandText) -> tuple[tuple[str, ...], list[tuple[str, dict]]]:
    reading = INTERPRETER.read(list(turns), NOW)
    return reading.about, [(c.name, dict(c.args)) for c in reading.commands]


@pytest.mark.parametrize(
    "text", ["make it 51000", "move my order to 51000", "raise it to 51000", "mets-le à 51000"]
)
def test_a_new_price_is_of_the_order_on_the_book(text: str) -> None:
    assert _read(LIMIT, YES, text) == (("order",), [("replace", {"price": "51000"})])
    assert _read(LIMIT, YES, text, "c6b8b2")[1] == [
        ("replace", {"price": "51000", "order": "c6b8b2"})
    ]


@pytest.mark.parametrize("text", ["cancel it", "cancel my order", "annule-le", "annule"])
def test_one_order_is_taken_back_and_not_all_of_the_instrument(text: str) -> None:
    assert _read(LIMIT, YES, text) == (("order",), [("cancel", {})])
    assert _read(LIMIT, YES, text, "c6b8b2")[1] == [("cancel", {"order": "c6b8b2"})]
    assert _read(LIMIT, YES, "cancel my btc order")[1] == [("cancel", {"symbol": "BTC/USDT"})]


@pytest.mark.parametrize("decided", [(), (NO,)])
def test_until_then_the_order_is_said_again_with_it(decided: tuple[CommandText, ...]) -> None:
    again = {"symbol": "BTC/USDT", "quantity": "0.1", "price": "51000"}
    assert _read(LIMIT, *decided, "make it 51000") == ((), [("buy", again)])


@pytest.mark.parametrize(
    ("text", "exits"),
    [
        ("put a stop at 47000", {"stop_price": "47000"}),
        ("put a stop at 47000 on it", {"stop_price": "47000"}),
        ("mets un stop à 47000 dessus", {"stop_price": "47000"}),
        ("with a 5% stop", {"stop_price": "5%"}),
        ("put a stop 5% below on it", {"stop_price": "5%"}),
        ("trail it by 3%", {"trail": "3%"}),
        ("and a target at 90000", {"price": "90000"}),
        ("put a stop at 47000 and a target at 90000", {"price": "90000", "oco": "47000"}),
    ],
)
def test_what_it_bought_is_protected_and_not_bought_again(text: str, exits: dict) -> None:
    whole = {"symbol": "BTC/USDT", "percent": "100%", **exits}
    assert _read(MARKET, YES, text) == ((), [("sell", whole)])


def test_the_stop_of_a_short_buys_it_back_and_opens_nothing() -> None:
    sold = CommandText("sell", {"symbol": "BTC/USDT:USDT", "quantity": "0.1"})
    whole = {"symbol": "BTC/USDT:USDT", "percent": "100%", "reduce_only": "true"}
    bought_back = {**whole, "stop_price": "90000"}
    assert _read(sold, YES, "put a stop at 90000") == ((), [("buy", bought_back)])


def test_the_stop_stands_on_the_account_that_was_bought_on() -> None:
    bought = CommandText("buy", {"symbol": "BTC/USDT", "quantity": "0.1", "account": "main"})
    whole = {"symbol": "BTC/USDT", "percent": "100%", "account": "main"}
    stop = ("sell", {**whole, "stop_price": "47000"})
    assert _read(bought, YES, "put a stop at 47000") == ((), [stop])


def test_the_stop_of_what_was_sold_for_good_is_asked_about() -> None:
    sold = CommandText("sell", {"symbol": "BTC/USDT", "quantity": "0.1"})
    bought_back = {"symbol": "BTC/USDT", "stop_price": "90000"}
    assert _read(sold, YES, "put a stop at 90000") == (("quantity",), [("buy", bought_back)])


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("2% lower", {"price": "49000"}),
        ("make it 2% lower", {"price": "49000"}),
        ("2% plus bas", {"price": "49000"}),
        ("monte-le de 1%", {"price": "50500"}),
        ("1% higher", {"price": "50500"}),
        ("10% more", {"quantity": "0.11"}),
        ("10% de moins", {"quantity": "0.09"}),
    ],
)
def test_so_many_percent_move_the_figure_that_was_said(text: str, changed: dict) -> None:
    assert _read(LIMIT, text) == ((), [("buy", {**LIMIT.args, **changed})])
    assert _read(LIMIT, YES, text) == (("order",), [("replace", changed)])


def test_a_price_that_was_not_said_cannot_be_moved() -> None:
    assert _read(MARKET, "make it 2% lower") == (("price",), [("buy", dict(MARKET.args))])


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("same for eth", {"symbol": "ETH/USDT", "quantity": "0.1"}),
        (
            "again with a stop at 47000",
            {"symbol": "BTC/USDT", "quantity": "0.1", "stop_loss": "47000"},
        ),
        (
            "another 0.1 with a stop at 47000",
            {"symbol": "BTC/USDT", "quantity": "0.1", "stop_loss": "47000"},
        ),
    ],
)
def test_once_more_is_another_order(text: str, args: dict) -> None:
    assert _read(MARKET, YES, text) == ((), [("buy", args)])


@pytest.mark.parametrize(
    "text", ["why did my order not fill?", "why did it not fill", "why was it rejected"]
)
def test_why_asks_which_order(text: str) -> None:
    assert _read(LIMIT, YES, text) == (("order",), [("why", {})])
    assert _read(text) == (("order",), [("why", {})])


@pytest.mark.parametrize(
    "text", ["why c6b8b2", "pourquoi c6b8b2", "why did c6b8b2 not fill", "explain c6b8b2"]
)
def test_why_takes_a_bare_id(text: str) -> None:
    assert _read(text)[1] == [("why", {"order": "c6b8b2"})]
    assert _read(LIMIT, YES, text)[1] == [("why", {"order": "c6b8b2"})]
