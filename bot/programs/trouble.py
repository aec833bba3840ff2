"""Failures at the start, told on the terminal instead of in a chat."""

from __future__ import annotations

import sys

from bot.errors import BotError, ConfigInvalid
from engine.errors import EngineError


def explain(error: BotError | EngineError) -> int:
    """Print what prevents the start and how to mend it; gives the exit code."""
    if isinstance(error, ConfigInvalid):
        facts = error.facts
        sys.stderr.write(f"{facts['file']}, line {facts['line']}: {facts['detail']}\n")
        if facts["fix"]:
            sys.stderr.write(f"  {facts['fix']}\n")
        return 2
    # Cards and their texts are only loaded when there is something to explain.
    from bot.adapters.terminal.render import plain  # noqa: PLC0415
    from bot.failures import failed  # noqa: PLC0415
    from bot.voice import Voice  # noqa: PLC0415

    sys.stderr.write(f"{plain(failed(error, Voice()))}\n")
    return 1
