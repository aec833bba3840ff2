"""`make bench-chat`: what the chat holds under load. Long waits run on virtual time.

On virtual time the couriers, the pacing and the store are the real ones and a platform's limits are
enforced by its stand-in's windows; only the wire is left out. The `kill -9` trials and the latency
are of real processes over the real wire.
"""

from __future__ import annotations

import asyncio
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
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from bot.card import Card
from bot.errors import TryLater, Undeliverable
from bot.message import OutgoingMessage, Priority
from bot.notifications.notices import Subject
from bot.notifications.sender import OutboxSender
from bot.notifications.wording import Wording
from bot.ports import Pacing, Receipt, Room
from connectors.storage.driver import inline, threaded
from connectors.storage.stores import Stores, open_stores
from engine.domain.events import Event
from engine.domain.identifiers import PersonId
from engine.ports.system import Clock
from engine.runtime.system import SystemClock
from tests.bench.chat_stages import STAGES, WINDOWS, Stage, TelegramStage, Windows
from tests.simulation.timeline import Timeline, VirtualTimeLoop, WallClock

Row = tuple[str, float, float, str]
CROWD = 10_000
BURST = 200
TRIALS = int(os.environ.get("OUTCRY_BENCH_TRIALS", "20"))
LETTERS = 300


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Wireless:
    """A platform without its wire: its limits, and 30 to 120 ms for an answer."""

    clock: WallClock
    windows: Windows
    chance: random.Random
    is_down: bool = False
    refused: int = 0
    arrived: list[tuple[str, int]] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._wait = self.windows.limits(self.clock)

    @property
    def platform(self) -> str:
        return self.windows.platform

    @property
    def pacing(self) -> Pacing:
        return self.windows.pacing

    def room(self, conversation: str) -> Room:
        return self.windows.room_of(conversation)

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        await self.clock.sleep(self.chance.uniform(0.01, 0.06))
        if self.is_down:
            raise TryLater("away", everywhere=True)
        wait = self._wait(self.room(message.conversation).id)
        if wait:
            self.refused += 1
            raise TryLater("too many", wait)
        self.arrived.append((message.key, self.clock.now_ms()))
        self.times.setdefault(message.key, self.clock.now_ms())
        await self.clock.sleep(self.chance.uniform(0.02, 0.06))
        return Receipt()

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        raise Undeliverable(reference)


class _NoNews:
    async def entry(self, sequence: int) -> None:
        return None


def run() -> list[Row]:
    """Every bar of the chat, on each platform that is not left out."""
    wanted = os.environ.get("OUTCRY_BENCH_PLATFORMS", "telegram discord slack").split()
    rows = []
    for windows in [each for each in WINDOWS if each.platform in wanted]:
        rows += [*_broadcast(windows), *_outage(windows)]
    for made in STAGES:
        if made(SystemClock()).platform in wanted:
            rows += [*_kills(made), *_latency(made)]
            if made is TelegramStage:
                rows += _memory(made)
    return rows


def _row(windows: Windows, chat: int, priority: Priority, key: str, now: int) -> OutgoingMessage:
    return OutgoingMessage(
        platform=windows.platform,
        conversation=windows.conversation(chat),
        person=PersonId(""),
        priority=priority,
        key=key,
        created_at=now,
        card=Card("News", text="x" * LETTERS),
    )


def _virtual(work) -> None:
    timeline = Timeline()
    loop = VirtualTimeLoop(timeline)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work(WallClock(timeline)))


async def _subject(event: Event) -> Subject | None:
    return None


def _sender(stores: Stores, adapter: Wireless, clock: WallClock) -> OutboxSender:
    wording = Wording(
        _NoNews(), stores.outbox, stores.people, stores.hearings, _subject, clock=clock
    )
    return OutboxSender(
        {adapter.platform: adapter},
        stores.outbox,
        stores.platform_notes,
        stores.people,
        wording,
        clock,
    )


def _broadcast(windows: Windows) -> list[Row]:
    """10,000 private chats, an urgent row each two seconds, three kills on the way."""
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    seen: dict[str, object] = {}

    async def story(clock: WallClock) -> None:
        chance = random.Random(1)  # noqa: S311 -- repeatable
        adapter = Wireless(clock, windows, chance)
        began = clock.now_ms()
        stores = await open_stores(home / "desk.db", creator=inline, durable=False)
        crowd = [_row(windows, n + 1, Priority.BULK, f"b{n}", began) for n in range(CROWD)]
        await stores.outbox.follow("bench", 1, crowd)
        asked: dict[str, int] = {}
        for life in range(4):
            filled = asyncio.Event()
            filled.set()
            sending = asyncio.ensure_future(_sender(stores, adapter, clock).run(filled))
            until = clock.now_ms() + 60_000 if life < 3 else began + 10**9
            while clock.now_ms() < until and len(adapter.times) < CROWD + len(asked):
                key, now = f"u{len(asked)}", clock.now_ms()
                if sum(k.startswith("b") for k in adapter.times) >= CROWD:
                    break
                asked[key] = now
                urgent = _row(windows, 20_000 + len(asked), Priority.URGENT, key, now)
                await stores.outbox.follow("bench", 1, [urgent])
                filled.set()
                await clock.sleep(2)
            if life < 3:
                sending.cancel()  # what was on its way is there, and nothing says so
                await asyncio.gather(sending, return_exceptions=True)
        await clock.sleep(5)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await stores.close()
        last = max(at for key, at in adapter.times.items() if key.startswith("b"))
        there = adapter.times
        waits = [(there[key] - at) / 1000 for key, at in asked.items() if key in there]
        seen.update(
            seconds=(last - began) / 1000,
            lost=CROWD + len(asked) - len(adapter.times),
            refused=adapter.refused,
            repeats=len(adapter.arrived) - len(adapter.times),
            urgent=quantiles(waits, n=100)[98],
        )

    _virtual(story)
    shutil.rmtree(home)
    name = windows.platform
    print(f"  {name}: {seen['repeats']} of {CROWD:,} sent twice over 3 kills (virtual time)")
    rows: list[Row] = [
        (f"{name}: broadcast to 10,000, answers of 429", float(seen["refused"]), 0.0, "< answers"),
        (f"{name}: broadcast, lost over 3 kills", float(seen["lost"]), 0.0, "< messages"),
        (f"{name}: urgent during the broadcast, p99", float(seen["urgent"]), 1.0, "< s"),
    ]
    if name == "telegram":
        rows.append(("telegram: broadcast to 10,000", float(seen["seconds"]), 425.0, "< s"))
    return rows


