"""Where a fault test may have this process die, or have its boundaries listed.

`OUTCRY_CRASH_AT=17` kills at the seventeenth boundary; `OUTCRY_CRASH_AT=list:FILE` writes the name
of each to a file.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

from bot.config import crash_point
from engine.ports.boundary import watch_boundaries


def aim_faults() -> None:
    """Install the hook that the environment asks for; in service it asks for none."""
    point = crash_point()
    if point is None:
        return
    if point.startswith("list:"):
        watch_boundaries(_listing(Path(point.removeprefix("list:"))))
    else:
        watch_boundaries(_killing(int(point)))


def _listing(path: Path) -> Callable[[str], None]:
    def note(name: str) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")

    return note


def _killing(place: int) -> Callable[[str], None]:
    numbers = count(1)

    def kill(name: str) -> None:
        del name
        if next(numbers) == place:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill
