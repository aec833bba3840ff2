"""The real clock and the real source of identities; nothing else may ask the machine for them."""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


class SystemClock:
    """Wall time in UTC, and waiting on the running loop."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def now_ms(self) -> int:
        """The moment in UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Wait on the loop, so that a loop on virtual time can serve as well."""
        await asyncio.sleep(seconds)


class SystemIdentities:
    """Unguessable identifiers from the operating system's source."""

    def new(self, length: int = 12) -> str:
        """`length` characters of `[a-z0-9]`."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(length))
