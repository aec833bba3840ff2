"""Commits what a platform received, then has it answered: in order within a conversation,
side by side across conversations, and no more of it than one person may ask.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

import structlog

from bot.card import Card
from bot.errors import BotError, KeysInTheOpen, TooMuch
from bot.intake.allowance import Allowance
from bot.intake.key_shapes import shows_key
from bot.message import InboundMessage
from bot.ports.messages import Inbox
from engine.errors import EngineError, StoreUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

MAXIMUM_LETTERS = 4_000
MAXIMUM_WAITING = 50
"""Messages of one conversation that may wait for their turn, without those of schedules."""


class Answering(Protocol):
    """What is done with messages."""

    async def answer(self, message: InboundMessage) -> None:
        """Handle one committed message."""
        ...

    async def apologize(self, message: InboundMessage, error: Exception) -> None:
        """Speak where answering failed: there may be no disk to write on."""
        ...

    async def refuse(self, message: InboundMessage, error: BotError | EngineError) -> None:
        """Commit a short answer to a message that is not handled, once for each update."""
        ...

    async def erase(self, message: InboundMessage) -> bool:
        """Take a message away at its platform; False where that cannot be."""
        ...

    async def moved(self, platform: str, old: str, new: str) -> None:
        """Remember a conversation's other name."""
        ...

    async def glance(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender has before them now."""
        ...

    async def offer(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender may put before others."""
        ...


class Intake:
    """The port that adapters hand messages to."""

    def __init__(
        self, inbox: Inbox, answering: Answering, clock: Clock, group: asyncio.TaskGroup
    ) -> None:
        """`group` holds the work of answering."""
        self._inbox = inbox
        self._answering = answering
        self._group = group
        self._allowance = Allowance(clock)
        self._waiting: defaultdict[str, list[InboundMessage]] = defaultdict(list)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._idle: dict[str, asyncio.Event] = {}

    async def receive(self, message: InboundMessage) -> None:
        """Commit it, once, and have it answered.

        What shows a key is not kept, and taken away where the platform allows. What is too long, or
        comes faster than its sender may ask, is refused: in words the first time, in silence until
        the sender has waited. What a schedule says was allowed when that was made, and uses up
        nothing. Raises StoreUnavailable when it could not be committed; then it was not received.
        """
        problem = self._problem(message)
        if problem is not None:
            await self._refuse(message, problem)
            return
        if not message.hook and shows_key(message.text):
            reason = "erased" if await self._answering.erase(message) else "visible"
            await self._refuse(replace(message, text="", files=()), KeysInTheOpen(reason))
            return
        committed = await self._inbox.receive(message)
        if committed is not None:
            if not message.due_at:
                self._allowance.count(message.platform, message.sender)
            self._begin(committed)

    async def refuse(self, message: InboundMessage, error: BotError | EngineError) -> None:
        """Say why it is not acted on, unless its sender has asked too much already."""
        problem = self._problem(message)
        await self._refuse(message, problem or error)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A platform calls a conversation by another name now."""
        await self._answering.moved(platform, old, new)

    async def glance(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender has before them now."""
        return await self._answering.glance(message)

    async def offer(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender may put before others; nothing where they ask too much, or it fails."""
        if self._problem(message):
            return ()
        try:
            return await self._answering.offer(message)
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 -- nothing was said, so nobody waits for words
            _log.exception("offer_failed")
            return ()

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

    def _problem(self, message: InboundMessage) -> TooMuch | None:
        if message.due_at:
            return None
        wait = self._allowance.wait(message.platform, message.sender)
        if wait:
            return TooMuch(kind="rate", wait=str(wait))
        if len(message.text) > MAXIMUM_LETTERS:
            return TooMuch(kind="letters", limit=str(MAXIMUM_LETTERS))
        waiting = self._waiting.get(message.conversation, ())
        if sum(not each.due_at for each in waiting) >= MAXIMUM_WAITING:
            return TooMuch(kind="waiting", limit=str(MAXIMUM_WAITING))
        return None

    async def _refuse(self, message: InboundMessage, error: BotError | EngineError) -> None:
        is_flood = isinstance(error, TooMuch)
        if is_flood and not self._allowance.may_be_told(message.platform, message.sender):
            return
        _log.info("not_taken", error=str(error), platform=message.platform)
        await self._answering.refuse(message, error)

    def _begin(
        self, message: InboundMessage, ready: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        conversation = message.conversation
        self._waiting[conversation].append(message)
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
            self._waiting[conversation].remove(message)
            if not self._waiting[conversation]:
                self._idle.pop(conversation, asyncio.Event()).set()
                del self._waiting[conversation]
                self._turns.pop(conversation, None)

    async def _supervised(self, message: InboundMessage) -> None:
        """One message's failure, whatever it is, never reaches another one."""
        try:
            await self._answering.answer(message)
        except Exception as error:  # noqa: BLE001 -- the one place that supervises answering
            _log.exception("message_failed", message=message.id)
            await self._answering.apologize(message, error)
