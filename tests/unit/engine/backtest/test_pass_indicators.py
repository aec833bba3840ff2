"""The pass's own indicators equal the formula language's, to the last bit."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from engine.backtest.passes.indicators import (
    divided,
    extreme,
    moving_average,
    relative_strength,
)
from engine.indicators import averages, oscillators, windows
from engine.indicators.registry import LONGEST


def in_blocks(function, x, n, block, memory):
    out, kept = np.empty(block + 1), np.zeros(memory)
    columns = []
    for start in range(0, len(x), block):
        count = min(block, len(x) - start)
        function(out, x, start, count, n, kept, 0)
        columns.append(out[1 : count + 1].copy())
    return np.concatenate(columns)


prices = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=80).map(np.array)


@effort(deadline=None)
@given(prices, st.integers(1, 90), st.integers(1, 100))
def test_the_moving_average_is_that_of_the_language(x, n, block):
    found = in_blocks(moving_average, x, n, block, 2 * n + 3)

    assert np.array_equal(found, averages.sma(x, n), equal_nan=True)


@effort(deadline=None)
@given(st.floats(-1e300, 1e300).filter(lambda x: not 0 < abs(x) < 1e-290), st.integers(1, LONGEST))
def test_a_division_by_a_whole_number_is_that_of_ieee(x, n):
    assert divided(x, float(n), 1.0 / n) == x / n


def test_so_it_is_where_quotients_lie_next_to_where_rounding_turns():
    turns = np.array([1.0, 1.5, 2.0 - 2.0**-52, 1.0 + 2.0**-52])
    for n in (*range(1, 2000), LONGEST - 1, LONGEST):
        for x in np.concatenate(
            (turns * n, np.nextafter(turns * n, 9e9), np.nextafter(turns * n, 0))
        ):
            assert divided(x, float(n), 1.0 / n) == x / n


@effort(deadline=None)
@given(prices, st.integers(1, 90), st.integers(1, 100))
def test_the_extremes_are_those_of_the_language(x, n, block):
    for sign, known in ((1.0, windows.highest), (-1.0, windows.lowest)):
        found = in_blocks(partial(extreme, sign=sign), x, n, block, n + 2)

        assert np.array_equal(found, known(x, n), equal_nan=True)


def test_a_seed_whose_third_cannot_be_written_exactly_is_that_of_talib():
    x = np.array([1.0, 1.0, 6.0, 2.0])

    assert np.array_equal(
        in_blocks(relative_strength, x, 3, 1, 2), oscillators.rsi(x, 3), equal_nan=True
    )


@effort(deadline=None)
@given(prices, st.integers(2, 90), st.integers(1, 100))
def test_the_relative_strength_is_that_of_talib(x, n, block):
    found = in_blocks(relative_strength, x, n, block, 2)

    assert np.array_equal(found, oscillators.rsi(x, n), equal_nan=True)


@pytest.mark.parametrize("n", [2, 14, 200])
def test_nothing_moved_is_a_strength_of_nothing(n):
    flat = np.full(500, 7.25)

    assert np.array_equal(
        in_blocks(relative_strength, flat, n, 64, 2), oscillators.rsi(flat, n), equal_nan=True
    )
