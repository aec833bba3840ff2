"""A stop or a target that rests is moved by `/replace`, which asks which order it is.

Never is it an order, a cancel, or the stop of a strategy; and what only sounds like it is what it was.
"""

# ruff: noqa: E501 -- tables of turns read best unbroken.

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.interpreter.phrases import PhraseInterpreter

NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)
INTERPRETER = PhraseInterpreter()

MOVED = {
    "en": """
    move my btc stop to 83000 | move my stop on btc to 83000 | raise my stop to 83000 | lower my stop to 83000
    | raise my btc stop to 83000 | lower my btc stop to 83000 | change my stop on btc to 83000
    | put my btc stop at 83000 | put my stop on btc at 83000 | put my stop at 83000 on my btc
    | set my btc stop to 83000 | make my btc stop 83000 | move the stop on my btc to 83k
    | move my btc stop loss to 83000 | change my sl on btc to 83000 | bring my btc stop up to 83000
    | move my btc stop down to 83000 | move up my btc stop to 83000 | tighten my btc stop to 83000
    | move my btc stop from 82000 to 83000 | please move my btc stop to $83,000 | adjust my btc stop to 83000
    | can you move my btc stop to 83000? | i want to move my btc stop to 83000 | on my btc, move the stop to 83000
    | actually move my btc stop to 83000 | move my btc target to 83000 | raise my btc take profit to 83000
    | change my tp on btc to 83000 | set my btc target at 83000 | lower my profit target to 83000
    """,
    "fr": """
    déplace mon stop btc à 83000 | déplace mon stop sur btc à 83000 | remonte mon stop sur btc à 83000
    | descends mon stop sur btc à 83000 | baisse mon stop sur btc à 83 000 | mets mon stop btc à 83000
    | monte mon stop btc à 83000 | relève mon stop btc à 83000 | abaisse mon stop btc à 83000
    | passe mon stop btc à 83000 | change mon stop btc pour 83000 | modifie le stop sur mon btc à 83k
    | bouge mon stop btc à 83000 | décale mon stop à 83000 | remonte mon stop btc jusqu'à 83000
    | déplace mon stop btc de 82000 à 83000 | sur btc, remonte mon stop à 83000
    | tu peux déplacer mon stop btc à 83000 ? | je veux remonter mon stop btc à 83000
    | déplace mon stop loss btc à 83000 | déplace mon objectif btc à 83000 | remonte mon take profit btc à 83000
    | mets mon objectif btc à 83000 | baisse ma cible sur btc à 83000
    """,
}
BY_SO_MUCH = """
raise my btc stop by 500 | move my stop up 500 | lower my target by 500 | remonte mon stop btc de 500
| move my stop 500 higher | move my btc stop 500 below | move my btc stop to 3% | déplace mon stop btc à 3%
"""
NOT_ONE_PRICE = """
move my btc stop 4471 to 83000 | move my stop on 4471 to 83000 | move my btc stop to 83000 and my target to 90000
| move my btc stop to 83000 btc | raise my btc stop to 83000 or 84000 | move my btc stop to 83000 tomorrow
| move my btc stop to 83000 limit 82900
"""
NEVER_REPLACED = """
stop my btc strategy | put a stop at 83000 on my btc | put a stop on btc at 83000 | put a btc stop at 83000
| put the stop at 83000 | move my stop | move my btc stop | stop moving | stop move | set my stop loss to 3%
| set a stop loss at 3% | set my btc stop loss to 3% | cancel my btc stop | move my btc to 83000
| trail my btc stop by 3% | buy 1 btc at 85000, put my stop at 83000 | buy 1 btc and set my stop at 83000
| move my btc to safety: stop at 57k | move my sol stop, i mean put a stop on my sol at 140
| set my stop at 2000 limit 1990 on my eth | change my price target alert on btc to 90000
| change the leverage limit to 5 | set my max loss to 500 | move my stop to breakeven | stop sma-cross
| don't move my btc stop to 83000 | should i move my btc stop to 83000 | i moved my btc stop to 83000
| what if i move my btc stop to 83000 | he told me to move my btc stop to 83000 | move my btc stop to 83000?
| "move my btc stop to 83000" | if btc hits 90000, move my btc stop to 83000
| mets un stop à 83000 sur mon btc | mets un stop sur btc à 83000 | mets le stop à 83000
| arrête ma stratégie btc | annule mon stop btc | ne déplace pas mon stop btc à 83000
| j'ai déplacé mon stop btc à 83000 | baisse mon levier btc à 3
"""


def _lines(table):
    return [line.strip() for line in table.replace("\n", " ").split("|") if line.strip()]


