from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bars import openings, resample
from engine.domain.candles import Candle, Candles
from engine.domain.timeframe import Timeframe

MINUTE = Timeframe.M1
MONDAY = 1_641_168_000  # 2022-01-03


def minutes(
    count: int, start: int = MONDAY, seed: int = 0, holes: frozenset[int] = frozenset()
) -> Candles:
    rng = np.random.default_rng(seed)
    ends = 100 + np.cumsum(rng.integers(-3, 4, count + 1)) / 4
    begin, close = ends[:-1], ends[1:]
    reach = rng.integers(0, 5, (2, count)) / 4
    kept = np.array([i not in holes for i in range(count)], bool)
    columns = (
        start + 60 * np.arange(count),
        begin,
        np.maximum(begin, close) + reach[0],
        np.minimum(begin, close) - reach[1],
        close,
        rng.integers(1, 100, count).astype(float),
    )
    return Candles(*(column[kept] for column in columns))


def same(left: Candles, right: Candles) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(left.columns(), right.columns(), strict=True))


def test_five_minutes_make_one_bar() -> None:
    bars = [Candle(MONDAY + 60 * i, 10 + i, 20 + i, 5 - i, 11 + i, 1) for i in range(5)]

    assert resample(Candles.of(bars), Timeframe.M5).row(0) == Candle(MONDAY, 10, 24, 1, 15, 5)


def test_no_bars_make_no_bars() -> None:
    assert len(resample(Candles.empty(), Timeframe.H1)) == 0


def test_weeks_open_on_monday() -> None:
    sunday, monday = MONDAY - 86_400, MONDAY
    bars = Candles.of([Candle(sunday, 1, 1, 1, 1, 1), Candle(monday, 2, 2, 2, 2, 1)])

    assert resample(bars, Timeframe.W1).time.tolist() == [MONDAY - 7 * 86_400, MONDAY]


def test_an_unfinished_last_bar_is_kept_or_dropped() -> None:
    bars = minutes(7)

    assert len(resample(bars, Timeframe.M5)) == 2
    assert len(resample(bars, Timeframe.M5, closed_by=MONDAY + 7 * 60)) == 1
    assert len(resample(bars, Timeframe.M5, closed_by=MONDAY + 10 * 60)) == 2


@given(st.integers(-(10**10), 10**10), st.sampled_from(Timeframe))
def test_openings_are_those_of_the_timeframe(moment: int, timeframe: Timeframe) -> None:
    assert int(openings(np.array([moment]), timeframe)[0]) == timeframe.open_of(moment)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 400),
    st.integers(0, 3_000),
    st.frozensets(st.integers(0, 399), max_size=60),
    st.integers(0, 9),
)
def test_it_does_not_matter_by_which_steps_bars_are_made(
    count: int, offset: int, holes: frozenset[int], seed: int
) -> None:
    bars = minutes(count, MONDAY + 60 * offset, seed, holes)

    stepwise = resample(resample(bars, Timeframe.M5), Timeframe.H1)

    assert same(stepwise, resample(bars, Timeframe.H1))
