"""Says urgent news again that its reader has not acknowledged: a few times, and then no more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from bot.message import Delivery, OutgoingMessage
from bot.ports.messages import Outbox
from bot.ports.records import JournalReader
from engine.errors import StoreUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

MOST = 2
"""So often is a piece of news said again."""
_EVERY_SECONDS = 30.0
_MISSED_MS = 3_600_000
"""What should have been said again longer ago, while no process was there, is let be."""
_AGAIN = "again {}:{}"


def is_again(row: OutgoingMessage) -> bool:
    """Whether a row says once more what its reader was told before."""
    return row.key.startswith(_AGAIN.partition("{")[0])


class Reminders:
    """One loop over what was told and not acknowledged."""

    def __init__(
        self,
        outbox: Outbox,
        journal: JournalReader,
        platforms: Iterable[str],
        after_ms: int,
        clock: Clock,
        filled: asyncio.Event,
    ) -> None:
        """`after_ms` is how long an acknowledgement is waited for; `filled` hears of new rows."""
        self._outbox = outbox
        self._journal = journal
        self._platforms = tuple(platforms)
        self._after_ms = after_ms
        self._clock = clock
        self._filled = filled
        self._known: set[int] = set()

    async def run(self) -> None:
        """Serve for ever."""
        while True:
            await self._clock.sleep(_EVERY_SECONDS)
            try:
                await self.remind()
            except StoreUnavailable as error:
                _log.warning("reminders_wait", error=str(error))

    async def remind(self) -> None:
        """Have all said again that is due for it."""
        until = self._clock.now_ms() - self._after_ms
        rows = [
            row
            for platform in self._platforms
            for row in await self._outbox.unheeded(platform, until - _MISSED_MS, until)
        ]
        fresh = [row for row in rows if row.id not in self._known]
        again = [said for row in fresh for said in await self._again(row)]
        if again:
            await self._outbox.record((), again)
            self._filled.set()
        self._known = {row.id for row in rows}

    async def _again(self, row: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """Once more, unless it was said often enough, or is its reader's own doing."""
        times = int(row.key.split()[1].partition(":")[0]) + 1 if is_again(row) else 1
        recorded = await self._journal.entry(row.sequence)
        if times > MOST or recorded is None:
            return ()
        if getattr(recorded.event, "by", None) == row.person:
            return ()
        return [
            replace(
                row,
                id=0,
                key=_AGAIN.format(times, row.sequence),
                state=Delivery.PENDING,
                attempts=0,
                part=0,
                is_unsure=False,
                reply_to="",
            )
        ]
