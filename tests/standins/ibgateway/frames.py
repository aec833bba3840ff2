"""Messages on the wire: four bytes of length, then text fields that each end with a NUL."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence


async def read_fields(reader: asyncio.StreamReader) -> list[str]:
    """The next message. Raises IncompleteReadError when the client is gone."""
    (length,) = struct.unpack(">I", await reader.readexactly(4))
    return (await reader.readexactly(length)).decode().split("\0")[:-1]


def framed(fields: Sequence[object]) -> bytes:
    """A message to send; truth is 1 or 0 and nothing is an empty field."""
    body = b"".join(_text(each).encode() + b"\0" for each in fields)
    return struct.pack(">I", len(body)) + body


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)
