"""`outcry run`: the desk without a terminal, for as long as nobody stops it.

Its logs go to the standard output too, where a container or a service manager gathers them.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from bot.chat import serve
from bot.config import DISCORD_TOKEN_VARIABLE, SLACK_TOKEN_VARIABLE, TELEGRAM_TOKEN_VARIABLE, Config
from bot.ports.platforms import Adapter, Equipment
from bot.programs.platforms import platforms
from bot.programs.serving import Opened, Place, serve_home

_log = structlog.get_logger(__name__)

HOLDER = "outcry run"
_NOBODY = (
    "No chat platform is configured, so nobody could speak to this desk.\n"
    f"  Set {TELEGRAM_TOKEN_VARIABLE}, {DISCORD_TOKEN_VARIABLE} or {SLACK_TOKEN_VARIABLE}\n"
    "  (docs/reference/configuration.md),\n"
    "  or open it in this terminal with outcry chat.\n"
)
# Never in the log: whoever reads it owns the desk.
_OWNERLESS = (
    "Nobody on these platforms owns this desk yet.\n"
    "  Write to it in a private chat, within 24 hours:  /link {code}\n"
    "  Whoever does so first is its owner. The code holds once; a restart makes another.\n"
)

_ALONE = (
    "No chat platform is left: what each of them said stands above, as platform_closed.\n"
    "  If a token was mistyped or taken back, set the right one and start again; nothing is lost.\n"
)

Platforms = Callable[[Config, Equipment], Sequence[Adapter]]


def run_desk(home: Path | None, config: Path | None, wanted: Platforms = platforms) -> int:
    """Serve every platform until SIGTERM or SIGINT; gives the exit code.

    0: it was stopped; 1: no platform is left; 2: none was configured.
    """

    async def unattended(opened: Opened) -> int:
        adapters = wanted(opened.config, opened.app.equipment)
        if not adapters:
            sys.stderr.write(_NOBODY)
            return 2
        names = [adapter.platform for adapter in adapters]
        code = await opened.app.linker.setup_code(names)
        if code is not None:
            sys.stderr.write(_OWNERLESS.format(code=code))
        stopped = _stop_signal()
        _log.info("serving", home=str(opened.home), platforms=names)
        await serve(opened.app, lambda _: adapters, stopped)
        if not stopped.is_set():
            _log.error("no_platform_left", platforms=names)
            sys.stderr.write(_ALONE)
            return 1
        _log.info("stopped", home=str(opened.home))
        return 0

    return serve_home(Place(home, config, HOLDER, sys.stdout), unattended)


def _stop_signal() -> asyncio.Event:
    """Set by the first of the signals; a second one ends the process as if there were no hook."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()

    def stop(number: signal.Signals) -> None:
        _log.info("stopping", signal=number.name)
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
        stopped.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop, each)
    return stopped
