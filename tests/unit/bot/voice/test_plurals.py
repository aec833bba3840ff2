"""A counted word agrees with its number, by the rule of each language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.voice import Voice


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 0, "0 orders, open"),
        ("en", 1, "1 order, open"),
        ("en", 2, "2 orders, open"),
        ("en", 1_000, "1,000 orders, open"),
        ("fr", 0, "0 ordre, open"),
        ("fr", 1, "1 ordre, open"),
        ("fr", 2, "2 ordres, open"),
        ("fr", 1_000, "1\N{NARROW NO-BREAK SPACE}000 ordres, open"),
    ],
)
def test_one_is_not_said_like_several(language: str, count: int, said: str) -> None:
    voice = Voice(language)

    shown = voice.number(Decimal(count))
    assert voice.say("orders.title", count=shown, state="open") == said


@pytest.mark.parametrize(("language", "number"), [("en", "1.5"), ("fr", "2,5"), ("en", "many")])
def test_what_is_not_one_is_several(language: str, number: str) -> None:
    said = Voice(language).say("orders.title", count=number, state="x")

    assert said.split()[1] in {"orders,", "ordres,"}
