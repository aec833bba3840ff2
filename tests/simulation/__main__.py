"""`python -m tests.simulation`: one seed again, or as many hours as are wanted."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import Counter
from multiprocessing import Pool
from os import cpu_count

from tests.simulation.faces import ROWS as FACES
from tests.simulation.people import TALKS
from tests.simulation.scene import CASH, MARKETS, PERPETUALS, SPOT, Scene, dealt
from tests.simulation.world import HOURS, Summary, simulated

_ROWS = tuple(dict.fromkeys(row for rows in MARKETS.values() for row in rows))


def main() -> int:
    options = _read()
    if options.hours is None:
        scene = _scene(options, options.seed)
        summary = simulated(options.seed, options.length, scene, whole=options.trace)
        if options.trace:
            print("\n".join(summary.tail))
        return _said([summary])
    seeds = range(options.seed, options.seed + max(1, round(options.hours / options.length)))
    begun = time.perf_counter()
    summaries = []
    asked = [(seed, options.length, _scene(options, seed)) for seed in seeds]
    # Not a ProcessPoolExecutor: where one ends its processes after so many tasks, it may stop dead.
    with Pool(options.processes, maxtasksperchild=50) as pool:
        for summary in pool.imap(_of, asked):
            summaries.append(summary)
            if summary.broken:
                break
    code = _said(summaries)
    hours = sum(each.hours for each in summaries)
    spent = time.perf_counter() - begun
    print(f"{hours / spent:.2f} simulated hours a second in {options.processes} processes")
    return code


def _of(asked: tuple[int, float, Scene]) -> Summary:
    return simulated(*asked)


def _scene(options: argparse.Namespace, seed: int) -> Scene:
    own = dealt(seed, options.market)
    return Scene(
        options.row or own.row,
        options.faces or own.faces,
        options.talk or own.talk,
        own.market,
        options.means or own.means,
    )


def _read() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=float, help="so many in all, from --seed on")
    parser.add_argument("--length", type=float, default=HOURS, help="hours of one seed")
    parser.add_argument("--processes", type=int, default=cpu_count() or 1)
    parser.add_argument("--market", choices=MARKETS, help="what is paid for whole, or on margin")
    parser.add_argument("--row", choices=_ROWS, help="a venue's contract row")
    parser.add_argument("--faces", choices=FACES, help="two platforms, or all four")
    parser.add_argument("--talk", choices=TALKS, help="what people ask for")
    parser.add_argument("--means", choices=CASH, help="how much there is to trade with")
    parser.add_argument("--trace", action="store_true", help="print the whole trace of the seed")
    options = parser.parse_args()
    if options.market is None:  # an exchange that has nothing else says it itself
        is_spot = options.row is None or options.row in MARKETS[SPOT]
        options.market = SPOT if is_spot else PERPETUALS
    if options.row is not None and options.row not in MARKETS[options.market]:
        parser.error(f"{options.row} has no {options.market} here")
    return options


def _said(summaries: list[Summary]) -> int:
    """One line for all, and before it whatever broke."""
    broken = [each for each in summaries if each.broken]
    for each in broken[:1]:
        print(failure(each))
    faults: Counter[str] = Counter()
    for each in summaries:
        faults.update(each.faults)
    names = "messages", "orders", "fills", "crashes"
    total = [sum(getattr(each, name) for each in summaries) for name in names]
    digests = summaries[0].digest if len(summaries) == 1 else _all(summaries)
    print(
        f"{sum(e.hours for e in summaries):g} hours, {total[0]} messages, {total[1]} orders, "
        f"{total[2]} fills, {total[3]} crashes, {sum(faults.values())} spells of "
        f"{len(faults)} faults, {len(broken)} broken invariants, trace {digests}"
    )
    return 1 if broken else 0


def _all(summaries: list[Summary]) -> str:
    import hashlib  # noqa: PLC0415

    return hashlib.sha256("".join(e.digest for e in summaries).encode()).hexdigest()[:16]


def failure(summary: Summary) -> str:
    """Seed, commit, the invariant, and how it came to it."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    tail = "\n".join(line[:400] for line in summary.tail)
    where = f"seed {summary.seed} {summary.scene}, commit {commit}"
    return f"{tail}\n\n{where}: {summary.broken}"


if __name__ == "__main__":
    sys.exit(main())
