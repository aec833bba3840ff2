"""A desk on a platform's stand-in as a process of its own, to be killed.

HOME PLATFORM WORKERS PLACE…: `WORKERS` says whether it has a process that draws, the places are
where the stand-in is.
"""
# ruff: noqa: PLC0415 -- as in the program itself, only the library that is needed is loaded

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.chat import serve
from bot.config import Config
from bot.ports.platforms import Adapter, Equipment
from bot.wiring import System, build
from engine.runtime.system import SystemClock, SystemIdentities

# The stand-ins' limits are off here: what is measured is the desk.
_UNLIMITED = 1_000


def _telegram(equipment: Equipment, api: str, files: str) -> Adapter:
    from bot.adapters.telegram.adapter import TelegramAdapter
    from bot.adapters.telegram.manifest import TelegramSettings
    from tests.standins.telegram.server import TOKEN

    settings = TelegramSettings(TOKEN, _UNLIMITED, api=api, files=files, poll_seconds=20)
    return TelegramAdapter(settings, equipment)


def _discord(equipment: Equipment, api: str, gateway: str) -> Adapter:
    from bot.adapters.discord.adapter import DiscordAdapter
    from bot.adapters.discord.manifest import DiscordSettings
    from tests.standins.discord.server import TOKEN

    return DiscordAdapter(DiscordSettings(TOKEN, api, gateway), equipment)


def _slack(equipment: Equipment, address: str) -> Adapter:
    from bot.adapters.slack.adapter import SlackAdapter
    from bot.adapters.slack.manifest import SlackSettings
    from tests.standins.slack.server import APP_TOKEN, TOKEN

    settings = SlackSettings(
        TOKEN, APP_TOKEN, messages_per_second=_UNLIMITED, api=f"{address}/api/"
    )
    return SlackAdapter(settings, equipment)


ADAPTERS = {"telegram": _telegram, "discord": _discord, "slack": _slack}
LETTERS = {"slack": "U"}
"""What the ids of people begin with."""


async def _serve(home: Path, platform: str, places: Sequence[str], *, workers: bool) -> None:
    home.mkdir(parents=True, exist_ok=True)
    begin = f"{platform}:{LETTERS.get(platform, '')}"
    people = {f"{begin}{number}": "trader" for number in range(1_001, 11_001)}
    system = System(SystemClock(), SystemIdentities(), workers=workers)
    app = await build(Config(people=people), home, system)
    await serve(app, lambda _: [ADAPTERS[platform](app.equipment, *places)])


if __name__ == "__main__":
    home, platform, workers, *places = sys.argv[1:]
    asyncio.run(_serve(Path(home), platform, places, workers=workers == "True"))
