"""A desk on a platform's stand-in as a process of its own, to be killed: HOME PLATFORM PLACE…"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.adapters.discord.adapter import DiscordAdapter
from bot.adapters.discord.manifest import DiscordSettings
from bot.adapters.slack.adapter import SlackAdapter
from bot.adapters.slack.manifest import SlackSettings
from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.manifest import TelegramSettings
from bot.chat import serve
from bot.config import Config
from bot.ports import Adapter, Equipment
from bot.wiring import System, build
from engine.runtime.system import SystemClock, SystemIdentities
from tests.standins.discord.server import TOKEN as DISCORD_TOKEN
from tests.standins.slack.server import APP_TOKEN as SLACK_APP_TOKEN
from tests.standins.slack.server import TOKEN as SLACK_TOKEN
from tests.standins.telegram.server import TOKEN as TELEGRAM_TOKEN


def _telegram(equipment: Equipment, api: str, files: str) -> Adapter:
    # The stand-ins' limits are off here: what is measured is the desk.
    settings = TelegramSettings(TELEGRAM_TOKEN, 1_000, api=api, files=files, poll_seconds=20)
    return TelegramAdapter(settings, equipment)


def _discord(equipment: Equipment, api: str, gateway: str) -> Adapter:
    return DiscordAdapter(DiscordSettings(DISCORD_TOKEN, api, gateway), equipment)


def _slack(equipment: Equipment, address: str) -> Adapter:
    settings = SlackSettings(
        SLACK_TOKEN, SLACK_APP_TOKEN, messages_per_second=1_000, api=f"{address}/api/"
    )
    return SlackAdapter(settings, equipment)


ADAPTERS = {"telegram": _telegram, "discord": _discord, "slack": _slack}
LETTERS = {"slack": "U"}
"""What the ids of people begin with."""


async def _serve(home: Path, platform: str, places: Sequence[str]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    begin = f"{platform}:{LETTERS.get(platform, '')}"
    people = {f"{begin}{number}": "trader" for number in range(1_001, 11_001)}
    app = await build(Config(people=people), home, System(SystemClock(), SystemIdentities()))
    await serve(app, lambda _: [ADAPTERS[platform](app.equipment, *places)])


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
