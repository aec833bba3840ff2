"""From a slash command to its shown card: alone, and at fifty a second, beside bare commits."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import deque
from pathlib import Path
from statistics import median, quantiles

import aiosqlite

from bot.message import OutgoingMessage
from tests.bench.rows import Row
from tests.room import Room

COMMANDS = 150
PACED = 500
A_SECOND = 50
PEOPLE = 10


def run() -> list[Row]:
    """All of it on a database with `synchronous=FULL`, in one process."""
    room = Room(Path(tempfile.mkdtemp(prefix="outcry-bench-")) / "home")
    for symbol, price in (("BTC/USDT", 60000), ("ETH/USDT", 3000), ("NVDA", 120)):
        room.price(symbol, price)
    commits = asyncio.run(_three_commits(COMMANDS))
    alone = [room.run(_answered(room, number)) for number in range(COMMANDS)]
    paced = room.run(_paced(room))
    room.close()
    return [
        *_rows("slash command", alone, commits),
        *_rows(f"slash command at {A_SECOND} a second", paced, commits),
    ]


def _rows(name: str, taken: list[float], commits: list[float]) -> list[Row]:
    p50, p99 = median(taken), quantiles(taken, n=100)[98]
    print(f"  {name} to card: p50 {p50 * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms (10, 50 where quiet)")
    return [
        (f"{name} p50, beside three commits", p50 / median(commits), 4.0, "< x"),
        (f"{name} p99, beside three commits", p99 / quantiles(commits, n=100)[98], 4.0, "< x"),
    ]


async def _answered(room: Room, number: int) -> float:
    """One command when nothing else is under way, until all that came of it has been shown."""
    began = time.perf_counter()
    message = room.message("/price BTC/USDT", "ann", f"bench:{number}")
    await room.chat.intake.receive(message)
    await room.chat.intake.idle(message.conversation)
    await room.chat.settled()
    return time.perf_counter() - began


async def _paced(room: Room) -> list[float]:
    """Arrivals at fixed moments, however long answers take; each counts from when it was due."""
    names = [f"p{number}" for number in range(PEOPLE)]
    due: dict[str, deque[float]] = {f"terminal:{name}": deque() for name in names}
    taken: list[float] = []
    everything = asyncio.Event()

    def note(message: OutgoingMessage) -> None:
        taken.append(time.perf_counter() - due[message.conversation].popleft())
        if len(taken) == PACED:
            everything.set()

    for number, name in enumerate(names):  # whoever speaks for the first time is entered
        joining = room.message("/price NVDA", name, f"joining:{number}")
        await room.chat.intake.receive(joining)
        await room.chat.intake.idle(joining.conversation)
    await room.chat.settled()
    room.adapter.listener = note
    async with asyncio.TaskGroup() as arriving:
        began = time.perf_counter()
        for number in range(PACED):
            at = began + number / A_SECOND
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            message = room.message("/price BTC/USDT", names[number % PEOPLE], f"paced:{number}")
            due[message.conversation].append(at)
            arriving.create_task(room.chat.intake.receive(message))
    await everything.wait()
    return taken


async def _three_commits(count: int) -> list[float]:
    path = Path(tempfile.mkdtemp(prefix="outcry-bench-")) / "bare.db"
    taken = []
    async with aiosqlite.connect(path, isolation_level=None) as bare:
        await bare.execute("PRAGMA journal_mode = WAL")
        await bare.execute("PRAGMA synchronous = FULL")
        await bare.execute("CREATE TABLE t (n INTEGER)")
        for number in range(count):
            began = time.perf_counter()
            for _ in range(3):
                await bare.execute("BEGIN IMMEDIATE")
                await bare.execute("INSERT INTO t VALUES (?)", (number,))
                await bare.execute("COMMIT")
            taken.append(time.perf_counter() - began)
    return taken
