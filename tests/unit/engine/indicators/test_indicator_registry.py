"""The registry says of every indicator what is true of it."""

import numpy as np
import pytest

from engine.domain.candles import Candles
from engine.indicators import TABLE, Kind, Needs

EXAMPLES = {
    "n": 14, "fast": 12, "slow": 26, "signal": 9, "smooth": 3, "d": 4, "k": 2.0, "p": 90.0,
    "step": 0.02, "max": 0.2, "multiple": 3.0, "duration": 1_800,
}  # fmt: skip


def constants(indicator):
    return [EXAMPLES[parameter.name] for parameter in indicator.parameters if parameter.constant]


def compute(indicator, bars):
    lead = {Needs.ARGUMENTS: (), Needs.CANDLES: (bars,), Needs.CLOCK: (bars, 60)}
    arguments = []
    for parameter in indicator.parameters:
        if parameter.constant:
            arguments.append(EXAMPLES[parameter.name])
        elif parameter.kind is Kind.CONDITION:
            arguments.append((bars.close > bars.open).astype(float))
        else:
            arguments.append(bars.open if parameter.name == "b" else bars.close)
    return indicator.function(*lead[indicator.needs], *arguments)


def name_of(indicator):
    return indicator.signature


def shape_of(indicator):
    return (indicator.name, len(indicator.parameters))


def test_no_word_has_two_forms_of_the_same_length():
    assert len({shape_of(indicator) for indicator in TABLE}) == len(TABLE)


@pytest.mark.parametrize("indicator", TABLE, ids=name_of)
def test_every_word_says_its_formula_and_its_source(indicator):
    assert indicator.about
    assert indicator.family in ("series", "session") or "Source:" in indicator.about


@pytest.mark.parametrize("indicator", TABLE, ids=name_of)
def test_a_word_is_known_right_after_its_warmup(indicator, bars):
    if indicator.name in ("bars_since", "value_when") or "opening_range" in indicator.name:
        pytest.skip("waits for the condition, or for the end of each day's range")
    warmup = int(indicator.warmup(60, *constants(indicator)))

    values = compute(indicator, bars)

    assert np.isfinite(values[warmup:]).all()


@pytest.mark.parametrize("indicator", TABLE, ids=name_of)
def test_a_warmup_is_exact_where_no_clock_decides(indicator, bars):
    warmup = int(indicator.warmup(60, *constants(indicator)))
    if indicator.family in ("session", "events") or indicator.name == "vwap":
        pytest.skip("may be known sooner")

    assert np.isnan(compute(indicator, bars)[:warmup]).all()


@pytest.mark.parametrize("indicator", TABLE, ids=name_of)
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_short_histories_are_answered_in_full_length(indicator, count, bars):
    assert len(compute(indicator, bars[:count])) == count


@pytest.mark.parametrize("indicator", TABLE, ids=name_of)
def test_candles_with_unknown_prices_break_nothing(indicator, bars):
    columns = [column.copy() for column in bars[:400].columns()]
    for column in columns[1:]:
        column[50:60] = np.nan

    assert len(compute(indicator, Candles(*columns))) == 400


@pytest.mark.parametrize("indicator", TABLE, ids=name_of)
def test_a_value_known_at_a_close_never_changes_afterwards(indicator, bars):
    whole = compute(indicator, bars)

    for end in (1, 2, 59, 60, 61, 90, 500, 777, 1_499, 1_500):
        np.testing.assert_allclose(
            compute(indicator, bars[:end]), whole[:end], rtol=1e-9, atol=1e-9
        )
