"""A desk on Telegram's stand-in as a process of its own, to be killed: HOME API FILES."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.manifest import TelegramSettings
from bot.chat import serve
from bot.config import Config
from bot.wiring import System, build
from engine.runtime.system import SystemClock, SystemIdentities
from tests.standins.telegram.server import TOKEN

PEOPLE = {f"telegram:{number}": "trader" for number in range(1_001, 1_601)}


async def _serve(home: Path, api: str, files: str) -> None:
    home.mkdir(parents=True, exist_ok=True)
    app = await build(Config(people=PEOPLE), home, System(SystemClock(), SystemIdentities()))
    # The stand-in's limits are off here: what is measured is the desk.
    settings = TelegramSettings(TOKEN, 1_000, api=api, files=files, poll_seconds=20)
    await serve(app, lambda _: [TelegramAdapter(settings, app.equipment)])


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
