"""Pictures inside a terminal that can show them, by the two protocols that terminals have.

kitty's: https://sw.kovidgoyal.net/kitty/graphics-protocol/; iTerm2's:
https://iterm2.com/documentation-images.html. A terminal that knows neither is shown the path alone.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

_CHUNK = 4_096
"""Letters of base64 in one of kitty's messages."""
_COLUMNS = 80
_PNG = b"\x89PNG\r\n\x1a\n"


class Protocol(Enum):
    """How a terminal is shown a picture."""

    NONE = ""
    KITTY = "kitty"
    ITERM = "iterm"


def shown(path: Path, protocol: Protocol) -> str:
    """What is written to show a PNG file; nothing where it cannot be, or is not there."""
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    if protocol is Protocol.NONE or not content.startswith(_PNG):
        return ""
    text = b64encode(content).decode()
    if protocol is Protocol.KITTY:
        return "".join(_kitty(text))
    facts = f"inline=1;size={len(content)};width={_COLUMNS};preserveAspectRatio=1"
    return f"\x1b]1337;File={facts}:{text}\a"


def _kitty(text: str) -> Iterator[str]:
    chunks = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
    for place, chunk in enumerate(chunks):
        is_more = int(place < len(chunks) - 1)
        facts = f"a=T,f=100,q=2,c={_COLUMNS},m={is_more}" if place == 0 else f"m={is_more}"
        yield f"\x1b_G{facts};{chunk}\x1b\\"
