"""Bursts of commands at a desk that is a process of its own: killed in them, or only weighed."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from bot.homes import DATABASE
from engine.runtime.system import SystemClock
from tests.bench.chat_stages import FIRST, STAGES, Stage, end, started
from tests.bench.chat_waits import CROWD

BURST = 200
_WISH = "/alert BTC/USDT price > 1000000"
"""Something that is not the same done twice: each time, one alert more."""
_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Tally:
    """What trials came to; `amiss` are effects that were not had once, whatever was said."""

    trials: int = 0
    lost: int = 0
    amiss: int = 0
    doubled: int = 0
    marked: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.trials + other.trials,
            self.lost + other.lost,
            self.amiss + other.amiss,
            self.doubled + other.doubled,
            self.marked + other.marked,
        )


class Unanswered:
    """People who have heard nothing yet; they are looked for no more once they have."""

    def __init__(self, stage: Stage, people: Sequence[int]) -> None:
        self._stage = stage
        self._people = list(people)
        self._all = len(people)

    def none(self) -> bool:
        """Whether all have heard."""
        while self._people and self._stage.heard(self._people[-1]):
            self._people.pop()
        return not self._people

    def answered(self) -> int:
        """How many have heard."""
        self._people = [each for each in self._people if not self._stage.heard(each)]
        return self._all - len(self._people)


def killed(platform: str, lane: int, trials: int) -> Tally:
    """kill -9 in a burst of commands of as many people, again and again, until all are answered."""
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    tally = asyncio.run(_killed(STAGES[platform](SystemClock()), home, lane, trials))
    amiss = _amiss(home / DATABASE, trials * BURST)
    shutil.rmtree(home)
    return tally.plus(Tally(amiss=amiss))


async def _killed(stage: Stage, home: Path, lane: int, trials: int) -> Tally:
    """Trials on one desk: what is started again after a kill is what the next burst meets."""
    chance = random.Random(3 + lane)  # noqa: S311 -- repeatable
    tally = Tally()
    places = await stage.open(range(FIRST, FIRST + trials * BURST))
    child = started(home, stage.platform, places, workers=False)
    await stage.until(stage.has_come, _SECONDS)
    for trial in range(trials):
        people = range(FIRST + trial * BURST, FIRST + (trial + 1) * BURST)
        left = Unanswered(stage, people)
        for person in people:
            await stage.say(person, _WISH)
        share = chance.uniform(0.05, 0.95)
        await stage.until(lambda left=left, share=share: left.answered() >= BURST * share, _SECONDS)
        end(child)
        child = started(home, stage.platform, places, workers=False)
        with suppress(TimeoutError):
            await stage.until(left.none, _SECONDS)
            await asyncio.sleep(0.5)  # what would come twice may come still
        one = _looked_through(stage, people)
        print(f"  {stage.platform}, a kill when {share:.0%} were answered: {one}", flush=True)
        tally = tally.plus(one)
    end(child)
    await stage.close()
    return tally


def _looked_through(stage: Stage, people: Sequence[int]) -> Tally:
    shown = [(person, text) for person in people for _, text in stage.heard(person)]
    counts = Counter((person, "may repeat" in text) for person, text in shown)
    return Tally(
        trials=1,
        lost=len(people) - len({person for person, _ in counts}),
        doubled=sum(counts[person, False] > 1 for person in people),
        marked=sum(counts[person, True] for person in people),
    )


def _amiss(database: Path, asked: int) -> int:
    """By the journal: people whose alert was set more than once, and those whose never was."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        bodies = connection.execute("SELECT body FROM journal WHERE body LIKE '%AlertSet%'")
        owners = Counter(orjson.loads(body)["alert"]["owner"] for (body,) in bodies)
    return sum(count - 1 for count in owners.values()) + asked - len(owners)


def crowded(platform: str) -> float:
    """The most megabytes of a desk that 10,000 people speak to, each in a chat of their own."""
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    megabytes = asyncio.run(_crowded(STAGES[platform](SystemClock()), home))
    shutil.rmtree(home)
    return megabytes


async def _crowded(stage: Stage, home: Path) -> float:
    people = range(FIRST, FIRST + CROWD)
    child = started(home, stage.platform, await stage.open(people))
    await stage.until(stage.has_come, _SECONDS)
    for start in range(0, CROWD, BURST):
        burst = people[start : start + BURST]
        for person in burst:
            await stage.ask(person)
        await stage.until(Unanswered(stage, burst).none, _SECONDS)
    status = Path(f"/proc/{child.pid}/status").read_text("utf-8")
    end(child)
    await stage.close()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
