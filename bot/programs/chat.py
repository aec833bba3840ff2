"""`outcry chat`: one person at a terminal, the whole desk behind them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.adapters.terminal.manifest import PLATFORM
from bot.adapters.terminal.receive import Seat, TerminalAdapter
from bot.config import Config, home_folder, read_config
from bot.errors import BotError
from bot.homes import held
from bot.logs import start_logs
from bot.programs.faults import aim_faults
from bot.programs.platforms import platforms
from bot.programs.trouble import explain
from bot.wiring import Chat, System, build, complaint, serve
from engine.errors import EngineError
from engine.runtime.system import SystemClock, SystemIdentities


def run_chat(home: Path | None, config: Path | None, name: str, *, is_plain: bool) -> int:
    """Serve one person until they leave; gives the exit code."""
    folder = home_folder(home)
    try:
        settings = read_config(config, folder)
        folder.mkdir(parents=True, exist_ok=True)
        start_logs(folder, settings.log.level)
        aim_faults()
        seat = Seat(name, is_plain, folder / "history")
        asyncio.run(_chat(settings, folder, seat))
    except (BotError, EngineError) as error:
        return explain(error)
    except ExceptionGroup as group:
        return explain(_expected(group))
    return 0


async def _chat(config: Config, home: Path, seat: Seat) -> None:
    system = System(SystemClock(), SystemIdentities())
    with held(home, f"{PLATFORM}:{seat.name}", system.clock):
        app = await build(config, home, system)
        try:
            others = platforms(config, app.equipment)
            await serve(app, lambda chat: [_terminal(seat, system, chat), *others])
        finally:
            await app.close()


def _terminal(seat: Seat, system: System, chat: Chat) -> TerminalAdapter:
    return TerminalAdapter(seat, system.clock, system.identities, chat.settled, complaint)


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
