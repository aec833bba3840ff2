"""The compiled engine beside hand-written numba passes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np

from engine.backtest import Backtest, Settings, compiled
from engine.backtest.sweep import sweep
from engine.documents import library_names, library_text, read_document
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.strategies import Strategy
from tests.bench import floors
from tests.bench.backtests.histories import LONG, SHORT, walk
from tests.bench.backtests.workloads import (
    CROSS,
    CROSS_TEXT,
    RICH,
    STRENGTH,
    closed,
    one_unit,
    timed,
)
from tests.bench.rows import Row

HUGE = 10_000_000
# Never seen before, so that nothing can have been compiled for it.
_NEW = """
strategy: never-seen
timeframe: 1m
long:
  enter: close > sma(close, 17) + 0.3 * (high - low) and not rsi(close, 9) > 71
  exit: close < sma(low, 23) or close[3] > 1.02 * close
size: 1 units
stop_loss: 1.5%
"""


def run(strategy: Strategy, candles: Candles) -> Backtest:
    """Trades and equity out."""
    return compiled.run(strategy, candles, Timeframe.M1, RICH)


def cross() -> Iterator[Row]:
    """W1."""
    candles = walk(LONG)
    columns = candles.open, candles.close
    library = one_unit(library_text("sma-cross"))
    _, count = floors.w1_numba(*columns, 10, 30, 1e8, 0.001, 1.0)
    floor, ours, crosses = timed(
        lambda: floors.w1_numba(*columns, 10, 30, 1e8, 0.001, 1.0),
        lambda: run(CROSS, candles),
        lambda: run(library, candles),
    )
    yield f"SMA cross, 1,000,000 bars, {ours * 1e3:.1f} ms", ours / floor, 1.5, "< x the pass"
    yield f"the library's, {crosses * 1e3:.1f} ms", crosses / floor, 1.5, "< x the pass"
    yield "trades that differ", abs(len(closed(run(CROSS, candles))) - count), 0, "< trades"


def stops() -> Iterator[Row]:
    """W2."""
    candles, new = walk(LONG), read_document(_NEW)
    columns = candles.columns()[1:5]
    _, count = floors.w2_numba(*columns, 1e8, 0.001, 1.0, 14, 0.02, 0.04)
    floor, ours, unseen = timed(
        lambda: floors.w2_numba(*columns, 1e8, 0.001, 1.0, 14, 0.02, 0.04),
        lambda: run(STRENGTH, candles),
        lambda: run(new, candles),
    )
    name = f"RSI with stops, 1,000,000 bars, {ours * 1e3:.1f} ms"
    yield name, ours / floor, 2, "< x the pass"
    yield f"never seen before, {unseen * 1e3:.1f} ms", unseen / floor, 4, "< x the RSI's pass"
    yield "trades that differ", abs(len(closed(run(STRENGTH, candles))) - count), 0, "< trades"


def sweeps() -> Iterator[Row]:
    """W3."""
    candles, strategy, pairs = walk(LONG)[:SHORT], read_document(CROSS_TEXT), floors.grid()
    fasts, slows = (np.array(column) for column in zip(*pairs, strict=True))
    runs = [{"fast": fast, "slow": slow} for fast, slow in pairs]
    settings = Settings(cash=1e6)
    _, counts = floors.w3_numba(candles.open, candles.close, fasts, slows, 1e6, 0.001)
    found = sweep(strategy, candles, Timeframe.M1, settings, runs)
    # Of a position open at the end the floor counts no trade; ours closes it.
    apart = found.trades - counts
    floor, ours, part = timed(
        lambda: floors.w3_numba(candles.open, candles.close, fasts, slows, 1e6, 0.001),
        lambda: sweep(strategy, candles, Timeframe.M1, settings, runs),
        lambda: sweep(strategy, candles, Timeframe.M1, settings, runs[::4]),
    )
    yield f"1,000 crosses, 10,000 bars, {ours * 1e3:.0f} ms", ours / floor, 3, "< x the pass"
    yield "runs whose trades differ", float(((apart < 0) | (apart > 1)).sum()), 0, "< runs"
    yield "cost of one of 1,000 combinations over one of 250", ours / part / 4, 1.5, "< x"


def cost() -> Iterator[Row]:
    """Cost a bar of a long history over that of one a quarter as long; memory of a huge one."""
    long = walk(4 * LONG)
    part = long[:LONG]
    few, many = timed(lambda: run(CROSS, part), lambda: run(CROSS, long), rounds=9)
    walk.cache_clear()
    yield "cost a bar of 4,000,000 bars over 1,000,000", many / few / 4, 1.5, "< x"
    took = {name: _megabytes(name) for name in library_names()}
    worst = max(took, key=lambda name: took[name])
    yield f"memory of 10,000,000 bars, all of the library, {worst}", took[worst], 1_024, "< MB"


def _megabytes(name: str) -> float:
    words = [sys.executable, "-m", "tests.bench.backtests.memory", name, str(HUGE)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
