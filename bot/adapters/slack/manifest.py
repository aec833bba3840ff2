"""What Slack is called, what it takes, and how places are named there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import Undeliverable
from bot.ports.platforms import Pacing, Room

PLATFORM = "slack"
COMMAND = "/outcry"

HEADER_UNITS = 150
BLOCK_UNITS = 3_000
"""Letters of one block, in UTF-16 units."""
PAGE_BLOCKS = 3
"""Blocks of words in one message: about 13,200 letters over all blocks are refused."""
SMALL_UNITS = 1_000
"""Letters of what stands small under a card."""
FALLBACK_LETTERS = 3_000
"""Letters of what notifications and screen readers say."""
BUTTONS = 25
BUTTON_LETTERS = 75
FILES = 10
FILE_BYTES = 100_000_000
RECEIVED_BYTES = 20_000_000
SIGNED_SECONDS = 300
"""A request signed longer ago is refused."""
WHISPER_MS = 60_000
"""What only one person sees in a channel is lost where they are not looking."""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One app in one workspace. `api` is where Slack's servers are, `files` where its files are.

    `app_token` opens a websocket (Socket Mode); where it is empty, Slack posts to `/slack` here,
    signed with `signing_secret`. A modal opens within three seconds of what asked for it;
    `trigger_seconds` is how long that is tried.
    """

    token: str
    app_token: str = ""
    signing_secret: str = ""
    messages_per_second: float = 5
    api: str = "https://slack.com/api/"
    files: str = "https://files.slack.com/"
    hooks: str = "https://hooks.slack.com/"
    answer_seconds: float = 15
    ping_seconds: float = 10
    trigger_seconds: float = 2.5

    @property
    def pacing(self) -> Pacing:
        """One message a second in a channel; what is there already is found by its mark."""
        return Pacing(
            per_second=self.messages_per_second,
            gap_seconds=1.0,
            at_once=16,
            shows_repeats=True,
            finds_repeats=True,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, a thread in it, what one person alone sees there, or, without one, their chat."""

    channel: str = ""
    thread: str = ""
    user: str = ""

    @property
    def conversation(self) -> str:
        """Its name here: `slack:C1`, `slack:C1:17.2`, `slack:C1:@U1`, `slack:@U1`."""
        parts = (PLATFORM, self.channel, self.thread, self.user and f"@{self.user}")
        return ":".join(part for part in parts if part)

    @property
    def is_aside(self) -> bool:
        """Whether one person alone sees it, in a channel."""
        return bool(self.channel and self.user)


def place_of(conversation: str) -> Place:
    """The place of that name. Raises Undeliverable."""
    platform, *parts = conversation.split(":")
    user = parts.pop()[1:] if parts and parts[-1].startswith("@") else ""
    if platform != PLATFORM or len(parts) > 2 or not (parts or user):
        raise Undeliverable(f"{conversation} is no conversation of Slack's")
    channel, thread = [*parts, "", ""][:2]
    return Place(channel, thread, user)


def room_of(conversation: str) -> Room:
    """Slack counts by channel, whatever the thread."""
    try:
        place = place_of(conversation)
    except Undeliverable:
        return Room(conversation)
    return Room(place.channel or f"@{place.user}", is_group=bool(place.channel))
