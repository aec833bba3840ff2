"""What Slack knows: people, channels, messages, views, and what its clients make of them."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Json = dict[str, Any]

ME, BOT, TEAM = "UOUTCRY", "BOUTCRY", "T1"
_MARKUP = re.compile(r"<(?:[@#!]|https?:|mailto:|tel:)[^<>]*>")
_LIVELY = re.compile(
    r"(?<!\w)[@#][a-zA-Z]\w*|https?://\S+|:[a-z_][\w+'-]*:|:[+-]1:"
    r"|(?<![\w.@])(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(?:/\S*)?(?!\w)"
)


@dataclass(slots=True)
class Posted:
    """A message as its readers see it; `user` alone does, `before` are the texts edits replaced."""

    channel: str
    ts: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    thread: str = ""
    user: str = ""
    metadata: Json = field(default_factory=dict)
    before: list[str] = field(default_factory=list)
    at: int = 0

    @property
    def shown(self) -> str:
        """All words of it, block by block."""
        return drawn(self.blocks) if self.blocks or self.files else html.unescape(self.text)

    @property
    def buttons(self) -> list[Json]:
        """Each with the block that it stands in."""
        return list(buttons(self.blocks))

    def clickable(self) -> list[str]:
        """Mentions, links and emoji that Slack would make of it, in any of its fields."""
        marked = _MARKUP.findall(self.text)
        plain = html.unescape(_MARKUP.sub("", self.text))
        return [*marked, *_LIVELY.findall(plain), *_LIVELY.findall(self.shown)]


class World:
    """Everything but the wire."""

    def __init__(self) -> None:
        self.people: dict[str, str] = {}
        self.channels: set[str] = set()
        self.strange: set[str] = set()
        """Channels that the app is no member of and cannot see."""
        self.posted: defaultdict[str, list[Posted]] = defaultdict(list)
        self.files: dict[str, tuple[str, bytes]] = {}
        self.views: list[Json] = []
        """Modals that were opened, the last one in front."""
        self.homes: dict[str, Json] = {}
        self.deaf: set[str] = set()
        """People whom the app may not write to."""
        self._numbers = count(1)

    def number(self) -> int:
        return next(self._numbers)

    def person(self, user: str, name: str) -> None:
        """Somebody, with a private chat with the app."""
        self.people[user] = name
        self.channels.add(chat_of(user))

    def find(self, channel: str, ts: str) -> Posted | None:
        return next((m for m in self.posted[channel] if m.ts == ts and not m.user), None)


def chat_of(user: str) -> str:
    """The channel of somebody's private chat with the app."""
    return f"D{user[1:]}"


def buttons(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        if block["type"] == "actions":
            for element in block["elements"]:
                yield {**element, "block_id": block.get("block_id", "auto")}


def drawn(blocks: list[Json]) -> str:
    """The words of blocks as a person reads them; buttons apart."""
    return "\n".join(text for block in blocks if (text := _drawn(block)) is not None)


def _drawn(block: Json) -> str | None:
    match block["type"]:
        case "header" | "section":
            return block["text"]["text"]
        case "rich_text":
            return "\n".join(
                "".join(piece["text"] for piece in each["elements"]) for each in block["elements"]
            )
        case "context":
            return "\n".join(element["text"] for element in block["elements"])
        case "input":
            return block["label"]["text"]
    return None


def invalid(blocks: list[Json], most: int = 50) -> str:
    """Why Slack would not take these blocks: its limits, and the models of its own SDK."""
    if len(blocks) > most:
        return "invalid_blocks: too many"
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)) or any(not 0 < len(name) <= 255 for name in names):
        return "invalid_blocks: block_id"
    try:
        for block in Block.parse_all(blocks):
            block.to_dict()
    except SlackObjectFormationError as error:
        return f"invalid_blocks: {error}"
    letters = 0
    for text, limit in _texts(blocks):
        size = len(text.encode("utf-16-le", "surrogatepass")) // 2
        letters += size
        if not 0 < size <= limit:
            return f"invalid_blocks: {size} letters of {limit}"
    if letters > 13_200:
        return "msg_blocks_too_long"
    return ""


def _texts(blocks: list[Json]) -> Iterator[tuple[str, int]]:
    for block in blocks:
        match block["type"]:
            case "header":
                yield block["text"]["text"], 150
            case "section":
                yield block["text"]["text"], 3_000
            case "context":
                yield from ((element["text"], 3_000) for element in block["elements"])
            case "rich_text":
                for each in block["elements"]:
                    assert each["elements"]
                    yield from ((piece["text"], 3_000) for piece in each["elements"])
            case "actions":
                assert 0 < len(block["elements"]) <= 25
                ids = [element["action_id"] for element in block["elements"]]
                assert len(ids) == len(set(ids))
                for element in block["elements"]:
                    yield from _of_element(element)


def _of_element(element: Json) -> Iterator[tuple[str, int]]:
    if element["type"] != "button":
        return
    yield element["text"]["text"], 75
    yield element["action_id"], 255
    if "value" in element:
        yield element["value"], 2_000
