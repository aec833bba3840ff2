"""Killed with kill -9 at each boundary of a halt that closes everything, it closes everything."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from tests.gates.story import FLATTEN, boundaries, played, rehearsed, summary

HANDS = 4


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("hand", range(HANDS))
def test_a_flatten_killed_anywhere_ends_flat(hand: int, tmp_path: Path) -> None:
    rehearsed(tmp_path / "unharmed", FLATTEN)
    expected = summary(tmp_path / "unharmed")
    names = boundaries(tmp_path / "unharmed")
    held = cast("dict[str, str]", expected["positions"])
    assert {symbol: Decimal(quantity) for symbol, quantity in held.items()} == {
        "BTC/USDT": 0,
        "ETH/USDT": 0,
    }
    assert expected["open_orders"] == []

    for place in range(1 + hand, len(names) + 1, HANDS):
        home = tmp_path / f"killed-{place}"
        if not played(home, place, FLATTEN):
            assert played(home, None, FLATTEN)
        assert summary(home) == expected, f"killed at {place}: {names[place - 1]}"
