"""A chat platform, and what it hands in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from bot.card import Card
from bot.errors import BotError
from bot.message import InboundMessage, Menu, OutgoingMessage
from bot.seal import Seal
from engine.errors import EngineError
from engine.ports.system import Clock


class Incoming(Protocol):
    """Where an adapter hands what it received; committed when `receive` returns."""

    async def receive(self, message: InboundMessage) -> None:
        """Commit it, once, and have it answered; too many at once are refused, in words.

        Only then may the platform hear that it arrived. Raises StoreUnavailable.
        """
        ...

    async def refuse(self, message: InboundMessage, error: BotError | EngineError) -> None:
        """Say why something is not acted on, once for each update. Raises StoreUnavailable."""
        ...

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A platform calls a conversation by another name now. Raises StoreUnavailable."""
        ...

    async def glance(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender has before them now: cards for them alone, which nothing keeps.

        Raises StoreUnavailable.
        """
        ...

    async def offer(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender may put before others, by what is typed of it so far; nothing keeps it.

        Raises StoreUnavailable.
        """
        ...

    async def idle(self, conversation: str) -> None:
        """Wait until all that was received here has been answered."""
        ...


@dataclass(frozen=True, slots=True)
class Pacing:
    """How much a platform takes; 0 is no bound.

    `per_second` over all conversations, of which a fifth is kept for urgent rows and answers;
    `gap_seconds` between two messages in one conversation; `group_per_minute` in one group;
    `at_once` requests on their way. `shows_repeats`: a message sent twice is seen twice, so that
    a row is marked before it leaves. `finds_repeats`: the adapter looks whether a marked row is
    there already, and does not send it again. `is_free` says of a row, at a moment in UTC ms, that
    the platform does not count it.
    """

    per_second: float = 0
    gap_seconds: float = 0
    group_per_minute: int = 0
    at_once: int = 1
    shows_repeats: bool = False
    finds_repeats: bool = False
    is_free: Callable[[OutgoingMessage, int], bool] = lambda _row, _now: False


@dataclass(frozen=True, slots=True)
class Room:
    """What a platform counts as one conversation: all topics of a group are one room."""

    id: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A part of a card is on the platform; by `reference` it may be edited, "" where it may not."""

    reference: str = ""
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Equipment:
    """What an adapter is handed: time, the seal of its buttons, a folder for files it received."""

    clock: Clock
    seal: Seal
    folder: Path


@runtime_checkable
class ShowsDrafts(Protocol):
    """A platform that can change what it has shown."""

    async def draft(self, conversation: str, key: str, card: Card) -> None:
        """Show an answer that is not whole yet, or change the one shown under this key.

        The message that is sent with the same key takes its place. Raises OSError.
        """
        ...


@runtime_checkable
class Erases(Protocol):
    """A platform that can take a message away that somebody else wrote."""

    async def erase(self, message: InboundMessage) -> bool:
        """Take it away; False where the platform does not let us."""
        ...


@dataclass(frozen=True, slots=True)
class SecretRequest:
    """A secret that one person is to enter; `enter` takes it and goes on from there.

    The label is in the `language` of the person.
    """

    conversation: str
    sender: str
    label: str
    enter: Callable[[str], Awaitable[None]]
    language: str = "en"


@runtime_checkable
class SecretForm(Protocol):
    """A platform with a form that is no message: a modal, a page, a prompt that shows nothing."""

    async def ask(self, request: SecretRequest) -> None:
        """Show it to that sender alone; a form that is closed is forgotten. Raises OSError."""
        ...


class Adapter(Protocol):
    """A chat platform. Sending raises DeliveryFailed, by its classes, and NobodyThere."""

    @property
    def platform(self) -> str:
        """Its name: `terminal`, `telegram`, `discord`, `slack`."""
        ...

    @property
    def pacing(self) -> Pacing:
        """How much it takes."""
        ...

    def room(self, conversation: str) -> Room:
        """Where a conversation is counted."""
        ...

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        """Show the part of a card that `message.part` names; a short card has one, part 0."""
        ...

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        """Put a card in the place of one shown before; Undeliverable where that cannot be."""
        ...

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        """Receive until the person leaves, which ends the program, or for ever.

        Raises PlatformClosed where the platform will have no more of it.
        """
        ...
