"""`outcry chat`: one person at a terminal, the whole desk behind them."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.terminal.manifest import PLATFORM
from bot.adapters.terminal.pictures import Protocol
from bot.adapters.terminal.receive import Seat, TerminalAdapter
from bot.chat import Chat, complaint, serve
from bot.config import terminal_pictures
from bot.programs.platforms import platforms
from bot.programs.serving import Opened, Place, serve_home


def run_chat(home: Path | None, config: Path | None, name: str, *, is_plain: bool) -> int:
    """Serve one person, and every configured platform, until they leave; gives the exit code."""

    async def seated(opened: Opened) -> int:
        app = opened.app
        pictures = Protocol(terminal_pictures())
        seat = Seat(name, is_plain, opened.home / "history", pictures)

        def terminal(chat: Chat) -> TerminalAdapter:
            clock, identities = app.system.clock, app.system.identities
            return TerminalAdapter(seat, clock, identities, chat.settled, complaint)

        others = platforms(opened.config, app.equipment)
        await serve(app, lambda chat: [terminal(chat), *others])
        return 0

    return serve_home(Place(home, config, f"{PLATFORM}:{name}"), seated)
