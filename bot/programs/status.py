"""`outcry status`: how a home is, without touching it."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.config import home_folder, read_config
from bot.errors import BotError
from bot.homes import glance
from bot.programs.trouble import explain
from engine.errors import EngineError


def run_status(home: Path | None, config: Path | None) -> int:
    """Print it; gives the exit code."""
    folder = home_folder(home)
    try:
        settings = read_config(config, folder)
        seen = glance(folder)
    except (BotError, EngineError) as error:
        return explain(error)
    accounts = (f"{each.name or each.id} ({each.mode})" for each in settings.accounts)
    lines = [
        f"Home       {folder}",
        f"Desk       {settings.desk.name}, {settings.market.source} market",
        f"Accounts   {', '.join(accounts)}",
        f"Held by    {seen.holder or 'nobody; outcry chat or outcry run would hold it'}",
    ]
    if seen.database is None:
        lines.append("Database   none yet; it is made at the first start")
    else:
        rows = ", ".join(f"{number:,} {name}" for name, number in seen.database.counts.items())
        lines.append(f"Database   {rows}")
        lines.append(f"Outbox     {seen.database.waiting} waiting to be sent")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
