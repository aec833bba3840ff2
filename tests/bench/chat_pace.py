"""Commands at fifty a second, from the update to the reply, over the wire both ways."""

from __future__ import annotations

import asyncio
import gc
import shutil
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, median_grouped, quantiles

from connectors.storage.driver import threaded
from engine.runtime.system import SystemClock
from tests.bench.chat_stages import FIRST, STAGES, Stage, end, started
from tests.bench.chat_waits import LETTERS
from tests.bench.rows import Row

A_SECOND = 50
PEOPLE = 100
"""They ask in turn, each every two seconds: oftener, a platform would have the reply wait."""
ROUNDS = 10
"""In the first one everybody is new to the desk, which makes a member of them."""
COMMITS = 250


def paced(platform: str) -> Iterator[Row | str]:
    """They are judged beside three bare commits to the same disk at the same pace.

    A figure in milliseconds says as much of the machine as of the desk.
    """
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    with _unsearched():
        bare = asyncio.run(_bare(home / "before.db"))
        taken, acknowledged = asyncio.run(_asked(STAGES[platform](SystemClock()), home))
        bare += asyncio.run(_bare(home / "after.db"))
    shutil.rmtree(home)
    (_, p99), (bare50, bare99) = _percentiles(taken), _percentiles(bare)
    p50 = median_grouped(taken, 0.001) * 1000  # of a clock that counts whole milliseconds
    name = f"{platform}: slash command to first reply at {A_SECOND}/s"
    yield f"  {name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms (15, 100 where quiet)"
    yield f"  three bare commits at {A_SECOND}/s: p50 {bare50:.1f} ms, p99 {bare99:.1f} ms"
    yield (f"{name}, p50 beside three commits", p50 / bare50, 4.0, "< x")
    yield (f"{name}, p99 beside three commits", p99 / bare99, 4.0, "< x")
    if acknowledged:
        _, p99 = _percentiles(acknowledged)
        yield (f"{platform}: acknowledgement at {A_SECOND}/s, p99", p99, 500.0, "< ms")


@contextmanager
def _unsearched() -> Iterator[None]:
    """Without a search for garbage in this process: the stand-in's would be the desk's delay."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    """The 50th and the 99th, in ms."""
    return median(seconds) * 1000, quantiles(seconds, n=100)[98] * 1000


async def _bare(path: Path) -> list[float]:
    """Seconds that three commits in a row take, through the desk's driver, 50 times a second."""
    connection = await threaded(path)

    def set_up(raw: sqlite3.Connection) -> None:
        raw.execute("PRAGMA journal_mode = WAL").fetchall()
        raw.execute("PRAGMA synchronous = FULL").fetchall()
        raw.execute("CREATE TABLE t (body TEXT)")

    def commit(raw: sqlite3.Connection) -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO t VALUES (?)", ("x" * LETTERS,))
        raw.execute("COMMIT")

    await connection.run(set_up)
    taken = []
    began = time.perf_counter()
    for place in range(COMMITS):
        await asyncio.sleep(max(0.0, began + place / A_SECOND - time.perf_counter()))
        start = time.perf_counter()
        for _ in range(3):
            await connection.run(commit)
        taken.append(time.perf_counter() - start)
    await connection.close()
    return taken


async def _asked(stage: Stage, home: Path) -> tuple[list[float], list[float]]:
    """Seconds until each command had its reply, and until it was acknowledged.

    The process that draws is left out: a price has no picture, and on two cores its start, once in
    a desk's life, would take one from the first commands, and decide the p99.
    """
    people = range(FIRST, FIRST + PEOPLE)
    child = started(home, stage.platform, await stage.open(people), workers=False)
    await stage.until(stage.has_come, 120)
    clock, asked = SystemClock(), defaultdict[int, list[int]](list)
    known: list[int] = []
    began = time.perf_counter()
    for place, person in enumerate(tuple(people) * ROUNDS):
        await asyncio.sleep(max(0.0, began + place / A_SECOND - time.perf_counter()))
        if asked[person]:
            known.append(stage.acknowledged(person) - asked[person][-1])
        asked[person].append(clock.now_ms())
        await stage.ask(person)
    await stage.until(lambda: all(stage.count(each) >= ROUNDS for each in people), 120)
    end(child)
    await stage.close()
    taken = [
        reply - command
        for person in people
        for command, (reply, _) in zip(asked[person], stage.heard(person), strict=True)
    ]
    return _seconds(taken), _seconds(each for each in known if each > 0)


def _seconds(milliseconds: Iterable[int]) -> list[float]:
    return [each / 1000 for each in milliseconds]
