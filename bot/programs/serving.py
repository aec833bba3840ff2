"""The one way in which a home is opened, served and closed, with a terminal or without."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.config import Config, home_folder, read_config
from bot.errors import BotError
from bot.homes import held
from bot.logs import start_logs
from bot.programs.faults import aim_faults
from bot.programs.trouble import explain
from bot.wiring import Application, System, build
from engine.errors import EngineError
from engine.runtime.system import SystemClock, SystemIdentities


@dataclass(frozen=True, slots=True)
class Opened:
    """A home that this process holds."""

    home: Path
    config: Config
    app: Application


Serving = Callable[[Opened], Awaitable[int]]
"""Serves an open home for as long as it shall; gives the exit code."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which home, by the options; who holds it meanwhile; where its logs are shown besides."""

    home: Path | None
    config: Path | None
    holder: str
    screen: TextIO | None = None


def serve_home(place: Place, serving: Serving) -> int:
    """Open it, serve it, close it; gives the exit code. What prevents the start is explained."""
    folder = home_folder(place.home)
    try:
        settings = read_config(place.config, folder)
        folder.mkdir(parents=True, exist_ok=True)
        start_logs(folder, settings.log.level, place.screen)
        aim_faults()
        return asyncio.run(_served(settings, folder, place.holder, serving))
    except (BotError, EngineError) as error:
        return explain(error)
    except ExceptionGroup as group:
        return explain(_expected(group))


async def _served(config: Config, home: Path, holder: str, serving: Serving) -> int:
    system = System(SystemClock(), SystemIdentities())
    with held(home, holder, system.clock):
        app = await build(config, home, system)
        try:
            return await serving(Opened(home, config, app))
        finally:
            await app.close()


def _expected(group: ExceptionGroup) -> BotError | EngineError:
    """The failure inside a group that can be explained; any other goes up as it is."""
    explained = group.subgroup((BotError, EngineError))
    if explained is None:
        raise group
    first: BaseException = explained
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if isinstance(first, BotError | EngineError):
        return first
    raise group
