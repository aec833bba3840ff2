"""Periods as each language says them."""

from __future__ import annotations

import pytest

from bot.voice import LANGUAGES, Voice


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("today", ("today", "aujourd’hui")),
        ("last_week", ("last week", "la semaine passée")),
        ("all", ("since the beginning", "depuis le début")),
        ("7d", ("last 7 d", "sur 7 j")),
        ("24h", ("last 24 h", "sur 24 h")),
        ("2026-03-02", ("2 Mar 2026", "2 mars 2026")),
    ],
)
def test_a_period_is_said_in_words(period: str, said: tuple[str, str]) -> None:
    words = (Voice(language).period(period) for language in LANGUAGES)
    assert tuple(" ".join(each.split()) for each in words) == said
