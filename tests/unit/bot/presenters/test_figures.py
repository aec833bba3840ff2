"""Statistics are named, explained and written in both languages."""

from __future__ import annotations

import pytest

from bot.presenters.figures import formula_of, name_of, written
from bot.voice import LANGUAGES, Voice
from engine.desk import Figure, Unit
from engine.reporting.performance import METRICS

FIGURES = [Figure(metric.name, metric.unit, metric.formula, None) for metric in METRICS.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_statistic_has_a_name_and_a_formula(language: str) -> None:
    voice = Voice(language)

    assert all(name_of(figure, voice) and formula_of(figure, voice) for figure in FIGURES)


def test_the_english_formula_is_the_registrys_own() -> None:
    voice = Voice("en")

    assert [formula_of(figure, voice) for figure in FIGURES] == [f.formula for f in FIGURES]


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [
        (Unit.FRACTION, -0.12345, "−12.34%"),
        (Unit.PROBABILITY, 0.5, "50.00%"),
        (Unit.NUMBER, 1.2345, "1.23"),
        (Unit.AMOUNT, -1234.5, "−1,234.50\N{NO-BREAK SPACE}USDT"),
        (Unit.COUNT, 12.0, "12"),
        (Unit.DAYS, 3.25, "3.2 d"),
        (Unit.HOURS, 0.5, "0.5 h"),
        (Unit.NUMBER, None, "–"),
    ],
)
def test_a_statistic_is_written_in_its_unit(unit: Unit, value: float | None, said: str) -> None:
    assert written(Figure("x", unit, "", value), "USDT", Voice("en")) == said
