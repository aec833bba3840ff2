"""What Telegram knows: bots, chats, messages, updates that wait for their bot."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

_MENTION = re.compile(r"(?<!\w)@[a-zA-Z]\w{3,}")
_LINK = re.compile(
    r"(?:https?://|tg://)\S+|(?<![\w.@])(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(?:/\S*)?(?!\w)"
)


@dataclass(slots=True)
class Posted:
    """A message in a chat, as its members see it; `before` are the texts that edits replaced."""

    number: int
    chat: int
    text: str
    entities: list[Json] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    topic: int | None = None
    reply_to: int | None = None
    album: str = ""
    at: int = 0
    is_silent: bool = False
    before: list[str] = field(default_factory=list)

    @property
    def buttons(self) -> list[Json]:
        return [button for row in self.keyboard for button in row]

    def clickable(self) -> list[str]:
        """Mentions and links that Telegram finds by itself, outside of code and tables."""
        units = self.text.encode("utf-16-le")
        hidden = bytearray(units)
        for entity in self.entities:
            if entity["type"] in {"pre", "code"}:
                start, length = entity["offset"] * 2, entity["length"] * 2
                hidden[start : start + length] = b" \0" * entity["length"]
        text = hidden.decode("utf-16-le")
        return [*_MENTION.findall(text), *_LINK.findall(text)]


@dataclass(slots=True)
class Bot:
    """One token."""

    id: int
    username: str
    updates: list[Json] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1000))
    webhook: str = ""
    secret: str = ""
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    answered: list[Json] = field(default_factory=list)
    poll: int = 0


class World:
    """Everything but the wire."""

    def __init__(self) -> None:
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, Json] = {}
        self.posted: defaultdict[int, list[Posted]] = defaultdict(list)
        self.files: dict[str, bytes] = {}
        self.blocked: set[int] = set()
        self.migrated: dict[int, int] = {}
        self.erased: set[tuple[int, int]] = set()
        """Chats and numbers of messages that the bot took away."""
        self._numbers = count(1)

    def number(self) -> int:
        return next(self._numbers)

    def person(self, number: int, name: str) -> Json:
        """Somebody's private chat with the bot, and who they are."""
        self.chats.setdefault(number, {"id": number, "type": "private", "first_name": name})
        return {"id": number, "is_bot": False, "first_name": name}

    def group(self, number: int, title: str, *, topics: bool = False) -> Json:
        kind = {"type": "supergroup", "is_forum": True} if topics else {"type": "group"}
        return self.chats.setdefault(number, {"id": number, "title": title, **kind})

    def find(self, chat: int, number: int) -> Posted | None:
        return next((m for m in self.posted[chat] if m.number == number), None)

    def as_json(self, posted: Posted, bot: Bot) -> Json:
        message: Json = {
            "message_id": posted.number,
            "date": posted.at // 1000,
            "chat": self.chats[posted.chat],
            "from": {"id": bot.id, "is_bot": True, "first_name": "Outcry"},
            "text": posted.text,
            "entities": posted.entities,
        }
        if posted.topic:
            message |= {"message_thread_id": posted.topic, "is_topic_message": True}
        return message