def _read(*turns):
    reading = INTERPRETER.read(list(turns), NOW)
    return reading.outcome, reading.about, [(c.name, dict(c.args)) for c in reading.commands]


@pytest.mark.parametrize("text", _lines(MOVED["en"]) + _lines(MOVED["fr"]))
def test_a_level_that_rests_is_moved_once_its_order_is_named(text):
    asked = ("clarify", ("order",), [("replace", {"price": "83000"})])

    named = ("command", (), [("replace", {"price": "83000", "order": "f0ac3c"})])
    assert _read(text) == asked
    assert _read(text, "f0ac3c") == named
    assert _read(text, "/orders", "show my orders", "f0ac3c") == named


@pytest.mark.parametrize("text", _lines(BY_SO_MUCH) + _lines(NOT_ONE_PRICE))
def test_what_is_not_one_new_price_is_asked_for_with_the_order(text):
    assert _read(text) == ("clarify", ("order", "price"), [("replace", {})])


@pytest.mark.parametrize(
    "text",
    ["move my stop f0ac3c to 83000", "change my btc stop f0ac3c to 83000",
     "remonte mon stop f0ac3c à 83000", "déplace mon objectif f0ac3c à 83000"],
)  # fmt: skip
def test_a_level_named_by_its_order_is_moved(text):
    assert _read(text)[2] == [("replace", {"order": "f0ac3c", "price": "83000"})]


def test_a_limit_beside_a_stop_is_no_quantity():
    assert _read("move my stop f0ac3c to 2000 limit 1990") == (
        "clarify",
        ("price",),
        [("replace", {"order": "f0ac3c"})],
    )


@pytest.mark.parametrize("text", _lines(NEVER_REPLACED))
def test_what_only_sounds_like_it_is_no_change_of_an_order(text):
    assert "replace" not in [name for name, _ in _read(text)[2]]


@pytest.mark.parametrize(
    "text",
    ["change the stop of sma-cross to 3%", "move the stop of my sma-cross strategy to 83000"],
)
def test_the_stop_in_a_strategy_does_not_stop_it(text):
    assert _read(text)[0] != "command"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("buy 1 eth at 2500 stop 2400", "move my btc stop to 83000"),
        ("buy 1 btc at 60000 stop 58000", "move my btc stop to 57000"),
        ("achète 1 btc à 60000 stop 58000", "mets mon stop btc à 57000"),
        ("buy 1 btc at 60000 stop 58000", "move the stop up to 59000"),
        ("buy 1 btc at 60000 stop 58000", "lower my stop by 500"),
        ("put a stop at 80000 on my btc", "move my btc stop to 83000"),
        ("cancel f0ac3c", "move my btc stop to 83000"),
        ("change order f0ac3c to 83000", "move my stop to 84000"),
        ("follow @bob with 500", "move my stop to 83000"),
        ("run sma-cross on btc", "move my stop to 83000"),
        ("buy 1 btc", "move my btc stop to 83000 and buy 1 eth"),
    ],
)
def test_a_level_that_rests_is_not_of_the_order_before(first, then):
    outcome, _, commands = _read(first, then)

    assert outcome == "clarify"
    assert commands[0][0] == "replace"
    assert "order" not in commands[0][1]


@pytest.mark.parametrize(
    ("first", "then", "changed"),
    [
        ("buy 1 btc at 60000 stop 58000", "move my stop to 57000", {"stop_loss": "57000"}),
        ("buy 1 btc at 60000 stop 58000", "déplace le stop à 57000", {"stop_loss": "57000"}),
        ("buy 1 btc at 60000 tp 70000", "lower my target to 69000", {"take_profit": "69000"}),
        ("buy 1 btc at 60000", "raise the limit to 61000", {"price": "61000"}),
        (
            "alert me when btc is above 90000",
            "move my target to 91000",
            {"formula": "price > 91000"},
        ),
        ("follow @bob with 500", "move my stop to 10%", {"max_drawdown": "10%"}),
    ],
)
def test_a_level_said_after_what_has_one_is_its_own(first, then, changed):
    (name, before) = _read(first)[2][0]

    assert _read(first, then) == ("command", (), [(name, {**before, **changed})])


@pytest.mark.parametrize("order", ["buy 1 eth", "sell 1 eth", "cancel my eth order"])
def test_an_order_beside_it_waits_for_the_same_answer(order):
    for text in (
        f"move my btc stop to 83000 and {order}",
        f"{order} and move my btc stop to 83000",
    ):
        outcome, about, commands = _read(text)

        assert outcome == "clarify"
        assert "order" in about
        assert ("replace", {"price": "83000"}) in commands
