"""`make bench-chat`: what the chat holds under load. Long waits run on virtual time.

The `kill -9` trials, the latency and the memory are of real processes over the real wire; what runs
on virtual time is in `chat_waits.py`. About a quarter of an hour on two busy cores.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import structlog

from connectors.storage.driver import threaded
from engine.ports.system import Clock
from engine.runtime.system import SystemClock
from tests.bench.chat_stages import STAGES, WINDOWS, Stage, TelegramStage
from tests.bench.chat_waits import CROWD, LETTERS, Row, broadcast, outage

BURST = 200
TRIALS = int(os.environ.get("OUTCRY_BENCH_TRIALS", "20"))


def run() -> list[Row]:
    """Every bar of the chat, on each platform that is not left out."""
    wanted = os.environ.get("OUTCRY_BENCH_PLATFORMS", "telegram discord slack").split()
    rows = []
    for windows in [each for each in WINDOWS if each.platform in wanted]:
        rows += [*broadcast(windows), *outage(windows)]
    for made in STAGES:
        if made(SystemClock()).platform in wanted:
            rows += [*_kills(made), *_latency(made)]
            if made is TelegramStage:
                rows += _memory(made)
    return rows


def _child(home: Path, stage: Stage, places: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.chat_desk", str(home), stage.platform, *places],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _kills(made: Callable[[Clock], Stage]) -> list[Row]:
    """kill -9 in a burst of 200 commands of 200 people, again and again, until all are answered."""
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    stage = made(SystemClock())
    lost, doubled = asyncio.run(_killed(stage, home))
    shutil.rmtree(home)
    name = stage.platform
    return [
        (f"{name}: kill -9 in a burst of {BURST}, {TRIALS} trials, lost", lost, 0.0, "< messages"),
        (f"{name}: the same, said twice without saying so", doubled, 0.0, "< messages"),
    ]


async def _killed(stage: Stage, home: Path) -> tuple[int, int]:
    """Trials on one desk: what is started again after a kill is what the next burst meets."""
    chance = random.Random(3)  # noqa: S311 -- repeatable
    lost = doubled = 0
    places = await stage.open(range(1_001, 1_001 + TRIALS * BURST))
    child = _child(home, stage, places)
    await stage.until(stage.has_come, 120)
    for trial in range(TRIALS):
        people = range(1_001 + trial * BURST, 1_001 + (trial + 1) * BURST)
        answered = partial(_answered, stage, people)
        for person in people:
            await stage.say(person, "/watch BTC/USDT")
        when = chance.uniform(0.05, 0.95)
        await stage.until(lambda so=answered, when=when: so() >= BURST * when, 120)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child = _child(home, stage, places)
        with suppress(TimeoutError):
            await stage.until(lambda so=answered: so() == BURST, 240)
            await asyncio.sleep(0.5)
        shown = [(person, text) for person in people for _, text in stage.heard(person)]
        counts = Counter((person, "may repeat" in text) for person, text in shown)
        missing = BURST - answered()
        twice = sum(counts[person, False] > 1 for person in people)
        marked = sum(counts[person, True] for person in people)
        lost, doubled = lost + missing, doubled + twice
        said = f"{missing} lost, {twice} doubled, {marked} marked"
        print(f"  {stage.platform}, kill {trial + 1}: {said}")
    child.kill()
    child.wait()
    await stage.close()
    return lost, doubled


def _answered(stage: Stage, people: Sequence[int]) -> int:
    return sum(bool(stage.heard(person)) for person in people)


def _latency(made: Callable[[Clock], Stage]) -> list[Row]:
    """Commands at 50 a second, from the update to the reply, over the wire both ways.

    They are judged beside three bare commits to the same disk at the same pace: a figure in
    milliseconds says as much of the machine as of the desk.
    """
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    stage = made(SystemClock())
    name = stage.platform
    bare = asyncio.run(_bare(home / "before.db", 250))
    taken, acknowledged = asyncio.run(_asked(stage, home, 500))
    bare += asyncio.run(_bare(home / "after.db", 250))
    shutil.rmtree(home)
    (p50, p99), (bare50, bare99) = _percentiles(taken), _percentiles(bare)
    print(f"  {name}: slash command to first reply at 50/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    print(f"  three bare commits at 50/s: p50 {bare50:.1f} ms, p99 {bare99:.1f} ms")
    rows: list[Row] = [
        (f"{name}: slash command to first reply at 50/s, p50", p50 / bare50, 4.0, "< × 3 commits"),
        (f"{name}: slash command to first reply at 50/s, p99", p99 / bare99, 4.0, "< × 3 commits"),
    ]
    if acknowledged:
        _, p99 = _percentiles(acknowledged)
        rows.append((f"{name}: acknowledgement at 50/s, p99", p99, 500.0, "< ms"))
    return rows


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    """The 50th and the 99th, in ms."""
    return median(seconds) * 1000, quantiles(seconds, n=100)[98] * 1000


async def _bare(path: Path, count: int) -> list[float]:
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
    for place in range(count):
        await asyncio.sleep(max(0.0, began + place / 50 - time.perf_counter()))
        start = time.perf_counter()
        for _ in range(3):
            await connection.run(commit)
        taken.append(time.perf_counter() - start)
    await connection.close()
    return taken


def _memory(made: Callable[[Clock], Stage]) -> list[Row]:
    """What a desk holds once 10,000 people have spoken to it, each in a chat of their own."""
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    stage = made(SystemClock())
    megabytes = asyncio.run(_crowded(stage, home))
    shutil.rmtree(home)
    return [(f"{stage.platform}: memory with 10,000 conversations", megabytes, 400.0, "< MB")]


async def _crowded(stage: Stage, home: Path) -> float:
    people = range(1_001, 1_001 + CROWD)
    child = _child(home, stage, await stage.open(people))
    await stage.until(stage.has_come, 120)
    for start in range(0, CROWD, BURST):
        burst = people[start : start + BURST]
        for person in burst:
            await stage.say(person, "/price BTC/USDT")
        await stage.until(lambda burst=burst: all(map(stage.heard, burst)), 120)
    peak = Path(f"/proc/{child.pid}/status").read_text("utf-8").partition("VmHWM:")[2].split()[0]
    child.kill()
    child.wait()
    await stage.close()
    return int(peak) / 1024


async def _asked(stage: Stage, home: Path, count: int) -> tuple[list[float], list[float]]:
    people = range(1_001, 1_001 + count)
    child = _child(home, stage, await stage.open(people))
    await stage.until(stage.has_come, 120)
    clock, asked = SystemClock(), {}
    began = time.perf_counter()
    for place, person in enumerate(people):
        await asyncio.sleep(max(0.0, began + place / 50 - time.perf_counter()))
        asked[person] = clock.now_ms()
        await stage.ask(person)
    await stage.until(lambda: all(stage.heard(person) for person in people), 120)
    child.kill()
    child.wait()
    await stage.close()
    taken = [(stage.heard(person)[0][0] - asked[person]) / 1000 for person in people]
    known = [(stage.acknowledged(person) - asked[person]) / 1000 for person in people]
    return taken, [each for each in known if each > 0]


def main() -> int:
    """Print a line a bar, ending `holds` or `short`; 1 when one is short."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rows = run()
    held = 0
    for measure, figure, bar, unit in rows:
        holds = figure <= bar
        held += holds
        name = unit.removeprefix("< ")
        verdict = "holds" if holds else "short"
        print(f"{measure}: {figure:,.2f} {name} (at most {bar:,.2f}) {verdict}")
    print(f"{held} of {len(rows)} hold")
    return 0 if held == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
