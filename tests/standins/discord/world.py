"""What Discord knows: bots, people, guilds, channels, messages, and interactions under way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.ports.system import Clock
from tests.standins.discord.markdown import read

Json = dict[str, Any]

EPOCH_MS = 1_420_070_400_000
DM, TEXT, THREAD = 1, 0, 11
EPHEMERAL, LOADING = 1 << 6, 1 << 7
SILENT = 1 << 12
SENDABLE = SILENT | 1 << 2
"""Flags that a bot may send a message with."""


@dataclass(slots=True)
class Posted:
    """A message; `only_for` is who alone sees it, `before` what edits replaced."""

    id: int
    channel: int
    author: Json
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    flags: int = 0
    reply_to: int | None = None
    nonce: str = ""
    at: int = 0
    only_for: int | None = None
    before: list[str] = field(default_factory=list)

    @property
    def is_silent(self) -> bool:
        return bool(self.flags & SILENT)

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & LOADING)

    def parts(self) -> list[tuple[str, list[str]]]:
        """Its texts as they are read, and what is clickable in each."""
        found = [read(self.content)] if self.content else []
        for embed in self.embeds:
            found += [read(embed[name]) for name in ("title", "description") if embed.get(name)]
            for each in embed.get("fields", []):
                (name, more), (value, others) = read(each["name"]), read(each["value"])
                found.append((f"{name}: {value}", [*more, *others]))
            if embed.get("footer"):
                found.append((embed["footer"]["text"], []))
        return found

    @property
    def text(self) -> str:
        return "\n".join(text for text, _ in self.parts())

    @property
    def clickable(self) -> list[str]:
        return [each for _, more in self.parts() for each in more]

    @property
    def buttons(self) -> list[Json]:
        """What can be pressed, and the options of menus."""
        inner = [each for row in self.components for each in row["components"]]
        options = [
            {"label": option["label"], "custom_id": each["custom_id"], "value": option["value"]}
            for each in inner
            if each["type"] == 3
            for option in each["options"]
        ]
        return [each for each in inner if each["type"] == 2] + options


@dataclass(slots=True)
class Talk:
    """An interaction under way; `began` is the loop's time, `at` the desk's."""

    id: int
    token: str
    payload: Json
    user: int
    channel: int
    began: float
    at: int
    answer: Json | None = None
    answered_at: int = 0
    original: Posted | None = None


@dataclass(slots=True)
class Session:
    """A gateway session: what was dispatched in it, so that it can be resumed."""

    id: str
    token: str
    intents: int = 0
    events: list[Json] = field(default_factory=list)
    socket: Any = None


@dataclass(slots=True)
class Bot:
    """One token."""

    id: int
    username: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    commands: list[Json] = field(default_factory=list)

    @property
    def application_id(self) -> int:
        return self.id + 1

    def as_json(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.username,
            "discriminator": "0",
            "avatar": None,
            "bot": True,
            "verified": True,
            "mfa_enabled": False,
            "flags": 0,
        }


class World:
    """Everything but the wire."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0
        self.bots: dict[str, Bot] = {}
        self.users: dict[int, Json] = {}
        self.channels: dict[int, Json] = {}
        self.posted: defaultdict[int, list[Posted]] = defaultdict(list)
        self.nonces: dict[str, Posted] = {}
        self.files: dict[str, bytes] = {}
        self.closed_to_bots: set[int] = set()
        self.talks: dict[str, Talk] = {}
        self.sessions: dict[str, Session] = {}

    def number(self) -> int:
        """A snowflake: the time and a count."""
        self._count += 1
        return ((self._clock.now_ms() - EPOCH_MS) << 22) | (self._count & 0x3FFFFF)

    def person(self, number: int, name: str) -> Json:
        user: Json = {
            "id": str(number),
            "username": name.lower(),
            "global_name": name,
            "discriminator": "0",
            "avatar": None,
        }
        self.users[number] = user
        return user

    def private(self, user: int) -> int:
        """The channel of a person and the bot."""
        number = user + 5_000_000
        self.channels.setdefault(
            number, {"id": str(number), "type": DM, "recipients": [self.users[user]]}
        )
        return number

    def channel(self, number: int, guild: int, name: str, *, parent: int | None = None) -> Json:
        """A text channel of a guild, or a thread of one."""
        channel: Json = {
            "id": str(number),
            "type": THREAD if parent else TEXT,
            "guild_id": str(guild),
            "name": name,
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
        }
        if parent:
            channel |= {
                "parent_id": str(parent),
                "owner_id": "1",
                "message_count": 0,
                "member_count": 1,
                "rate_limit_per_user": 0,
                "thread_metadata": {
                    "archived": False,
                    "auto_archive_duration": 60,
                    "archive_timestamp": "2026-01-01T00:00:00+00:00",
                    "locked": False,
                },
            }
        return self.channels.setdefault(number, channel)

    def find(self, channel: int, number: int) -> Posted | None:
        return next((each for each in self.posted[channel] if each.id == number), None)

    def read_by(self, user: int) -> list[Posted]:
        """What a person has before them in private: their channel, and what only they see."""
        return sorted(
            (
                each
                for channel, messages in self.posted.items()
                for each in messages
                if not each.is_loading
                and each.author.get("bot")
                and (channel == user + 5_000_000 or each.only_for == user)
            ),
            key=lambda each: each.id,
        )
