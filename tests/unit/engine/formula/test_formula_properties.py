"""What holds of every formula: it is said back as it was read, and it never looks ahead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.timeframe import Timeframe
from engine.errors import FormulaInvalid
from engine.formula import Kind, evaluate, latest, parse
from engine.indicators import TABLE

EXAMPLES = {
    "n": "7", "fast": "5", "slow": "9", "signal": "4", "smooth": "3", "d": "2", "k": "1.5",
    "p": "80", "step": "0.02", "max": "0.2", "multiple": "2", "duration": "30m",
}  # fmt: skip


@st.composite
def bracketed(draw, inner):
    text = draw(inner)
    return f"({text})" if draw(st.booleans()) else text


@st.composite
def calls(draw, result, numbers, conditions):
    forms = [form for form in TABLE if form.result is result and not form.bare]
    form = draw(st.sampled_from(forms))
    texts = []
    for parameter in form.parameters:
        if parameter.constant:
            texts.append(EXAMPLES[parameter.name])
        else:
            texts.append(draw(conditions if parameter.kind is Kind.CONDITION else numbers))
    return f"{form.name}({','.join(texts)})"


BARE = st.sampled_from([form.name for form in TABLE if form.bare])
LITERALS = st.one_of(
    st.decimals(0, 10**9, places=6).map(str),
    st.integers(0, 99).map(lambda n: f"{n}%"),
    st.integers(0, 99).map(lambda n: f"{n}k"),
)
COMPARISONS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


def grown(depth):
    """Texts of numbers and of conditions, at most so deep; every operand may be bracketed."""
    if depth == 0:
        leaves = st.one_of(BARE, LITERALS)
        return leaves, st.builds("({}{}{})".format, leaves, COMPARISONS, leaves)
    smaller, choices = grown(depth - 1)
    n, c = smaller.map("({})".format), choices.map("({})".format)
    numbers = st.one_of(
        smaller,
        bracketed(st.builds("{}{}{}".format, n, st.sampled_from("+-*/"), n)),
        st.builds("{} {} {} {} {}".format, n, st.sampled_from("+-*/"), n, st.sampled_from("+-"), n),
        n.map("-{}".format),
        st.builds("{}[{}]".format, n, st.integers(0, 5)),
        st.builds("{} if {} else {}".format, n, c, n),
        calls(Kind.NUMBER, smaller, choices),
        st.builds("on({}, {})".format, st.sampled_from(["5m", "1h"]), LITERALS),
    )
    conditions = st.one_of(
        choices,
        st.builds("{} {} {}".format, n, COMPARISONS, n),
        bracketed(st.builds("{} {} {}".format, c, st.sampled_from(["and", "or"]), c)),
        c.map("not {}".format),
        st.builds("{} if {} else {}".format, c, c, c),
        calls(Kind.CONDITION, smaller, choices),
    )
    return numbers, conditions


FORMULAS = st.one_of(*grown(3))


@settings(max_examples=120, deadline=None)
@given(FORMULAS)
def test_a_formula_said_back_is_the_same_formula(text):
    formula = parse(text)

    again = parse(formula.text)

    assert again.root == formula.root
    assert again == formula


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="closeprice0123456789.%kdhm<>=!+-*/()[], andorifnt_", max_size=60))
def test_any_text_is_a_formula_or_is_refused_with_a_column_of_its_own(text):
    answer = answered(text)

    if isinstance(answer, FormulaInvalid):
        assert 1 <= answer.column <= len(text) + 1
        assert f"at column {answer.column}" in str(answer)
    else:
        assert parse(answer.text) == answer


def answered(text):
    try:
        return parse(text)
    except FormulaInvalid as refused:
        return refused


@settings(max_examples=60, deadline=None)
@given(FORMULAS, st.integers(1, 400), st.integers(0, 700))
def test_a_value_known_at_a_close_does_not_change_with_what_follows(bars, text, count, start):
    formula, history = parse(text), bars[start : start + 420]

    whole = evaluate(formula, history, timeframe=Timeframe.M1)
    cut = evaluate(formula, history[:count], timeframe=Timeframe.M1)

    np.testing.assert_allclose(cut, whole[:count], rtol=1e-9, atol=1e-9)


def written(form):
    texts = {"x": "close", "a": "close", "b": "hl2", "c": "close > open", **EXAMPLES}
    arguments = ", ".join(texts[parameter.name] for parameter in form.parameters)
    return form.name if form.bare else f"{form.name}({arguments})"


@pytest.mark.parametrize("text", [*map(written, TABLE), "on(15m, sma(close, 3))", "close[4]"])
def test_the_latest_value_is_the_last_of_all_values(text, bars):
    formula = parse(text)
    for end in (1, 10, 100, 1_000, 1_700, 2_100):
        whole = evaluate(formula, bars[:end], timeframe=Timeframe.M1)
        last = latest(formula, bars[:end], timeframe=Timeframe.M1)
        np.testing.assert_allclose(last, whole[-1], rtol=1e-9, atol=1e-9)
