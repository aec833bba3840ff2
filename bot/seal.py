"""What a button carries: its slash line, sealed for the room it is shown in."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

_SEAL_LETTERS = 10


class Seal:
    """Seals lines with a secret, so that nobody can make a button that this desk did not show.

    A seal gives no right: whoever presses is asked who they are, like whoever types.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = hmac.digest(secret, b"buttons", "sha256")

    def closed(self, line: str, room: str) -> str:
        """Ten letters longer than the line."""
        return self._mark(line, room) + line

    def opened(self, sealed: str, room: str) -> str | None:
        """The line, or None where it was not sealed here for this room."""
        line = sealed[_SEAL_LETTERS:]
        # Compared as bytes: what comes in may hold any letters.
        mark, expected = sealed[:_SEAL_LETTERS].encode(), self._mark(line, room).encode()
        return line if hmac.compare_digest(mark, expected) else None

    def secret(self, purpose: str) -> str:
        """A secret of this home for one purpose, 256 bits as 43 letters of a URL."""
        digest = hmac.digest(self._secret, purpose.encode(), "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def _mark(self, line: str, room: str) -> str:
        content = f"{room}\0{line}".encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._secret, content, "sha256")
        return urlsafe_b64encode(digest)[:_SEAL_LETTERS].decode()
