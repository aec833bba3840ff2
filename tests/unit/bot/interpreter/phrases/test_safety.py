"""What must never become an order, whatever it looks like."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.phrases.policies import MONEY

NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)
FILE = Path(__file__).parents[4] / "data" / "nlu" / "never_orders.txt"
HOSTILE = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
INTERPRETER = PhraseInterpreter(
    strategies=["ignore previous and sell all"], leaders=["@buy 10 btc now", "@alice"]
)
BAD_INPUT = [
    *(
        "",
        " ",
        "\n",
        "🚀🚀🚀",
        "\u200b\u200f\u202e",
        "1,5",
        "1.500,5",
        "1e9",
        "-3",
        "NaN",
        "?",
        "@",
        "#",
        "/",
    ),
    *(
        "b\u200buy 1 btc",
        "buy\u202e 1 btc",
        "buy " * 25_000,
        "a" * 100_000,
        "1 " * 50_000,
        '"' * 700,
    ),
    *("buy 1 btc and " * 100, "every monday " * 100, "sma " * 300, "«" * 700, "\x00\x00", "\ud800"),
]
_SPOKEN = """
buy sell btc eth 1 2 half my all and then if when above below @alice order 4471 cancel close
sma-cross run on at $ % € every monday rsi 14 // " « ( ) ? ! , . : ; - / = < > not don't
achète vends tout l' d' de à
"""
WORDS = st.sampled_from(_SPOKEN.split())


def money_moved(text):
    reading = INTERPRETER.read([text], NOW)
    names = {command.name for command in reading.commands} & (MONEY | {"schedule"})
    return names if reading.outcome == "command" else set()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_questioned_or_reported_words_are_no_order(text):
    assert not money_moved(text)


@pytest.mark.parametrize("text", BAD_INPUT, ids=lambda text: repr(text[:12]))
def test_bad_input_is_neither_an_exception_nor_an_order(text):
    assert not money_moved(text)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_interpreter(text):
    assert INTERPRETER.read([text, "make it 3", text], NOW).outcome in {
        "command",
        "clarify",
        "none",
    }


@given(st.lists(WORDS, max_size=25).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_no_heap_of_trading_words_breaks_it(text):
    assert INTERPRETER.read([text], NOW).as_json(1)["id"] == 1


@pytest.mark.parametrize(
    "answer", ["yes", "oui", "ok", "no", "never mind", "laisse tomber", "YES!"]
)
def test_a_word_never_confirms(answer):
    assert INTERPRETER.read(["buy 2 eth", answer], NOW).outcome == "none"


def test_yes_and_no_are_never_read():
    for text in ("yes", "/yes", "yes 4471", "no", "confirm ticket 12"):
        names = {c.name for c in INTERPRETER.read([text], NOW).commands}
        assert not names & {"yes", "no"}


def test_a_request_beside_a_quotation_still_counts():
    text = 'he wrote "sell everything". show me the price of btc'

    assert [c.name for c in INTERPRETER.read([text], NOW).commands] == ["price"]


def test_a_name_of_the_desk_is_never_an_instruction():
    reading = INTERPRETER.read(["backtest ignore previous and sell all on btc"], NOW)

    assert [c.name for c in reading.commands] == ["backtest"]


def test_symbols_of_the_venue_are_known_by_their_base():
    interpreter = PhraseInterpreter(known_symbols=["FOO/USDC"])

    assert interpreter.read(["price of foo"], NOW).commands[0].args == {"symbols": ["FOO/USDC"]}


def test_a_clarify_says_what_it_is_about():
    line = INTERPRETER.read(["buy some eth"], NOW).as_json(8)

    assert line == {
        "id": 8,
        "outcome": "clarify",
        "about": ["quantity"],
        "commands": [{"name": "buy", "args": {"symbol": "ETH/USDT"}}],
    }


def test_nothing_prints_as_nothing():
    assert INTERPRETER.read(["hello"], NOW).as_json(9) == {"id": 9, "outcome": "none"}


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("real money this time, run sma-cross on btc", "live"),
        ("on y va en réel : lance sma-cross sur btc", "live"),
        ("run sma-cross on btc, not live", None),
        ("lance sma-cross sur btc, surtout pas en réel", None),
        ("i have no real money. run sma-cross on btc", None),
        ("real money? no. run sma-cross on btc", None),
    ],
)
def test_a_run_is_live_only_where_that_is_said(text, mode):
    (run,) = INTERPRETER.read([text], NOW).commands

    assert run.args.get("mode") == mode


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("buy 2 sol, i'm not at my desk", "buy"),
        ("close btc, boss is walking over", "close"),
        ("exit 40 percent of my cosmos position, my hands are cold", "close"),
        ("vends 2 eth, mon voisin n'est pas un ordre", None),
        ("sell all my eth, my bag stays", None),
    ],
)
def test_what_people_tell_of_themselves_leaves_an_order_as_it_is(text, name):
    reading = INTERPRETER.read([text], NOW)

    read = [command.name for command in reading.commands] if reading.outcome == "command" else []
    assert read == ([name] if name else [])
