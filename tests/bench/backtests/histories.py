"""The bars that everybody is given."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from engine.domain.candles import Candles

LONG, SHORT = 1_000_000, 10_000


@cache
def walk(bars: int) -> Candles:
    """A walk of one-minute bars on a grid of quarters, each opening where the last one closed."""
    chance = np.random.default_rng(1)
    close = np.round(40_000 * np.exp(np.cumsum(chance.normal(0, 4e-4, bars))) * 4) / 4
    opened = np.concatenate((close[:1], close[:-1]))
    high = np.maximum(opened, close) + chance.integers(0, 80, bars) / 4
    low = np.minimum(opened, close) - chance.integers(0, 80, bars) / 4
    return Candles(1_600_000_020 + 60 * np.arange(bars), opened, high, low, close, np.ones(bars))


def gapped(bars: int) -> Candles:
    """The same with opens moved off the last close, so that some lie beyond a stop or a target."""
    candles = walk(bars)
    moved = candles.close + np.random.default_rng(5).integers(-90, 91, bars)
    opened = np.concatenate((candles.open[:1], moved[:-1]))
    high, low = np.maximum(candles.high, opened), np.minimum(candles.low, opened)
    return Candles(candles.time, opened, high, low, candles.close, candles.volume)


def write_csv(path: Path, candles: Candles) -> None:
    """As a person would have them."""
    rows = zip(*(column.tolist() for column in candles.columns()), strict=True)
    lines = [",".join(str(value) for value in row) for row in rows]
    path.write_text("\n".join(["time,open,high,low,close,volume", *lines]) + "\n")


def write_arrays(path: Path, candles: Candles) -> None:
    """For the peers."""
    names = ("time", "open", "high", "low", "close")
    np.savez(path, **dict(zip(names, candles.columns(), strict=False)))
