"""The platforms that the chat is measured on: their stand-ins, and what is counted there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.adapters.discord.manifest import DiscordSettings, Place
from bot.adapters.discord.manifest import room_of as discord_room
from bot.adapters.slack.manifest import Place as SlackPlace
from bot.adapters.slack.manifest import SlackSettings
from bot.adapters.slack.manifest import room_of as slack_room
from bot.adapters.telegram.manifest import TelegramSettings, conversation_of
from bot.adapters.telegram.manifest import room_of as telegram_room
from bot.ports.platforms import Pacing, Room
from engine.ports.system import Clock
from tests.standins.discord.limits import Limits as DiscordLimits
from tests.standins.discord.server import DiscordServer
from tests.standins.discord.world import Posted, Talk
from tests.standins.slack.limits import Limits as SlackLimits
from tests.standins.slack.server import SlackServer
from tests.standins.telegram.limits import Limits as TelegramLimits
from tests.standins.telegram.server import TelegramServer

FIRST = 1_001
"""The number of the first person; a desk's process knows as many as a crowd."""


@dataclass(frozen=True, slots=True)
class Windows:
    """A platform's limits without its wire; `wait` gives seconds, and counts where it gives 0."""

    platform: str
    pacing: Pacing
    room_of: Callable[[str], Room]
    conversation: Callable[[int], str]
    limits: Callable[[Clock], Callable[[str], float]]


def _telegram_limits(clock: Clock) -> Callable[[str], float]:
    limits = TelegramLimits(clock)
    return lambda room: limits.wait(int(room))


def _discord_limits(clock: Clock) -> Callable[[str], float]:
    limits = DiscordLimits(clock)
    return lambda room: limits.take(int(room.removeprefix("@"))).retry_after


def _slack_limits(clock: Clock) -> Callable[[str], float]:
    return SlackLimits(clock).wait


WINDOWS: Mapping[str, Windows] = {
    each.platform: each
    for each in (
        Windows(
            "telegram",
            TelegramSettings("-").pacing,
            telegram_room,
            conversation_of,
            _telegram_limits,
        ),
        Windows(
            "discord",
            DiscordSettings("-").pacing,
            discord_room,
            lambda number: Place(user=number).conversation,
            _discord_limits,
        ),
        Windows(
            "slack",
            SlackSettings("-").pacing,
            slack_room,
            lambda number: SlackPlace(user=f"U{number}").conversation,
            _slack_limits,
        ),
    )
}


class Stage(Protocol):
    """A stand-in with people, for a desk that runs as a process of its own."""

    platform: str

    async def open(self, people: Sequence[int]) -> Sequence[str]:
        """Start it; gives what the desk's process is told of it."""

    async def close(self) -> None:
        """Stop it."""

    async def until(self, seen: Callable[[], bool], seconds: float) -> None:
        """Wait until something is so."""

    def has_come(self) -> bool:
        """Whether the desk receives."""

    async def say(self, person: int, line: str) -> None:
        """A person writes a slash line in private."""

    async def ask(self, person: int) -> None:
        """A person asks for a price as people do it there."""

    def heard(self, person: int) -> Sequence[tuple[int, str]]:
        """What a person has read since: when, in UTC ms, and the words."""

    def count(self, person: int) -> int:
        """How much that is: to read the words takes a stand-in its time."""

    def acknowledged(self, person: int) -> int:
        """When what a person asked last was acknowledged, 0 where nobody sees that."""


class TelegramStage:
    platform = "telegram"

    def __init__(self, clock: Clock) -> None:
        self._server = TelegramServer(clock)

    async def open(self, people: Sequence[int]) -> Sequence[str]:
        await self._server.open()
        for person in people:
            self._server.world.person(person, f"P{person}")
        return self._server.api, self._server.file_api

    async def close(self) -> None:
        await self._server.close()

    async def until(self, seen: Callable[[], bool], seconds: float) -> None:
        await self._server.until(seen, seconds)

    def has_come(self) -> bool:
        return self._server.calls["getUpdates"] > 0

    async def say(self, person: int, line: str) -> None:
        await self._server.say(person, line)

    async def ask(self, person: int) -> None:
        await self._server.say(person, "/price BTC/USDT")

    def heard(self, person: int) -> Sequence[tuple[int, str]]:
        return [(posted.at, posted.text) for posted in self._server.shown(person)]

    def count(self, person: int) -> int:
        return len(self._server.shown(person))

    def acknowledged(self, person: int) -> int:
        return self._server.confirmed.get(person, 0)


class DiscordStage:
    platform = "discord"

    def __init__(self, clock: Clock) -> None:
        self._server = DiscordServer(clock)
        self._talks: dict[int, Talk] = {}

    async def open(self, people: Sequence[int]) -> Sequence[str]:
        await self._server.open()
        for person in people:
            self._server.world.person(person, f"P{person}")
        return self._server.api, self._server.gateway.url

    async def close(self) -> None:
        await self._server.close()

    async def until(self, seen: Callable[[], bool], seconds: float) -> None:
        await self._server.until(seen, seconds)

    def has_come(self) -> bool:
        sessions = self._server.world.sessions.values()
        return any(session.socket is not None for session in sessions)

    async def say(self, person: int, line: str) -> None:
        await self._server.people.say(person, line)

    async def ask(self, person: int) -> None:
        self._talks[person] = await self._server.people.run(person, "price", symbols="BTC/USDT")

    def heard(self, person: int) -> Sequence[tuple[int, str]]:
        return [(posted.at, posted.text) for posted in self._posted(person)]

    def count(self, person: int) -> int:
        return len(self._posted(person))

    def _posted(self, person: int) -> Sequence[Posted]:
        channel = self._server.world.private(person)
        return [
            posted
            for posted in self._server.world.posted[channel]
            if posted.author.get("bot") and not posted.is_loading
        ]

    def acknowledged(self, person: int) -> int:
        return self._talks[person].answered_at


class SlackStage:
    platform = "slack"

    def __init__(self, clock: Clock) -> None:
        self._server = SlackServer(clock, looks=False)  # it would take longer than the desk

    async def open(self, people: Sequence[int]) -> Sequence[str]:
        await self._server.open()
        for person in people:
            self._server.world.person(f"U{person}", f"P{person}")
        return (self._server.address,)

    async def close(self) -> None:
        await self._server.close()

    async def until(self, seen: Callable[[], bool], seconds: float) -> None:
        await self._server.until(seen, seconds)

    def has_come(self) -> bool:
        return bool(self._server.links)

    async def say(self, person: int, line: str) -> None:
        await self._server.say(f"U{person}", line)

    async def ask(self, person: int) -> None:
        await self._server.command(f"U{person}", "price BTC/USDT")

    def heard(self, person: int) -> Sequence[tuple[int, str]]:
        return [(posted.at, posted.shown) for posted in self._server.shown(f"U{person}")]

    def count(self, person: int) -> int:
        return len(self._server.shown(f"U{person}"))

    def acknowledged(self, person: int) -> int:
        return self._server.acknowledged.get(f"U{person}", 0)


STAGES: Mapping[str, Callable[[Clock], Stage]] = {
    "telegram": TelegramStage,
    "discord": DiscordStage,
    "slack": SlackStage,
}


def started(
    home: Path, platform: str, places: Sequence[str], *, workers: bool = True
) -> subprocess.Popen[bytes]:
    """A desk as a process of its own, without the one that draws where it is not to have it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.chat_desk", str(home), platform, str(workers), *places],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def end(child: subprocess.Popen[bytes]) -> None:
    """kill -9."""
    child.kill()
    child.wait()
