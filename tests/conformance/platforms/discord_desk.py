"""A desk behind Discord, for stories that only Discord has."""

from __future__ import annotations

import bot.mcp.http  # heavy: no story's time shall go into it
import bot.web.app
import bot.web.server  # noqa: F401
from tests.conformance.platforms.card import stories
from tests.conformance.platforms.harnesses.discord import DiscordHarness
from tests.standins.discord.world import Posted, Talk

ANN, BOB, GUILD, CHANNEL, THREAD = 101, 102, 7_000, 7_001, 7_002
PRIVATE = "discord:@101"


async def _ready(harness: DiscordHarness) -> None:
    harness.server.world.channel(CHANNEL, GUILD, "desk")
    harness.server.world.channel(THREAD, GUILD, "ideas", parent=CHANNEL)
    await harness.there()


story = stories(DiscordHarness, _ready)


async def said_in(harness: DiscordHarness, channel: int, count: int = 1) -> list[Posted]:
    """What the bot has said in a channel, once it is so much."""

    def own() -> list[Posted]:
        posted = harness.server.world.posted[channel]
        return [each for each in posted if each.author.get("bot") and not each.is_loading]

    await harness.until(lambda: len(own()) >= count)
    return own()


async def run(harness: DiscordHarness, name: str, channel: int | None = None, **options) -> Posted:
    """Run a slash command as Ann, and read its answer."""
    talk = await harness.server.people.run(ANN, name, channel, **options)
    return await answer(harness, talk)


async def answer(harness: DiscordHarness, talk: Talk) -> Posted:
    await harness.until(lambda: talk.original is not None and not talk.original.is_loading)
    assert talk.original is not None
    return talk.original
