"""Signatures as the Standard Webhooks specification has them: HMAC over id, time and body."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence

ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def signature(key: bytes, name: str, moment: str, body: bytes) -> str:
    """`v1,` and the digest in base64."""
    content = b".".join((name.encode(), moment.encode(), body))
    return f"v1,{b64encode(hmac.digest(key, content, 'sha256')).decode()}"


def is_genuine(headers: Mapping[str, str], body: bytes, keys: Sequence[bytes]) -> bool:
    """Whether one of the signatures that came is by one of the keys; all are compared."""
    name, moment = headers.get(ID, ""), headers.get(TIME, "")
    given = headers.get(SIGNATURE, "").split()
    found = False
    for key in keys:
        expected = signature(key, name, moment, body).encode()
        for each in given[:4]:
            found |= hmac.compare_digest(each.encode(), expected)
    return found and bool(name)
