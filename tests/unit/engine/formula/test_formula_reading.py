"""What a formula may say, and how it is said back."""

from decimal import Decimal

import pytest

from engine.domain.timeframe import Timeframe
from engine.errors import FormulaInvalid
from engine.formula import ChangeBound, Kind, PriceBound, parse
from engine.formula.syntax import Number
from engine.formula.vocabulary import FUNCTIONS
from engine.indicators import TABLE

CANONICAL = {
    "rsi(close,14)<30": "rsi(close, 14) < 30",
    " ( RSI( Close , 14 ) )  ": "rsi(close, 14)",
    "60k + 1_000 * 5% - .5": "60000 + 1000 * 5% - 0.5",
    "1.50": "1.5",
    "a + (b + c)": "a + (b + c)",
    "(a + b) + c": "a + b + c",
    "(a * b) - c": "a * b - c",
    "-(a + b)": "-(a + b)",
    "(-a)[1]": "(-a)[1]",
    "-(a[1])": "-a[1]",
    "not (a > b)": "not a > b",
    "not (a > b and b > c)": "not (a > b and b > c)",
    "(a > b or b > c) and c > a": "(a > b or b > c) and c > a",
    "a > b or (b > c and c > a)": "a > b or b > c and c > a",
    "a if a > b else (b if b > c else c)": "a if a > b else b if b > c else c",
    "(a if a > b else b) if b > c else c": "(a if a > b else b) if b > c else c",
    "price ≥ 5 AND price ≠ 7": "price >= 5 and price != 7",
    "HOUR() > 3 and change(1D) > 0": "hour > 3 and change(1d) > 0",
    "vwap() > on(4h, close)": "vwap() > on(4h, close)",
    "change(close, a) > 0": "change(close, a) > 0",
    "close[a * 2]": "close[a * 2]",
}


@pytest.mark.parametrize("text", CANONICAL)
def test_a_formula_is_said_back_in_one_way(text):
    formula = parse(text, parameters=("a", "b", "c"))

    assert formula.text == CANONICAL[text]
    again = parse(formula.text, parameters=("a", "b", "c"))
    assert again == formula
    assert again.root == formula.root


