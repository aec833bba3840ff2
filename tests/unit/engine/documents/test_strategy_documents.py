"""A strategy document reads, writes back to itself, and names its mistakes."""

import contextlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents import library_names, library_strategy, library_text, read_document
from engine.documents import write_document as write
from engine.documents.writing import tree_of
from engine.errors import StrategyInvalid

BASE = """
strategy: cross
timeframe: 1h
parameters:
  fast: {default: 10, range: [5, 50]}
  stop: {default: 2%, range: [1%, 5%]}
long:
  enter: crosses_above(sma(close, fast), sma(close, 30))
  exit: close < 1
size: 100% of equity
stop_loss: stop
"""


def changed(old: str, new: str) -> str:
    assert old in BASE
    return BASE.replace(old, new)


def test_the_library_holds_the_eight_strategies_of_the_contract():
    assert library_names() == (
        "bollinger-reversion",
        "buy-and-hold",
        "donchian-breakout",
        "gap-fill",
        "macd-trend",
        "opening-range",
        "rsi-reversion",
        "sma-cross",
    )


@pytest.mark.parametrize("name", library_names())
def test_a_library_document_reads_back_from_yaml_and_from_json(name):
    strategy = library_strategy(name)

    assert strategy.name == name
    assert read_document(write(strategy)) == strategy
    assert read_document(json.dumps(tree_of(strategy))) == strategy
    assert write(read_document(write(strategy))) == write(strategy)


def test_an_unknown_strategy_is_answered_with_those_there_are():
    with pytest.raises(StrategyInvalid, match="sma-cross"):
        library_text("../../etc/passwd")


def test_a_percent_parameter_makes_a_percent_stop():
    strategy = read_document(BASE)

    assert strategy.stop_loss is not None
    assert strategy.stop_loss.is_percent
    assert strategy.values({})["stop"] == 0.02


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (changed("long:", "lung:"), "unknown key 'lung'; did you mean long?"),
        (changed("  exit:", "  exlt:"), "long: unknown key 'exlt'; did you mean exit?"),
        (
            changed("sma(close, fast)", "smaa(close, fast)"),
            "long.enter: unknown_function",
        ),
        (changed("sma(close, fast)", "smaa(close, fast)"), "nearest 'sma'"),
        (changed("(close, fast)", "(close, fats)"), "nearest 'fast'"),
        (changed("exit: close < 1", "exit: close"), "long.exit: it is a number; compare it"),
        (changed("timeframe: 1h", "timeframe: 7h"), "timeframe: .*write one of 1m, 5m"),
        (changed("range: [5, 50]", "range: [11, 50]"), "parameters.fast: its default 10 lies"),
        (changed("fast:", "close:"), "no word of the language"),
        (changed("size: 100% of equity", "size: 200% of equity"), "size: a size is above 0%"),
        (changed("size: 100% of equity", "size: all of it"), "write 100% of equity, 0.5 units"),
        (changed("stop_loss: stop", "stop_loss: 100%"), "stop_loss: it is above 0 and below 100%"),
        (changed("stop_loss: stop", "stop_loss: close > 1"), "stop_loss: it is a condition"),
        (changed("strategy: cross", "version: 1"), "strategy: it is missing"),
        (changed("stop_loss: stop", "limits: {cooldown: soon}"), "limits.cooldown: 'soon'"),
        (changed("strategy: cross", "strategy: ../etc"), "strategy: .*small letters"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_way_out(text, said):
    with pytest.raises(StrategyInvalid, match=re.escape(said).replace(r"\.\*", ".*")):
        read_document(text)


def test_a_size_by_risk_needs_a_stop():
    text = changed("size: 100% of equity", "size: risk 1%").replace("stop_loss: stop\n", "")

    with pytest.raises(StrategyInvalid, match="needs a stop_loss"):
        read_document(text)


def test_a_document_without_a_side_is_refused():
    with pytest.raises(StrategyInvalid, match="nothing to enter"):
        read_document("strategy: none\ntimeframe: 1h\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1, 2]",
        "a: &a [*a]",
        "strategy: cross\nstrategy: twice\n",
        '{"strategy": "a", "strategy": "b"}',
        "a: " + "[" * 10_000 + "]" * 10_000,
        "{" * 30_000,
        '{"a":' * 9_000,
        "x" * 70_000,
        "a: [" + "1," * 10_000 + "]",
        "? [1, 2]\n: 3\n",
        "a: !!python/object/apply:os.system [id]",
        "a: \x00",
        "strategy: 'open",
        "<<: {strategy: cross}",
        "strategy: 2022-01-01",
        "long: {enter: " + "(" * 5_000 + "close > 1" + ")" * 5_000 + "}",
    ],
)
def test_what_is_no_document_is_refused_at_once(text):
    with pytest.raises(StrategyInvalid):
        read_document(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    for document in (text, changed("close < 1", text), changed("100% of equity", text)):
        with contextlib.suppress(StrategyInvalid):
            assert read_document(document)


def test_a_parameter_out_of_its_range_or_unknown_is_refused():
    strategy = read_document(BASE)

    with pytest.raises(StrategyInvalid, match="fast is 51, outside 5 to 50"):
        strategy.values({"fast": 51})
    with pytest.raises(StrategyInvalid, match=r"no parameter 'quick'.*fast, stop"):
        strategy.values({"quick": 10})
