"""`make bench-venues`: the real clients before exchanges, a gateway and a server of our own."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterable
from functools import partial

from connectors.ccxt.access import ORDER_PATIENCE_SECONDS
from tests.bench.rows import Row, verdict
from tests.bench.venues_answers import TOLD_SECONDS, ambiguous_rows
from tests.bench.venues_data import quotes, year
from tests.bench.venues_desk import EXCHANGES, quieten
from tests.bench.venues_ways import dropped, to_the_wire

ANSWERS = 10_000


def main() -> int:
    """Measure everything, a line a bar."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_venues")
    parser.add_argument("--answers", type=int, default=ANSWERS)
    answers = parser.parse_args().answers
    quieten()
    assert ORDER_PATIENCE_SECONDS < TOLD_SECONDS
    measures: tuple[Callable[[], Iterable[Row | str]], ...] = (
        lambda: [asyncio.run(to_the_wire(row)) for row in EXCHANGES],
        *(partial(dropped, row) for row in EXCHANGES),
        lambda: asyncio.run(quotes()),
        lambda: asyncio.run(year()),
        lambda: ambiguous_rows(answers),
    )
    return verdict(row for measure in measures for row in measure())


if __name__ == "__main__":
    sys.exit(main())
