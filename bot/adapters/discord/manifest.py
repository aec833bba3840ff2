"""What Discord is called, what it takes, and how long things may be there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import Undeliverable
from bot.message import OutgoingMessage
from bot.ports.platforms import Pacing, Room

PLATFORM = "discord"

TITLE_UNITS = 256
DESCRIPTION_UNITS = 4_096
FIELDS = 25
FIELD_NAME_UNITS = 256
FIELD_VALUE_UNITS = 1_024
BUTTON_ROW = 5
ROWS = 5
LABEL_LETTERS = 80
CUSTOM_ID_LETTERS = 100
OPTIONS = 25
"""Choices in a menu, and of an argument."""
OPTION_LETTERS = 100
FILES = 10
FILE_BYTES = 10_485_760
MESSAGE_BYTES = 25_000_000
ALT_LETTERS = 1_024
RECEIVED_BYTES = 20_000_000
FORM_LETTERS = 45
"""The title of a form, and the label of a line in it."""
COMMANDS = 100
COMMAND_OPTIONS = 25
DESCRIPTION_LETTERS = 100
NONCE_LETTERS = 25
EPHEMERAL = 1 << 6
"""One person alone sees the message."""
SILENT = 1 << 12
"""SUPPRESS_NOTIFICATIONS: the message comes without a push or a sound."""

_EPOCH_MS = 1_420_070_400_000
_TALK_MS = 15 * 60_000
_TALK_MARGIN_MS = 15_000


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """One bot. `api` and `gateway` are where Discord's servers are.

    `answer_seconds` bounds a request, its waits for Discord's limits, up to 30 s, included.
    """

    token: str
    api: str = "https://discord.com/api/v10"
    gateway: str = "wss://gateway.discord.gg/"
    answer_seconds: float = 45

    @property
    def pacing(self) -> Pacing:
        """Fifty messages a second in all, five in five seconds in a channel.

        Answers to interactions are not counted.
        A repeat within minutes is recognised by its nonce and gives the message that is there.
        """
        return Pacing(per_second=50, gap_seconds=1.0, at_once=16, is_free=_is_free)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or a thread, or what is between the bot and one person."""

    channel: int = 0
    user: int = 0

    @property
    def room(self) -> str:
        """What Discord counts by, and buttons are sealed for."""
        return f"@{self.user}" if self.user else str(self.channel)

    @property
    def conversation(self) -> str:
        """`discord:<channel>`, or `discord:@<user>`.

        What is said to a person in their private channel and what only they are shown elsewhere
        are one conversation.
        """
        return f"{PLATFORM}:{self.room}"


@dataclass(frozen=True, slots=True)
class Talk:
    """An interaction: by its token it may be answered for a quarter of an hour.

    `is_aside`: others read where it happened, and its answer is for one person alone.
    """

    id: int
    token: str
    is_aside: bool = False

    @property
    def reference(self) -> str:
        """Its name in a message's `reference`."""
        return f"{self.id}/{self.token}"

    def is_open(self, now: int) -> bool:
        """Whether its token still holds at a moment in UTC ms."""
        return now < made_at(self.id) + _TALK_MS - _TALK_MARGIN_MS


def made_at(snowflake: int) -> int:
    """When Discord made an id, in UTC ms."""
    return (snowflake >> 22) + _EPOCH_MS


def talk_of(reference: str) -> Talk | None:
    """The interaction that a reference names, None where it names a message or nothing."""
    number, slash, token = reference.partition("/")
    return Talk(int(number), token) if slash and number.isdecimal() else None


def _is_free(row: OutgoingMessage, now: int) -> bool:
    talk = talk_of(row.reply_to)
    return talk is not None and talk.is_open(now)


def place_of(conversation: str) -> Place:
    """Where a conversation is. Raises Undeliverable."""
    _, _, name = conversation.partition(":")
    try:
        return Place(user=int(name[1:])) if name.startswith("@") else Place(int(name))
    except ValueError as error:
        raise Undeliverable(f"{conversation} is no conversation of Discord's") from error


def room_of(conversation: str) -> Room:
    """Every channel and every thread has limits of its own."""
    _, _, name = conversation.partition(":")
    return Room(name, is_group=not name.startswith("@"))
