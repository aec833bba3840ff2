"""A strategy said in words is read as rules, levels and sizes, and as a whole document."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.designs import Draft, Wish
from bot.errors import DesignUnclear
from bot.interpreter.designs.composing import composed
from bot.interpreter.designs.opposites import other_side, way_out
from bot.interpreter.phrases import PhraseInterpreter
from engine.documents import read_document
from engine.domain.identifiers import PersonId
from engine.formula import parse
from engine.formula.text import text_of
from engine.strategies import Strategy

READER = PhraseInterpreter()
TODAY = date(2026, 3, 2)
SAID = Path(__file__).parents[4] / "data" / "nlu"


def wish(words: str, base: str = "") -> Wish:
    return Wish(words, "en", "BTC/USDT", PersonId("ann"), "room", 1, base)


def drafted(words: str, base: str = "") -> Draft:
    return composed(READER.sketch(words, TODAY), wish(words, base))


def strategy(words: str, base: str = "") -> Strategy:
    return read_document(drafted(words, base).document)


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        (
            "long when the fast average crosses above the slow",
            {"long.enter": "crosses_above(sma(close, 10), sma(close, 30))"},
        ),
        (
            "achète quand la mm 10 croise à la hausse la mm 30, vends si elle croise à la baisse",
            {
                "long.enter": "crosses_above(sma(close, 10), sma(close, 30))",
                "long.exit": "crosses_below(sma(close, 10), sma(close, 30))",
            },
        ),
        (
            "buys when rsi is under 30 and sells above 70",
            {"long.enter": "rsi(close, 14) < 30", "long.exit": "rsi(close, 14) > 70"},
        ),
        (
            "short when rsi > 80, cover at 50",
            {"short.enter": "rsi(close, 14) > 80", "short.exit": "rsi(close, 14) < 50"},
        ),
        (
            "buy below the lower band, sell at the middle band",
            {
                "long.enter": "close < bb_lower(close, 20, 2)",
                "long.exit": "close > bb_mid(close, 20, 2)",
            },
        ),
        (
            "goes long above the 200 day average and short below it",
            {"long.enter": "close > sma(close, 200)", "short.enter": "close < sma(close, 200)"},
        ),
        (
            "achète les cassures du plus haut 20 jours",
            {"long.enter": "close > donchian_upper(20)[1]"},
        ),
        ("buy dips of 5%", {"long.enter": "change(1d) < -5%"}),
        ("achète les creux sous rsi 25", {"long.enter": "rsi(close, 14) < 25"}),
        ("shorte quand le macd devient négatif", {"short.enter": "macd(close, 12, 26, 9) < 0"}),
        (
            "buy when rsi < 30 or close above sma 50",
            {"long.enter": "rsi(close, 14) < 30 or close > sma(close, 50)"},
        ),
    ],
)
def test_rules_are_read_from_words(words: str, rules: dict[str, str]) -> None:
    sketch = READER.sketch(words, TODAY)

    assert sketch.rules == rules
    assert sketch.unread == []


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("stop 2%", {"stop_loss": "2%"}),
        ("with a 2.5 % stop loss", {"stop_loss": "2.5%"}),
        ("stop à 2 atr", {"stop_loss": "2 atr"}),
        ("stop at 61000", {"stop_loss": "61000"}),
        ("coupe les pertes à 3 %", {"stop_loss": "3%"}),
        ("stop suiveur 3%, objectif 8%", {"trailing_stop": "3%", "take_profit": "8%"}),
        ("exits on a 2% trailing stop", {"trailing_stop": "2%"}),
        ("sells after 5% gain", {"take_profit": "5%"}),
        ("vend à +10%", {"take_profit": "10%"}),
        ("risk 1%, stop 2%", {"stop_loss": "2%", "size": "risk 1%"}),
        ("avec 50 % du capital", {"size": "50% of equity"}),
        ("with 500 usdt", {"size": "500 quote"}),
        ("on 4h", {"timeframe": "4h"}),
        ("en 15m", {"timeframe": "15m"}),
        ("daily bars", {"timeframe": "1d"}),
        ("wait 5 bars after an exit", {"cooldown": "5"}),
    ],
)
def test_levels_sizes_and_bars_are_read_from_words(words: str, parts: dict[str, str]) -> None:
    sketch = READER.sketch(words, TODAY)

    assert sketch.parts == parts
    assert sketch.rules == {}


def test_words_that_mean_nothing_are_told_and_not_guessed_at() -> None:
    assert READER.sketch("buy when the moon is full", TODAY).unread == ["moon"]
    with pytest.raises(DesignUnclear) as unclear:
        drafted("buy when the moon is full")
    assert unclear.value.reason == "nothing"


def test_a_target_alone_is_no_strategy() -> None:
    with pytest.raises(DesignUnclear) as unclear:
        drafted("vend après 5% de gain")
    assert unclear.value.reason == "no_entry"


def descriptions() -> list[str]:
    """Every description among the utterances that the interpreter is measured by."""
    found = []
    for file in ("sample", "own"):
        for line in (SAID / f"{file}.jsonl").read_text("utf-8").splitlines():
            commands = json.loads(line).get("expect", {}).get("commands", [])
            found += [c["args"]["description"] for c in commands if "description" in c["args"]]
    return found


@pytest.mark.parametrize("words", descriptions())
def test_what_people_ask_for_becomes_a_document_that_stands(words: str) -> None:
    draft = drafted(words)

    assert read_document(draft.document).about == words
    assert draft.unread == ()


def test_numbers_are_parameters_with_a_range_to_search() -> None:
    cross = strategy("long when sma 20 crosses above sma 50")
    assert {p.name: (p.lowest, p.default, p.highest) for p in cross.parameters} == {
        "fast": (6, 20, 31),
        "slow": (32, 50, 150),
    }
    turn = strategy("buys when rsi is under 30 and sells above 70")
    assert turn.values({}) == {"lower": 30, "upper": 70}


def test_what_nobody_said_is_assumed_and_named() -> None:
    assert drafted("long when sma 20 crosses above sma 50").assumed == (
        *("exit", "symbol", "timeframe"),
    )
    assert drafted("long eth when sma 20 crosses above sma 50, 4h, target 5%").assumed == ()


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("stop 3%", "stop_loss"),
        ("4h", "timeframe"),
        ("on ETH", "symbols"),
        ("target 2 atr", "take_profit"),
        ("with 10% of equity", "size"),
        ("both ways", "short"),
        ("fast=12", "parameters"),
        ("exit when rsi above 60", "long"),
    ],
)
def test_a_change_changes_what_it_says_and_nothing_else(words: str, changed: str) -> None:
    base = drafted("long when the fast average crosses above the slow; stop 2%").document
    before, after = read_document(base), strategy(words, base)

    fields = ("timeframe", "symbols", "parameters", "long", "short", "size")
    levels = ("stop_loss", "take_profit", "trailing_stop", "limits", "name", "about")
    differ = {f for f in (*fields, *levels) if getattr(before, f) != getattr(after, f)}
    assert differ == {changed}


def test_a_distance_lies_on_the_side_that_each_position_has() -> None:
    base = drafted("rsi under 30, stop 2 atr").document
    long, both = read_document(base), strategy("both ways", base)

    assert long.stop_loss is not None
    assert long.stop_loss.text == "entry_price - 2 * atr(14)"
    assert both.stop_loss is not None
    assert both.stop_loss.text == (
        "entry_price - 2 * atr(14) if position > 0 else entry_price + 2 * atr(14)"
    )


def test_a_number_that_is_not_there_is_refused_with_those_that_are() -> None:
    base = drafted("rsi under 30").document
    with pytest.raises(DesignUnclear) as unclear:
        drafted("fast=12", base)
    assert unclear.value.facts == {"word": "fast", "names": "lower, upper"}


@pytest.mark.parametrize(
    ("condition", "mirrored", "left_by"),
    [
        ("crosses_above(sma(close, 5), sma(close, 9))",)
        + ("crosses_below(sma(close, 5), sma(close, 9))",) * 2,
        ("rsi(close, 14) < 30", "rsi(close, 14) > 70", "rsi(close, 14) > 70"),
        (
            "crosses_above(cci(20), -100)",
            "crosses_below(cci(20), 100)",
            "crosses_below(cci(20), 100)",
        ),
        ("willr(14) < -80", "willr(14) > -20", "willr(14) > -20"),
        (
            "close < bb_lower(close, 20, 2)",
            "close > bb_upper(close, 20, 2)",
            "close > bb_mid(close, 20, 2)",
        ),
        ("close > donchian_upper(20)[1]",) + ("close < donchian_lower(20)[1]",) * 2,
        ("macd_hist(close, 12, 26, 9) > 0",) + ("macd_hist(close, 12, 26, 9) < 0",) * 2,
        ("change(1d) < -5%", "change(1d) > 5%", None),
        ("close > 70000", None, None),
        ("hour > 9", None, None),
    ],
)
def test_a_condition_has_a_mirror_image_and_a_way_out(
    condition: str, mirrored: str | None, left_by: str | None
) -> None:
    root = parse(condition).root
    image, out = other_side(root), way_out(root)

    assert (image and text_of(image)) == mirrored
    assert (out and text_of(out)) == left_by
    if image is not None:
        assert other_side(image) == root


def test_a_long_text_is_not_read_at_all() -> None:
    assert READER.sketch("long when rsi < 30 " * 10_000, TODAY).is_empty


@pytest.mark.parametrize("word", ["1", "a ", "at most ", "1 ", "sell ", "20 day ", "stop a ", "- "])
@pytest.mark.timeout(20)
def test_a_text_made_to_be_slow_is_read_like_any_other(word: str) -> None:
    for _ in range(5):
        READER.sketch(f"stop {word * 790}"[:800], TODAY)