def _outage(windows: Windows) -> list[Row]:
    """An hour away, 5,000 answers and fills of 1,000 people meanwhile."""
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    seen: dict[str, float] = {}

    async def story(clock: WallClock) -> None:
        chance = random.Random(2)  # noqa: S311 -- repeatable
        adapter = Wireless(clock, windows, chance, is_down=True)
        stores = await open_stores(home / "desk.db", creator=inline, durable=False)
        filled = asyncio.Event()
        sending = asyncio.ensure_future(_sender(stores, adapter, clock).run(filled))
        for number in range(5_000):
            row = _row(windows, 1 + number % 1_000, Priority.ANSWER, f"f{number}", clock.now_ms())
            await stores.outbox.follow("bench", 1, [row])
            filled.set()
            await clock.sleep(0.72)
        adapter.is_down, back = False, clock.now_ms()
        while len(adapter.times) < 5_000 and clock.now_ms() < back + 900_000:
            await clock.sleep(1)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await stores.close()
        seen["lost"] = 5_000 - len(adapter.times)
        seen["seconds"] = (max(adapter.times.values()) - back) / 1000
        seen["refused"] = adapter.refused

    _virtual(story)
    shutil.rmtree(home)
    name = windows.platform
    return [
        (f"{name}: 5,000 rows after an hour away, all out", seen["seconds"], 300.0, "< s"),
        (f"{name}: after an hour away, lost", seen["lost"], 0.0, "< rows"),
        (f"{name}: after an hour away, answers of 429", seen["refused"], 0.0, "< answers"),
    ]


def _child(home: Path, stage: Stage, places: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.chat_desk", str(home), stage.platform, *places],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _kills(made: Callable[[Clock], Stage]) -> list[Row]:
    """kill -9 in a burst of 200 commands of 200 people, and again until all are answered."""
    lost = doubled = 0
    chance = random.Random(3)  # noqa: S311 -- repeatable
    name = made(SystemClock()).platform
    for trial in range(TRIALS):
        home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
        when = chance.uniform(0.05, 0.95)
        missing, twice, marked = asyncio.run(_killed(made(SystemClock()), home, when))
        lost, doubled = lost + missing, doubled + twice
        shutil.rmtree(home)
        print(f"  {name}, kill {trial + 1}: {missing} lost, {twice} doubled, {marked} marked")
    return [
        (f"{name}: kill -9 in a burst of {BURST}, {TRIALS} trials, lost", lost, 0.0, "< messages"),
        (f"{name}: the same, said twice without saying so", doubled, 0.0, "< messages"),
    ]


async def _killed(stage: Stage, home: Path, when: float) -> tuple[int, int, int]:
    people = range(1_001, 1_001 + BURST)
    places = await stage.open(people)
    child = _child(home, stage, places)
    await stage.until(stage.has_come, 120)
    for person in people:
        await stage.say(person, "/watch BTC/USDT")
    answered = lambda: sum(bool(stage.heard(person)) for person in people)
    await stage.until(lambda: answered() >= BURST * when, 120)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child = _child(home, stage, places)
    try:
        await stage.until(lambda: answered() == BURST, 240)
        await asyncio.sleep(0.5)
    except TimeoutError:
        pass
    child.kill()
    child.wait()
    await stage.close()
    shown = [(person, text) for person in people for _, text in stage.heard(person)]
    counts = Counter((person, "may repeat" in text) for person, text in shown)
    unmarked = sum(counts[person, False] > 1 for person in people)
    return BURST - answered(), unmarked, sum(counts[person, True] for person in people)


def _latency(made: Callable[[Clock], Stage]) -> list[Row]:
    """Commands at 50 a second, from the update to the reply, over the wire both ways.

    They are judged beside three bare commits to the same disk at the same pace: a figure in
    milliseconds says as much of the machine as of the desk.
    """
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    stage = made(SystemClock())
    name = stage.platform
    bare = asyncio.run(_bare(home / "before.db", 250))
    taken, acknowledged = asyncio.run(_answered(stage, home, 500))
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


async def _answered(stage: Stage, home: Path, count: int) -> tuple[list[float], list[float]]:
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
