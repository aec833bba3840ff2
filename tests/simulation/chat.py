"""The chat platforms: what people say reaches the desk at least once, and what it says, them.

They outlive the desk's processes. Some know a message that is sent again by its key and show it
once; the others show whatever comes.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bot.card import Card
from bot.errors import TryLater, Undeliverable, Unsure
from bot.message import InboundMessage, Menu, OutgoingMessage
from bot.ports.platforms import Incoming, Receipt
from bot.ports.platforms import Room as PlatformRoom
from engine.errors import EngineError, StoreUnavailable
from tests.simulation.faces import Face, Faces
from tests.simulation.timeline import Timeline, WallClock
from tests.simulation.weather import Weather


@dataclass(slots=True)
class Update:
    """Something a person said, until the desk has it."""

    platform: str
    number: str
    conversation: str
    sender: str
    text: str
    is_private: bool
    said_at: float
    received: float | None = None
    deliveries: int = 0
    missed: int = 0


@dataclass(slots=True)
class Shown:
    """What was shown under one key: how often, and what may have made it more than once."""

    cards: list[Card] = field(default_factory=list)
    excuses: int = 0


class Chat:
    """The platforms' own side."""

    def __init__(
        self,
        timeline: Timeline,
        chance: Random,
        weather: Weather,
        clock: WallClock,
        seen: Callable[[OutgoingMessage, Card], None],
        faces: Faces,
    ) -> None:
        self.faces = faces
        self.timeline = timeline
        self.chance = chance
        self.weather = weather
        self.clock = clock
        self.updates: dict[tuple[str, str], Update] = {}
        self.shown: dict[tuple[str, str, str], Shown] = defaultdict(Shown)
        self.apologies = 0
        self.adapters: dict[str, SimAdapter] = {}
        self._in_hand: dict[str, Update] = {}
        self._seen = seen

    def say(
        self, platform: str, conversation: str, sender: str, text: str, *, is_private: bool
    ) -> Update:
        number = f"u{len(self.updates) + 1}"
        update = Update(platform, number, conversation, sender, text, is_private, self.timeline.now)
        self.updates[platform, number] = update
        self._deliver_after(update, self.chance.uniform(0.05, 0.4))
        return update

    def show(self, message: OutgoingMessage, card: Card) -> None:
        """It appears on the screen."""
        face = self.faces.of(message.platform)
        if not face.drawn(card, message.conversation):
            raise AssertionError(f"{card} is no message on {message.platform}")
        if not message.key:
            self.apologies += 1
            self._seen(message, card)
            return
        shown = self.shown[message.platform, message.conversation, message.key]
        if face.is_exact and shown.cards:
            return
        shown.cards.append(card)
        self._seen(message, card)

    def excuse(self, message: OutgoingMessage) -> None:
        """It may rightly be shown once more."""
        self.shown[message.platform, message.conversation, message.key].excuses += 1

    def died(self) -> None:
        """The process is gone: what it was just given was not acknowledged and comes again."""
        self.adapters = {}
        for update in self._in_hand.values():
            self._deliver_after(update, self.chance.uniform(1, 4))
        self._in_hand.clear()

    def _deliver_after(self, update: Update, seconds: float) -> None:
        self.timeline.after(seconds, lambda: self._deliver(update))

    def _deliver(self, update: Update) -> None:
        adapter = self.adapters.get(update.platform)
        if adapter is None or self.weather.strikes("chat.drops"):
            update.missed += 1
            self._deliver_after(update, self.chance.uniform(1, 4) * min(update.missed, 8))
            return
        update.deliveries += 1
        self._in_hand[update.number] = update
        adapter.deliver(update)

    def acknowledged(self, update: Update) -> None:
        self._in_hand.pop(update.number, None)
        if update.received is None:
            update.received = self.timeline.now
        again = self.weather.strikes("chat.twice", 0.6) or self.chance.random() < 0.01
        if again and update.deliveries < 4:
            self._deliver_after(update, self.chance.choice((0.0, 0.01, 1.0, 20.0)))

    def refused(self, update: Update) -> None:
        self._in_hand.pop(update.number, None)
        self._deliver_after(update, self.chance.uniform(1, 4))


class SimAdapter:
    """One platform's adapter in one life of the desk."""

    def __init__(self, face: Face, chat: Chat, is_alive: Callable[[], None]) -> None:
        self.platform = face.platform
        self.pacing = face.pacing
        self._face = face
        self._chat = chat
        self._alive = is_alive
        self._incoming: Incoming | None = None
        self._left = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        self._incoming = incoming
        self._chat.adapters[self.platform] = self
        await self._left.wait()

    def leave(self) -> None:
        self._left.set()

    def deliver(self, update: Update) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(update))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, update: Update) -> None:
        chat = self._chat
        message = InboundMessage(
            platform=self.platform,
            update_id=update.number,
            conversation=update.conversation,
            sender=update.sender,
            sender_name=update.sender.title(),
            text=update.text,
            received_at=chat.clock.now_ms(),
            is_private=update.is_private,
        )
        try:
            if self._incoming is None:
                raise EngineError
            await self._incoming.receive(message)
        except StoreUnavailable:
            chat.weather.trouble()
            chat.refused(update)
        else:
            self._alive()
            chat.acknowledged(update)

    def room(self, conversation: str) -> PlatformRoom:
        return self._face.room(conversation)

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        raise Undeliverable(reference)

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        chat, weather = self._chat, self._chat.weather
        self._alive()
        if weather.strikes("chat.silent"):
            weather.trouble()
            raise TryLater("the platform cannot be reached")
        await asyncio.sleep(chat.chance.uniform(0.02, 0.1))
        self._alive()
        chat.show(message, card)
        if weather.strikes("chat.unsure"):
            weather.trouble()
            chat.excuse(message)
            raise Unsure("no answer from the platform")
        await asyncio.sleep(chat.chance.uniform(0.01, 0.05))
        self._alive()
        return Receipt()
