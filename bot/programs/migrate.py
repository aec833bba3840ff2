"""`outcry migrate`: bring a home's database to this version's tables."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.config import home_folder
from bot.homes import migrated
from bot.programs.trouble import explain
from engine.errors import EngineError


def run_migrate(home: Path | None) -> int:
    """Migrate, or say that there is nothing to do; gives the exit code."""
    folder = home_folder(home)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        changed = migrated(folder)
    except EngineError as error:
        return explain(error)
    sys.stdout.write("The database is of this version" + (" now.\n" if changed else ".\n"))
    return 0
