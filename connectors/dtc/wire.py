"""Messages on the wire: one exchange in binary that agrees on JSON, then texts ended by a NUL.

JSON's numbers are read as they are written, not as doubles: prices stay exact. The layout is that
of the protocol's public domain header DTCProtocol.h, version 8, little-endian.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.dtc.messages import VERSION, Encoding, Kind

Message = Mapping[str, Any]
"""A message's fields by the header's own names; `Type` says what it is."""

LONGEST = 1 << 20
"""Bytes of one message; a longer one is no message of this protocol."""
_ENCODING = struct.Struct("<HHii4s")
_UNSET_FROM = Decimal("3.4e38")
"""What is not known is DBL_MAX or FLT_MAX, which servers write with more or fewer digits."""


class NotUnderstood(Exception):
    """What came is no message; whatever follows cannot be trusted either."""


def encoding_message(kind: Kind, encoding: Encoding) -> bytes:
    """The request for an encoding, or its answer: 16 bytes."""
    return _ENCODING.pack(_ENCODING.size, kind, VERSION, encoding, b"DTC")


async def read_encoding(reader: asyncio.StreamReader, kind: Kind) -> int:
    """The encoding that the other side names. Raises NotUnderstood, IncompleteReadError."""
    size, number, _, encoding, protocol = _ENCODING.unpack(await reader.readexactly(_ENCODING.size))
    if (size, number, protocol) != (_ENCODING.size, kind, b"DTC\0"):
        raise NotUnderstood("not a DTC server")
    return int(encoding)


def written(kind: Kind, **fields: object) -> bytes:
    """A message to send."""
    text = json.dumps({"Type": kind, **fields}, separators=(",", ":"), ensure_ascii=False)
    return text.encode() + b"\0"


async def read_message(reader: asyncio.StreamReader) -> Message:
    """The next message. Raises NotUnderstood, and IncompleteReadError at the end."""
    try:
        body = await reader.readuntil(b"\0")
        said = json.loads(body[:-1], parse_float=Decimal, parse_constant=_no_number)
    except (asyncio.LimitOverrunError, ValueError, RecursionError) as error:
        raise NotUnderstood(type(error).__name__) from None
    if not isinstance(said, dict) or not isinstance(said.get("Type"), int):
        raise NotUnderstood("no message has that form")
    return said


def number(said: Message, field: str) -> Decimal | None:
    """A number of a message, None where the server does not know it. Raises NotUnderstood."""
    value = said.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise NotUnderstood(f"{field} is no number")
    exact = Decimal(value)
    return None if abs(exact) >= _UNSET_FROM else exact


def _no_number(text: str) -> Decimal:
    raise ValueError(text)
