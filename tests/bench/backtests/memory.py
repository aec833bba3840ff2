"""What a backtest takes at most, its bars included: `python -m tests.bench.backtests.memory`."""

from __future__ import annotations

import resource
import sys

import numpy as np

from engine.backtest import compiled
from engine.documents import library_text
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from tests.bench.backtests.workloads import RICH, one_unit


def _bars(count: int) -> Candles:
    """A walk, made in place so that making it is not what is measured."""
    close = np.random.default_rng(1).normal(0, 4e-4, count)
    np.cumsum(close, out=close)
    np.exp(close, out=close)
    np.multiply(close, 40_000, out=close)
    opened = np.empty(count)
    opened[0], opened[1:] = close[0], close[:-1]
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    high += 5
    low -= 5
    return Candles(1_600_000_020 + 60 * np.arange(count), opened, high, low, close, np.ones(count))


if __name__ == "__main__":
    _, name, count = sys.argv
    compiled.run(one_unit(library_text(name)), _bars(int(count)), Timeframe.M1, RICH)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024)