MISTAKES = {
    "close > 2 and smaa(close, 3) > 1": (15, "unknown_function", "smaa", "sma"),
    "colse > 3": (1, "unknown_name", "colse", "close"),
    "rsi(close, 14) and 3": (1, "wants_condition", "and", "rsi(close, 14)"),
    "close > 1 and 3": (15, "wants_condition", "and", "3"),
    "(close > 1) + 3": (2, "wants_number", "+", "close > 1"),
    "not close": (5, "wants_condition", "not", "close"),
    "sma(close)": (1, "argument_count", "sma", "1", "sma(x, n)"),
    "sma(close > 1, 3)": (5, "wants_number", "sma: x", "close > 1"),
    "bars_since(close)": (12, "wants_condition", "bars_since: c", "close"),
    "sma(close, 0)": (12, "whole_range", "sma: n", "0", "1", "10000"),
    "sma(close, 2.5)": (12, "whole_range", "sma: n", "2.5", "1", "10000"),
    "sma(close, close)": (12, "not_fixed", "sma: n", "close"),
    "sma(close, 1 / 0)": (12, "whole_range", "sma: n", "1 / 0", "1", "10000"),
    "sma": (1, "lacks_arguments", "sma", "sma(x, n)"),
    "close(3)": (1, "no_function", "close"),
    "close[-1]": (7, "whole_range", "[n]: bars", "-1", "0", "10000"),
    "1 < close < 3": (11, "chained_comparison"),
    "close = 3": (7, "sign.equals", "="),
    "close && 3": (7, "sign.and", "&"),
    "5x > 3": (1, "not_a_number", "5x"),
    "on(3h, close)": (4, "timeframe", "3h", "1m, 5m, 15m, 30m, 1h, 2h, 4h, 1d, 1w"),
    "on(1d, on(1w, close))": (8, "nested_on"),
    "change(close)": (8, "no_duration", "close", "change(x, n) | change(duration)"),
    "change(0d)": (8, "zero_duration", "0d"),
    "1d > 3": (1, "stray_duration", "1d"),
    "percentile(close, 9, 90%)": (22, "without_percent", "percentile: p"),
    "(close": (7, "ends_before.word", ")"),
    "close close": (7, "instead_of.operator", "close"),
    "sma(close,)": (11, "instead_of.value", ")"),
    "close > else": (9, "instead_of.value", "else"),
    "close if close > 1": (19, "ends_before.word", "else"),
    "close if close > 1 else close > 2": (25, "wants_number", "else", "close > 2"),
    "entry_price * 2": (1, "only_in_strategy", "entry_price"),
    "": (1, "empty"),
    "close\x00": (6, "sign.other", "\\x00"),
    "ｃlose": (1, "sign.other", "ｃ"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_answered_with_its_column_and_the_way_out(text):
    column, kind, *facts = MISTAKES[text]

    with pytest.raises(FormulaInvalid) as refused:
        parse(text)

    assert (refused.value.column, refused.value.kind) == (column, kind)
    said = {name: fact for name, fact in refused.value.facts.items() if fact}
    assert list(said.values()) == [str(column), *facts]


HOSTILE = {
    "a long text": "1+" * 50_000 + "1",
    "deep brackets": "(" * 10_000 + "1" + ")" * 10_000,
    "brackets within the length": "(" * 900 + "1" + ")" * 900,
    "deep minus": "-" * 1_900 + "1",
    "deep not": "not " * 400 + "close > 1",
    "deep calls": "sma(" * 400 + "close" + ", 2)" * 100,
    "deep choices": "1 if 1 > 0 else " * 100 + "1",
    "deep shifts": "close" + "[1]" * 600,
    "a long chain": "+".join("1" * 240),
    "many parts": "+".join("1" * 600),
    "a wide call": "sma(" + ",".join("1" * 900) + ")",
    "a long name": "a" * 1_999,
    "a long number": "9" * 1_999,
    "a long duration": "change(" + "9" * 1_900 + "d)",
    "host code": "__import__('os').system('true')",
    "an attribute": "close.__class__",
    "a lambda": "(lambda: 1)()",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_is_refused_at_once(kind):
    with pytest.raises(FormulaInvalid) as refused:
        parse(HOSTILE[kind])

    assert len(str(refused.value)) < 300


def test_what_is_within_the_bounds_is_read():
    assert parse("(" * 49 + "close" + ")" * 49).text == "close"
    assert parse(" and ".join(["close > 1"] * 90)).kind is Kind.CONDITION


def test_a_number_keeps_every_digit():
    root = parse("0.1234567890123456789012").root

    assert root == Number(Decimal("0.1234567890123456789012"))
    assert parse("2.5%").root == Number(Decimal("0.025"), percent=True)


def test_a_parameter_may_not_bear_a_name_of_the_language():
    with pytest.raises(FormulaInvalid, match="reserved at column 1, word 'close'"):
        parse("close > 1", parameters=("close",))


def test_positions_are_known_in_a_strategy_but_not_inside_another_timeframe():
    assert parse("entry_price - 2 * atr(14)", in_strategy=True).kind is Kind.NUMBER
    with pytest.raises(FormulaInvalid, match="holding_inside_on at column 8"):
        parse("on(1d, position)", in_strategy=True)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("price > 70000", PriceBound(above=True, level=Decimal(70000), inclusive=False)),
        ("70000 <= price", PriceBound(above=True, level=Decimal(70000), inclusive=True)),
        ("price < 60k * 1.5", PriceBound(above=False, level=Decimal(90000), inclusive=False)),
        ("-price < -0.1", PriceBound(above=True, level=Decimal("0.1"), inclusive=False)),
        ("not price > 5", PriceBound(above=False, level=Decimal(5), inclusive=True)),
        ("price == 5", None),
        ("close > 5", None),
        ("price > price", None),
        ("price > 1 / 0", None),
        ("price > 5 and price < 9", None),
        ("price", None),
    ],
)
def test_a_bare_price_level_is_known_as_one(text, bound):
    assert parse(text).bounds() == bound


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (
            "change(1d) < -5%",
            ChangeBound("1d", above=False, ratio=Decimal("-0.05"), inclusive=False),
        ),
        ("3% <= change(4h)", ChangeBound("4h", above=True, ratio=Decimal("0.03"), inclusive=True)),
        ("change(close, 3) > 5%", None),
        ("price > 5", None),
    ],
)
def test_a_bare_change_is_known_as_one(text, bound):
    formula = parse(text)

    assert formula.change_bound() == bound
    assert bound is None or formula.bounds() is None


@pytest.mark.parametrize(
    ("text", "on_ticks"),
    [
        ("price > 5 and change(1d) < -5%", True),
        ("crosses_above(price, 70k)", True),
        ("-price / 2 < 3 or not change(15m) > 1%", True),
        ("close > 5", False),
        ("price > sma(price, 20)", False),
        ("price > price[1]", False),
        ("change(price, 3) > 1%", False),
        ("price > 5 and hour > 3", False),
        ("on(1d, price) > 5", False),
        ("1 > 0", False),
    ],
)
def test_only_price_and_change_are_judged_on_ticks(text, on_ticks):
    assert parse(text).judged_on_ticks is on_ticks


@pytest.mark.parametrize(
    ("text", "warmup"),
    [
        ("close", 0),
        ("sma(close, 14)", 13),
        ("sma(rsi(close, 14), 5)[3] > close[20]", 21),
        ("change(1d)", 1_440),
        ("crosses_above(sma(close, 10), sma(close, 30))", 30),
    ],
)
def test_a_formula_says_how_much_history_it_needs(text, warmup):
    assert parse(text).warmup == warmup


def test_the_history_needed_depends_on_the_timeframe_and_the_parameters():
    formula = parse("sma(close, slow) > change(1d)", parameters=("slow",))

    assert formula.warmup_at(Timeframe.H1, {"slow": 10}) == 24
    assert formula.warmup_at(Timeframe.H1, {"slow": 50}) == 49


def test_a_formula_names_its_other_timeframes():
    formula = parse("on(1d, close) > on(1w, close)")

    assert formula.timeframes == {Timeframe.D1, Timeframe.W1}


def test_every_word_of_the_registry_can_be_written():
    texts = {"x": "close", "a": "close", "b": "open", "c": "close > open", "duration": "30m"}
    for indicator in TABLE:
        arguments = ", ".join(texts.get(p.name, "5") for p in indicator.parameters)
        text = indicator.name if indicator.bare else f"{indicator.name}({arguments})"
        assert parse(text).text == text
        assert parse(text).kind is indicator.result
    assert "on" in FUNCTIONS
