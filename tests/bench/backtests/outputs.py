"""What a person sees: the first answer from the shell, the chart, the tear sheet."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.backtests.histories import SHORT, walk, write_csv
from tests.bench.rows import Row

ROOT = Path(__file__).parents[3]
_DRAWN = "from tests.bench.backtests.drawn import told; told({!r})"


def shell() -> Iterator[Row]:
    """The command line in a fresh process; the first start after this one may read from disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candles.csv"
        write_csv(path, walk(SHORT))
        for name in ("sma-cross", "macd-trend"):
            best = min(_command(name, path) for _ in range(3))
            yield f"first backtest of 10,000 bars from the shell, {name}", best, 1.5, "< s"


def _command(name: str, path: Path) -> float:
    words = ["-m", "bot", "backtest", name, "--candles", str(path), "--json"]
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - start


def drawn() -> Iterator[Row]:
    """In fresh processes: what they draw first, and what they draw when they have drawn."""
    cold, warm = (min(float(_told(kind)[0]) for _ in range(3)) for kind in ("cold", "warm"))
    yield "chart of 200 bars, volume, two indicators, fills: warm", warm, 120, "< ms"
    yield "the same: the first of a process, imports and all", cold, 700, "< ms"
    seconds, pages = _told("paper")
    yield f"PDF tear sheet of {pages} pages", float(seconds), 0.5, "< s"


def _told(kind: str) -> list[str]:
    words = [sys.executable, "-c", _DRAWN.format(kind)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT)
    return done.stdout.split()
