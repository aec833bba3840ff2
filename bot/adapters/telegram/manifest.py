"""What Telegram is called, what it takes, and how long things may be there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import Undeliverable
from bot.ports.platforms import Pacing, Room

PLATFORM = "telegram"

MESSAGE_UNITS = 4_096
"""Letters of a message, in UTF-16 units."""
CAPTION_UNITS = 1_024
MESSAGE_ENTITIES = 100
BUTTON_BYTES = 64
BUTTON_ROW = 3
BUTTONS = 100
ALBUM = 10
PHOTO_BYTES = 10_000_000
FILE_BYTES = 50_000_000
RECEIVED_BYTES = 20_000_000
"""Larger files a bot may not fetch."""
COMMANDS = 100
DESCRIPTION_LETTERS = 256
INLINE_SECONDS = 10
"""How long Telegram may show the same answer to what is typed inline."""

UPDATES = ("message", "callback_query", "inline_query")
"""What is asked for; edits of messages are not, so that they have no effect."""


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """One bot. `api` and `files` are where Telegram's servers are.

    `messages_per_second` is what Telegram lets this bot say in all, 30 unless it was paid for more.
    `webhook` is the public https address that leads to `/telegram` at `listen` (host:port); where
    it is empty, updates are asked for.
    """

    token: str
    messages_per_second: float = 30
    webhook: str = ""
    listen: str = "127.0.0.1:8443"
    api: str = "https://api.telegram.org/bot"
    files: str = "https://api.telegram.org/file/bot"
    poll_seconds: int = 50
    answer_seconds: float = 15

    @property
    def pacing(self) -> Pacing:
        """One message a second in a chat, twenty a minute in a group; repeats are seen."""
        return Pacing(
            per_second=self.messages_per_second,
            gap_seconds=1.0,
            group_per_minute=20,
            at_once=16,
            shows_repeats=True,
        )


def conversation_of(chat_id: int, topic: int | None = None) -> str:
    """A chat's name here; each topic of a group is a conversation of its own."""
    return f"{PLATFORM}:{chat_id}" + (f":{topic}" if topic else "")


def place_of(conversation: str) -> tuple[int, int | None]:
    """The chat's id and the topic's, or None. Raises Undeliverable."""
    try:
        _, chat, *topic = conversation.split(":")
        return int(chat), int(topic[0]) if topic else None
    except ValueError as error:
        raise Undeliverable(f"{conversation} is no conversation of Telegram's") from error


def room_of(conversation: str) -> Room:
    """Telegram counts by chat, and calls groups by negative numbers."""
    try:
        chat, _ = place_of(conversation)
    except Undeliverable:
        return Room(conversation)
    return Room(str(chat), is_group=chat < 0)
