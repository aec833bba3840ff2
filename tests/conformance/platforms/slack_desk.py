"""A desk behind Slack, for stories that only Slack has."""

from __future__ import annotations

from bot.layout import JOINER
from tests.conformance.platforms.card import stories
from tests.conformance.platforms.harnesses.slack import SlackHarness
from tests.standins.slack.world import Posted

ANN, BOB, PIT = "U101", "U102", "C500"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 200


async def _ready(harness: SlackHarness) -> None:
    harness.server.world.channels.add(PIT)


story = stories(SlackHarness, _ready)


def in_pit(harness: SlackHarness, user: str = "") -> list[Posted]:
    """What all see in the channel, or what one person alone sees there."""
    return [posted for posted in harness.server.world.posted[PIT] if posted.user == user]


def words(posted: Posted) -> str:
    return posted.shown.replace(JOINER, "")
