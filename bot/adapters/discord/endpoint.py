"""Where Discord posts interactions, if there is a public address: checked raw, then answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PATH = "/discord"
_SIGNATURE, _TIMESTAMP = "x-signature-ed25519", "x-signature-timestamp"
_FRESH_MS = 5 * 60_000


def genuine(headers: Mapping[str, str], body: bytes, key: str, now: int) -> bool:
    """Whether Discord signed this body, lately; header names in lower case, `now` in UTC ms.

    Whatever the headers hold, the answer is no and never a failure.
    """
    timestamp = headers.get(_TIMESTAMP, "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    if abs(now - int(timestamp) * 1_000) > _FRESH_MS:
        return False
    try:
        signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        signer.verify(bytes.fromhex(headers.get(_SIGNATURE, "")), timestamp.encode() + body)
    except (InvalidSignature, ValueError):
        return False
    return True


def parsed(body: bytes) -> dict[str, Any] | None:
    """What a body holds, or None where it is no object."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None
