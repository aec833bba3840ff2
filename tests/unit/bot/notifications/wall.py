"""A platform on which cards appear one after the other, and a desk that sends to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.card import Card
from bot.message import InboundMessage, OutgoingMessage, Priority
from bot.notifications.sender import OutboxSender
from bot.notifications.wording import Wording
from bot.ports.messages import Answer
from bot.ports.platforms import Pacing, Receipt, Room
from connectors.storage.driver import inline
from connectors.storage.stores import Stores, open_stores
from engine.domain.identifiers import PersonId
from tests.standins.clock import ManualClock


@dataclass
class Wall:
    """What was put on it: where, the card, and whether that says that it may be a repeat."""

    pacing: Pacing
    falls: Callable[[OutgoingMessage], Exception | None] = lambda _: None
    """Why a sending fails, after it was seen."""
    shown: list[tuple[str, str, bool]] = field(default_factory=list)
    platform: str = "wall"

    def room(self, conversation: str) -> Room:
        return Room(conversation)

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        self.shown.append((message.conversation, card.title, "may" in card.hint))
        if (failure := self.falls(message)) is not None:
            raise failure
        return Receipt()


class Post:
    """The desk's sender and its rows."""

    def __init__(self, stores: Stores, wall: Wall) -> None:
        self.clock = ManualClock()
        self.stores = stores
        self._filled = asyncio.Event()
        wording = Wording(
            stores.journal, stores.outbox, stores.people, stores.hearings, _nothing,
            clock=self.clock,
        )  # fmt: skip
        self.sender = OutboxSender(
            {wall.platform: wall}, stores.outbox, stores.platform_notes, stores.people, wording,
            self.clock,
        )  # fmt: skip
        self.running = asyncio.ensure_future(self.sender.run(self._filled))

    async def say(self, *titles: str, conversation: str) -> None:
        """Commit a card by each title, as an urgent row."""
        nobody = InboundMessage("wall", "u", "wall", "s", "", "", 1)
        for title in titles:
            row = OutgoingMessage(
                platform="wall",
                conversation=conversation,
                person=PersonId(""),
                priority=Priority.URGENT,
                key=title,
                created_at=self.clock.now_ms(),
                card=Card(title),
            )
            await self.stores.inbox.answer(Answer(nobody, (row,)))
        self._filled.set()

    async def wait(self, seconds: int) -> None:
        """Time passes, and what is due is sent."""
        for _ in range(1 + seconds * 10):
            await self.clock.advance(0.1)
            for _ in range(20):
                await asyncio.sleep(0)
            assert not self.running.done(), self.running


@asynccontextmanager
async def posting(path: Path, wall: Wall) -> AsyncIterator[Post]:
    """A desk that sends to a wall for as long as it is watched."""
    stores = await open_stores(path / "desk.sqlite", creator=inline)
    post = Post(stores, wall)
    await asyncio.sleep(0)
    try:
        yield post
    finally:
        post.running.cancel()
        await asyncio.gather(post.running, return_exceptions=True)
        await stores.close()


async def _nothing(_: object) -> None:
    return None
