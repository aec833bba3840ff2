"""Round values, round moments, and how they are written."""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.presenters.pictures import frame, typography
from bot.presenters.pictures.calendar import ticks, zone_name
from bot.presenters.pictures.png import png
from bot.presenters.pictures.scales import Scale, round_values, span
from bot.presenters.pictures.spec import Language

MARCH = int(datetime(2024, 3, 1, tzinfo=UTC).timestamp())


@given(st.floats(-1e15, 1e15), st.floats(1e-6, 1e9), st.integers(2, 12))
def test_round_values_lie_in_the_range_and_are_few(low: float, width: float, most: int) -> None:
    high = low + width
    if high - low <= 1e-9 * abs(low):
        return
    values, step = round_values(low, high, most)
    assert len(values) <= most + 1
    assert all(low - step * 1e-6 <= value <= high + step * 1e-6 for value in values)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32)))
def test_a_span_is_never_empty(values: list[float]) -> None:
    low, high = span(np.array(values, np.float64), pad=0.05)
    assert low < high
    assert math.isfinite(low)


def test_values_map_to_rows_from_the_bottom_up() -> None:
    scale = Scale(0.0, 10.0, 100.0, 300.0)
    assert scale.at(0.0) == 300.0
    assert scale.at(10.0) == 100.0
    assert scale.near(99.0) == 100.0
    assert np.isnan(scale.rows(np.array([np.inf]))).all()


@given(st.lists(st.floats(0, 500), max_size=10))
def test_tags_are_moved_until_none_covers_another(rows: list[float]) -> None:
    placed = sorted(frame.apart(rows, 38, 0, 500))
    assert all(b - a > 37.99 for a, b in pairwise(placed))


def labels(start: int, step: int, count: int, zone: str, language: Language = "en") -> list[str]:
    times = start + step * np.arange(count, dtype=np.int64)
    return [tick.label for tick in ticks(times, zone, language, 7)]


def test_hours_are_labelled_at_round_moments_of_the_persons_own_zone() -> None:
    assert labels(MARCH, 3_600, 30, "UTC") == [
        *("04:00", "08:00", "12:00", "16:00", "20:00", "2 Mar", "04:00")
    ]
    assert labels(MARCH, 3_600, 30, "Asia/Kolkata")[:2] == ["08:30", "12:30"]
    assert labels(MARCH, 3_600, 30, "Europe/Paris", "fr")[-2] == "2 mars"


def test_days_months_and_years_follow_as_time_widens() -> None:
    assert labels(MARCH, 86_400, 20, "UTC") == ["4 Mar", "11 Mar", "18 Mar"]
    assert labels(MARCH, 86_400, 150, "UTC") == ["Apr", "May", "Jun", "Jul"]
    assert labels(MARCH, 7 * 86_400, 520, "UTC")[0] == "2026"


def test_the_clock_going_forward_moves_the_labels_with_it() -> None:
    night = int(datetime(2024, 3, 30, 20, tzinfo=UTC).timestamp())
    found = ticks(night + 3_600 * np.arange(24, dtype=np.int64), "Europe/Paris", "fr", 7)
    noon = next(tick for tick in found if tick.label == "12:00")
    assert night + 3_600 * noon.index == int(datetime(2024, 3, 31, 10, tzinfo=UTC).timestamp())


def test_a_zone_is_called_what_people_call_it() -> None:
    assert zone_name(MARCH, "Europe/Paris") == "CET"
    assert zone_name(MARCH, "America/Sao_Paulo") == "UTC-03"


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (43_210.5, "43,210.50", "43\u202f210,50"),
        (43_000.0, "43,000", "43\u202f000"),
        (1.0845, "1.0845", "1,0845"),
        (0.0000000123, "0.0000000123", "0,0000000123"),
        (1_234_567_890.0, "1.2346B", "1,2346\u202fMd"),
        (0.0, "0", "0"),
        (-12.5, "−12.50", "−12,50"),
    ],
)
def test_a_price_is_written_to_six_figures(value: float, english: str, french: str) -> None:
    assert typography.exact(value, "en") == english
    assert typography.exact(value, "fr") == french


def test_the_labels_of_an_axis_tell_its_steps_apart() -> None:
    assert typography.price(1.25, 0.25, "en") == "1.25"
    assert typography.price(12_000_000.0, 500_000.0, "en") == "12.0M"
    assert typography.price(12_500_000.0, 500_000.0, "en") == "12.5M"
    assert typography.price(1e-8, 2e-10, "en") == "0.0000000100"


def test_percents_and_amounts_bear_a_true_sign() -> None:
    assert typography.percent(0.042, "fr", signed=True) == "+4,2\u202f%"
    assert typography.percent(-0.00001, "en", signed=True) == "0.0%"
    assert typography.percent(0.00001, "en", signed=True) == "0.0%"
    assert typography.amount(-1_234.5, "en") == "−1,234.50"
    assert typography.amount(0.00012, "en") == "+0.00012"


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (40, 7)])
def test_a_png_gives_back_the_very_pixels(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    assert (np.asarray(Image.open(io.BytesIO(png(noise)))) == noise).all()


def test_two_moments_of_one_minute_are_told_apart() -> None:
    assert labels(MARCH, 9, 2, "UTC") == ["1 Mar 00:00:00", "1 Mar 00:00:09"]
    assert labels(MARCH, 60, 2, "UTC") == ["1 Mar 00:00", "1 Mar 00:01"]
