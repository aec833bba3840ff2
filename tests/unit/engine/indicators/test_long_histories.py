"""What is computed piece by piece over a long history is what it is over all of it at once."""

import numpy as np
import pytest

from engine.domain.candles import Candles
from engine.indicators import rolling, session

BARS = 600_000


def history() -> Candles:
    """Two-minute bars of sessions that open at odd times, some bars missing."""
    chance = np.random.default_rng(4)
    close = 100 + np.cumsum(chance.normal(0, 0.1, BARS))
    kept = chance.random(BARS) < 0.97
    time = 1_600_000_000 + 120 * np.arange(BARS)
    kept &= (time % 86_400) > 30_000
    columns = time, close - 0.05, close + 0.2, close - 0.2, close, chance.random(BARS)
    return Candles(*(column[kept] for column in columns))


@pytest.mark.parametrize("n", [2, 7, 1_000])
def test_windows(n):
    x = history().close

    for whole, found in (
        (rolling._sum, rolling.window_sum),
        (rolling._variance, rolling.window_variance),
    ):
        assert np.array_equal(found(x, n), whole(x, n), equal_nan=True)


@pytest.mark.parametrize(
    "function", [session.session_open, session.session_high, session.vwap, session.gap]
)
def test_sessions(function):
    candles = history()

    assert np.array_equal(function(candles), function.__wrapped__(candles), equal_nan=True)


def test_opening_ranges():
    candles, function = history(), session.opening_range_low
    asked = candles, 120, 1_800

    assert np.array_equal(function(*asked), function.__wrapped__(*asked), equal_nan=True)
