"""Commits what a platform received, then has it answered: in order within a conversation,
side by side across conversations.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

import structlog

from bot.errors import TooMuch
from bot.message import InboundMessage
from bot.ports import Inbox

_log = structlog.get_logger(__name__)

MAXIMUM_LETTERS = 4_000
MAXIMUM_WAITING = 50
"""Messages of one conversation that may wait for their turn."""

Answering = Callable[[InboundMessage], Awaitable[None]]
Apologizing = Callable[[InboundMessage, Exception], Awaitable[None]]


class Intake:
    """The port that adapters hand messages to."""

    def __init__(
        self, inbox: Inbox, answer: Answering, apologize: Apologizing, group: asyncio.TaskGroup
    ) -> None:
        """`answer` handles one committed message, `apologize` speaks where that was not possible;
        `group` holds the work of answering.
        """
        self._inbox = inbox
        self._answer = answer
        self._apologize = apologize
        self._group = group
        self._waiting: defaultdict[str, int] = defaultdict(int)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._idle: dict[str, asyncio.Event] = {}

    async def receive(self, message: InboundMessage) -> None:
        """Commit it, once, and have it answered.

        Raises TooMuch for what is too long or too fast, StoreUnavailable when it could not be
        committed; either way it was not received.
        """
        if len(message.text) > MAXIMUM_LETTERS:
            raise TooMuch(limit=str(MAXIMUM_LETTERS), what="letters")
        if self._waiting[message.conversation] >= MAXIMUM_WAITING:
            raise TooMuch(limit=str(MAXIMUM_WAITING), what="waiting")
        committed = await self._inbox.receive(message)
        if committed is not None:
            self._begin(committed)

    async def resume(self, ready: Callable[[], Awaitable[None]]) -> None:
        """Take up again what a crash left unanswered, once the desk is `ready` for it.

        What comes in meanwhile in the same conversation waits its turn behind it.
        """
        for message in await self._inbox.unanswered():
            self._begin(message, ready)

    async def idle(self, conversation: str) -> None:
        """Wait until everything received here has been answered."""
        event = self._idle.get(conversation)
        if event is not None:
            await event.wait()

    def _begin(
        self, message: InboundMessage, ready: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        conversation = message.conversation
        self._waiting[conversation] += 1
        self._idle.setdefault(conversation, asyncio.Event()).clear()
        self._group.create_task(self._work(message, ready))

    async def _work(
        self, message: InboundMessage, ready: Callable[[], Awaitable[None]] | None
    ) -> None:
        conversation = message.conversation
        try:
            async with self._turns[conversation]:
                if ready is not None:
                    await ready()
                await self._supervised(message)
        finally:
            self._waiting[conversation] -= 1
            if not self._waiting[conversation]:
                self._idle.pop(conversation, asyncio.Event()).set()
                del self._waiting[conversation]
                self._turns.pop(conversation, None)

    async def _supervised(self, message: InboundMessage) -> None:
        """One message's failure, whatever it is, never reaches another one."""
        try:
            await self._answer(message)
        except Exception as error:  # noqa: BLE001 -- the one place that supervises answering
            _log.exception("message_failed", message=message.id)
            await self._apologize(message, error)
