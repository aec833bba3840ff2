"""Backtests beside hand-written passes and beside other backtesters, all in the same run.

`make bench-backtest`: a line a bar, ending `holds` or `short`; exits 1 where one is short. Ratios
decide, milliseconds are printed; lines without an end are only told. What lies close to its bar is
timed turn by turn, the rest once or twice; engines by processor time, so that a busy machine tells
the same.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from engine.backtest.prepare import prepare
from tests.bench.backtests import outputs, passes, peers
from tests.bench.rows import Row, Unmeasured, verdict

_RANDOM = "tests/gates/test_kernel_equals_the_compiled.py"


def run() -> Iterator[Row | Unmeasured | str]:
    """Rows of measure, figure, bar, unit, as they come, under a line that says what is at work."""
    start = time.perf_counter()
    yield "[0:00] compiling what set-up compiles"
    prepare()
    for name, part in _PARTS.items():
        yield f"[{_clock(time.perf_counter() - start)}] {name}"
        yield from part()
    yield f"[{_clock(time.perf_counter() - start)}] done"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _random() -> Iterator[Row]:
    words = [sys.executable, "-m", "pytest", "-q", "--timeout", "400", _RANDOM]
    failed = subprocess.run(words, check=False, stdout=subprocess.DEVNULL).returncode
    name = "500 random strategies on random and 500 on real candles: engines that differ"
    yield name, float(failed != 0), 0, "< engines"


_PARTS: dict[str, Callable[[], Iterable[Row | Unmeasured | str]]] = {
    "cross of averages beside a hand-written pass": passes.cross,
    "RSI with stops beside a hand-written pass": passes.stops,
    "1,000 combinations beside a hand-written pass": passes.sweeps,
    "trades and speed of the peers": peers.beside,
    "the kernel beside backtesting.py": peers.slow_engine,
    "the first backtest from the shell": outputs.shell,
    "random strategies through both engines": _random,
    "cost and memory": passes.cost,
    "pictures and papers": outputs.drawn,
}


if __name__ == "__main__":
    sys.exit(verdict(run()))
