"""`make bench-chat`: what the chat holds under load, a line a bar, ending `holds` or `short`.

The `kill -9` trials, the latency and the memory are of real processes over the real wire; what runs
on virtual time is in `chat_waits.py`. What is not timed runs two at a time, a core each; latency is
measured when nothing else runs. About seven minutes on two quiet cores.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial

import structlog

from tests.bench.chat_bursts import BURST, Tally, crowded, killed
from tests.bench.chat_pace import paced
from tests.bench.chat_stages import STAGES
from tests.bench.chat_waits import broadcast, outage
from tests.bench.rows import Row, verdict

TRIALS = int(os.environ.get("OUTCRY_BENCH_TRIALS", "20"))
LANES = 2
"""How many trials of a platform run side by side, each on a desk of its own."""
CORES = 2


def rows() -> Iterator[Row | str]:
    """Every bar of the chat, on each platform that is not left out."""
    wanted = os.environ.get("OUTCRY_BENCH_PLATFORMS", " ".join(STAGES)).split()
    began = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(CORES, context, initializer=_quiet) as pool:
        lanes = {name: _lanes(pool, name) for name in wanted}
        crowds = {name: pool.submit(crowded, name) for name in wanted}
        waits = {name: [pool.submit(wait, name) for wait in (broadcast, outage)] for name in wanted}
        for name in wanted:
            yield from _kills(name, [lane.result() for lane in lanes[name]])
        for name in wanted:
            megabytes = crowds[name].result()
            yield (f"{name}: memory with 10,000 conversations", megabytes, 400.0, "< MB")
        for name in wanted:
            for future in waits[name]:
                yield from future.result()
    for name in wanted:
        yield from paced(name)
    yield f"  in {time.perf_counter() - began:.0f} s"


def _lanes(pool: ProcessPoolExecutor, name: str) -> Sequence[Future[Tally]]:
    shares = [TRIALS * (lane + 1) // LANES - TRIALS * lane // LANES for lane in range(LANES)]
    return [pool.submit(killed, name, lane, share) for lane, share in enumerate(shares) if share]


def _kills(name: str, tallies: Iterable[Tally]) -> Iterator[Row | str]:
    whole = Tally()
    for tally in tallies:
        whole = whole.plus(tally)
    row = partial(_none_of, f"{name}: kill -9 in a burst of {BURST}, {whole.trials} trials")
    yield row("lost", whole.lost, "messages")
    yield row("done twice or never", whole.amiss, "effects")
    yield row("said twice without saying so", whole.doubled, "messages")
    yield f"  {name}: {whole.marked} said again that say so"


def _none_of(what: str, amiss: str, figure: int, unit: str) -> Row:
    return (f"{what}, {amiss}", figure, 0.0, f"< {unit}")


def _quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def main() -> int:
    """Print the table; 1 when a bar is short."""
    _quiet()
    return verdict(rows())


if __name__ == "__main__":
    sys.exit(main())
