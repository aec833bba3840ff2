"""Backtests beside hand-written passes and beside other backtesters, all in the same run.

`make bench-backtest`: a line a bar, ending `holds` or `short`; exits 1 where one is short. Ratios
decide, milliseconds are printed; lines without an end are only told.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from engine.backtest.prepare import prepare
from tests.bench.backtests import outputs, passes, peers
from tests.bench.rows import Row

_RANDOM = "tests/gates/test_kernel_equals_the_compiled.py"


def run() -> Iterator[Row | str]:
    """Rows of measure, figure, bar, unit, as they come."""
    prepare()
    yield from passes.cross()
    yield from passes.stops()
    yield from passes.sweeps()
    yield from peers.speed()
    yield from outputs.shell()
    yield from peers.slow_engine()
    yield from peers.trades()
    yield from _random()
    yield from passes.cost()
    yield from outputs.drawn()


def _random() -> Iterator[Row]:
    words = [sys.executable, "-m", "pytest", "-q", "--timeout", "400", _RANDOM]
    failed = subprocess.run(words, check=False, stdout=subprocess.DEVNULL).returncode
    name = "500 random strategies on random and 500 on real candles: engines that differ"
    yield name, float(failed != 0), 0, "< engines"


def main() -> int:
    """Print as it goes; 1 where a bar is short."""
    held = count = 0
    for row in run():
        if isinstance(row, str):
            print(row, flush=True)
            continue
        measure, figure, bar, unit = row
        at_most = unit.startswith("< ")
        holds = figure <= bar if at_most else figure >= bar
        held, count = held + holds, count + 1
        limit = "at most" if at_most else "at least"
        name, verdict = unit.removeprefix("< "), "holds" if holds else "short"
        print(f"{measure}: {figure:,.2f} {name} ({limit} {bar:,.2f}) {verdict}", flush=True)
    print(f"{held} of {count} hold")
    return 0 if held == count else 1


if __name__ == "__main__":
    sys.exit(main())
