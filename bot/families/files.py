"""Files that came with a message."""

from __future__ import annotations

import re
from pathlib import Path

from bot.errors import FileNotGiven
from bot.message import InboundMessage, ReceivedFile


def attached(message: InboundMessage, name: str | None) -> ReceivedFile:
    """The file of that name, or the only one. Raises FileNotGiven."""
    said = Path(name).name if name else ""
    named = [file for file in message.files if not said or Path(file.name).name == said]
    if len(named) != 1:
        raise FileNotGiven(file=name or "–")
    return named[0]


def is_of_other_kind(name: str, kind: re.Pattern[str]) -> bool:
    """Whether a name has an ending, and one that this kind of file has not."""
    return bool(Path(name).suffix) and not kind.search(name)


def small_text(file: ReceivedFile, most_bytes: int) -> str:
    """What a small text file says. Raises ValueError where it is too large or no UTF-8, OSError."""
    with file.path.open("rb") as opened:
        content = opened.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise ValueError(f"{file.name} is larger than {most_bytes // 1024} KB")
    return content.decode("utf-8-sig")
