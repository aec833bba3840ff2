"""Backtests beside hand-written numba passes in the same run: ratios decide, trades are compared.

`python -m tests.bench.bench_backtest`
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.backtest import Settings, compiled
from engine.backtest.prepare import prepare
from engine.backtest.result import Backtest, Reason
from engine.backtest.sweep import sweep
from engine.documents import library_text, read_document
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.strategies import Strategy
from tests.bench import floors

Row = tuple[str, float, float, str]

LONG, SHORT = 1_000_000, 10_000
_ROUNDS = 25
_RICH = Settings(cash=1e8)
# The floor takes an average that is equal for one that has crossed down.
_CROSS = library_text("sma-cross").replace(
    "exit: crosses_below(sma(close, fast), sma(close, slow))",
    "exit: sma(close, fast) <= sma(close, slow)",
)
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


def run() -> list[Row]:
    """Rows of (measure, figure, bar, unit); `< ` before the unit: at most the bar."""
    prepare()
    candles = _candles(LONG)
    return [*_cross(candles), *_stops(candles), *_sweep(candles[:SHORT]), *_cold(), *_cost()]


def _cross(candles: Candles) -> list[Row]:
    strategy, columns = _one_unit(_CROSS), (candles.open, candles.close)
    library = _one_unit(library_text("sma-cross"))
    _, count = floors.w1_numba(*columns, 10, 30, 1e8, 0.001, 1.0)
    floor, ours, crosses = _timed(
        lambda: floors.w1_numba(*columns, 10, 30, 1e8, 0.001, 1.0),
        lambda: _run(strategy, candles),
        lambda: _run(library, candles),
    )
    return [
        (f"SMA cross, 1,000,000 bars, {ours * 1e3:.1f} ms", ours / floor, 1.5, "< x the pass"),
        (f"the library's, {crosses * 1e3:.1f} ms", crosses / floor, 1.5, "< x the pass"),
        ("trades that differ", abs(_closed(_run(strategy, candles)) - count), 0, "< trades"),
    ]


def _stops(candles: Candles) -> list[Row]:
    strategy, new = _one_unit(library_text("rsi-reversion")), read_document(_NEW)
    columns = candles.open, candles.high, candles.low, candles.close
    _, count = floors.w2_numba(*columns, 1e8, 0.001, 1.0, 14, 0.02, 0.04)
    floor, ours, unseen = _timed(
        lambda: floors.w2_numba(*columns, 1e8, 0.001, 1.0, 14, 0.02, 0.04),
        lambda: _run(strategy, candles),
        lambda: _run(new, candles),
    )
    return [
        (f"RSI with stops, 1,000,000 bars, {ours * 1e3:.1f} ms", ours / floor, 2, "< x the pass"),
        (f"never seen before, {unseen * 1e3:.1f} ms", unseen / floor, 4, "< x the RSI's pass"),
        ("trades that differ", abs(_closed(_run(strategy, candles)) - count), 0, "< trades"),
    ]


def _sweep(candles: Candles) -> list[Row]:
    strategy, pairs = read_document(_CROSS), floors.grid()
    fasts, slows = (np.array(column) for column in zip(*pairs, strict=True))
    runs = [{"fast": fast, "slow": slow} for fast, slow in pairs]
    settings = Settings(cash=1e6)
    _, counts = floors.w3_numba(candles.open, candles.close, fasts, slows, 1e6, 0.001)
    found = sweep(strategy, candles, Timeframe.M1, settings, runs)
    # Of a position open at the end the floor counts no trade; ours closes it.
    apart = found.trades - counts
    floor, ours = _timed(
        lambda: floors.w3_numba(candles.open, candles.close, fasts, slows, 1e6, 0.001),
        lambda: sweep(strategy, candles, Timeframe.M1, settings, runs),
    )
    return [
        (f"1,000 crosses, 10,000 bars, {ours * 1e3:.0f} ms", ours / floor, 3, "< x the pass"),
        ("runs whose trades differ", float(((apart < 0) | (apart > 1)).sum()), 0, "< runs"),
    ]


def _cold() -> list[Row]:
    """The command line in a fresh process; the first start after this one may read from disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candles.csv"
        _write(path, _candles(SHORT))
        return [
            (f"first backtest from the shell, {name}", _command(name, path), 1.5, "< s")
            for name in ("sma-cross", "macd-trend")
        ]


def _command(name: str, path: Path) -> float:
    words = ["-m", "bot", "backtest", name, "--candles", str(path), "--json"]
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _cost() -> list[Row]:
    """Cost a bar of a long history over that of one a quarter as long."""
    strategy, long = _one_unit(_CROSS), _candles(4 * LONG)
    part = long[:LONG]
    few, many = _timed(lambda: _run(strategy, part), lambda: _run(strategy, long), rounds=9)
    return [("cost a bar of 4,000,000 bars over 1,000,000", many / few / 4, 1.5, "< x")]


def _timed(*runs: Callable[[], object], rounds: int = _ROUNDS) -> list[float]:
    """The best seconds of each, one after the other, so that a busy machine is busy for all."""
    best = [float("inf")] * len(runs)
    for _ in range(rounds):
        for place, each in enumerate(runs):
            start = time.perf_counter()
            each()
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def _run(strategy: Strategy, candles: Candles) -> Backtest:
    return compiled.run(strategy, candles, Timeframe.M1, _RICH)


def _closed(result: Backtest) -> int:
    return int((result.trades.column("reason") != Reason.END).sum())


def _one_unit(text: str) -> Strategy:
    return read_document(text.replace("100% of equity", "1 units"))


def _candles(bars: int) -> Candles:
    """A walk of one-minute bars on a grid of quarters."""
    chance = np.random.default_rng(1)
    close = np.round(40_000 * np.exp(np.cumsum(chance.normal(0, 4e-4, bars))) * 4) / 4
    opened = np.concatenate((close[:1], close[:-1]))
    high = np.maximum(opened, close) + chance.integers(0, 80, bars) / 4
    low = np.minimum(opened, close) - chance.integers(0, 80, bars) / 4
    return Candles(1_600_000_020 + 60 * np.arange(bars), opened, high, low, close, np.ones(bars))


def _write(path: Path, candles: Candles) -> None:
    rows = zip(*(column.tolist() for column in candles.columns()), strict=True)
    lines = [",".join(str(value) for value in row) for row in rows]
    path.write_text("\n".join(["time,open,high,low,close,volume", *lines]) + "\n")


def main() -> int:
    """A line a bar; 1 where one is short."""
    rows = run()
    held = 0
    for measure, figure, bar, unit in rows:
        holds = figure <= bar
        held += holds
        name, verdict = unit.removeprefix("< "), "holds" if holds else "short"
        print(f"{measure}: {figure:,.2f} {name} (at most {bar:,.2f}) {verdict}")
    print(f"{held} of {len(rows)} hold")
    return 0 if held == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
