"""A fresh room for each conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Prices of BTC, ETH, SOL and NVDA are known when people come in."""
    made = Room(tmp_path / "home")
    for symbol, price in (
        ("BTC/USDT", 60000),
        ("ETH/USDT", 3000),
        ("SOL/USDT", 150),
        ("NVDA", 120),
    ):
        made.price(symbol, price)
    yield made
    made.close()
