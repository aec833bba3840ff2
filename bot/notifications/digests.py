"""Has what waited for its time told: one card a reader, wherever they are at home by then.

What waits are rows, and one transaction puts a card in their place, so that a digest is told once
whatever dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import structlog

from bot.hearing import NEVER
from bot.message import Delivery, OutgoingMessage, Priority, Role
from bot.ports.messages import Outbox
from bot.ports.people import People
from engine.errors import StoreUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

_SHORTEST_WAIT_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 10.0
"""Rows that are held from now on are seen after this at the latest."""
_AT_ONCE = 5_000
_ONE_CARD = 500
"""More than so many at once are told on several cards."""


class Digests:
    """One loop over all held rows."""

    def __init__(self, outbox: Outbox, people: People, clock: Clock, filled: asyncio.Event) -> None:
        """`filled` hears when there is something to send."""
        self._outbox = outbox
        self._people = people
        self._clock = clock
        self._filled = filled

    async def run(self) -> None:
        """Serve for ever."""
        while True:
            try:
                await self.release()
                pause = await self._pause()
            except StoreUnavailable as error:
                _log.warning("digests_wait", error=str(error))
                pause = _LONGEST_WAIT_SECONDS
            await self._clock.sleep(pause)

    async def release(self) -> None:
        """Have all that is due told."""
        for rows in _by_reader(await self._outbox.held(self._clock.now_ms(), _AT_ONCE)):
            if await self._outbox.release(rows, await self._card(rows)):
                self._filled.set()

    async def _card(self, rows: Sequence[OutgoingMessage]) -> OutgoingMessage:
        """The row that tells them; held again where there is no way to their reader any more."""
        first = rows[0]
        conversation, due_at = first.conversation, 0
        if not conversation:
            person = await self._people.get(first.person)
            is_member = person is not None and person.role is not Role.NONE
            conversation = person.home_conversation if person and is_member else ""
            due_at = 0 if conversation else NEVER
        return replace(
            first,
            platform=conversation.partition(":")[0],
            conversation=conversation,
            priority=Priority.BULK,
            key=f"digest:{rows[-1].id}",
            created_at=self._clock.now_ms(),
            sequence=0,
            subject="",
            card=None,
            state=Delivery.HELD if due_at else Delivery.PENDING,
            due_at=due_at,
            digest=tuple(each for row in rows for each in row.digest or (row.id,)),
        )

    async def _pause(self) -> float:
        due = await self._outbox.next_due()
        wait = _LONGEST_WAIT_SECONDS if due is None else (due - self._clock.now_ms()) / 1000
        return min(max(wait, _SHORTEST_WAIT_SECONDS), _LONGEST_WAIT_SECONDS)


def _by_reader(rows: Sequence[OutgoingMessage]) -> Iterator[Sequence[OutgoingMessage]]:
    """Rows of one reader in one place, as many as one card tells."""
    for _, group in groupby(rows, key=lambda row: (row.person, row.platform, row.conversation)):
        theirs = list(group)
        yield from (theirs[at : at + _ONE_CARD] for at in range(0, len(theirs), _ONE_CARD))
