"""What a platform needs to be put through the cards: its people in the test's hand.

To add a platform: write its Harness in `harnesses/` and name it in conftest.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from bot.ports.platforms import Adapter, Equipment
from engine.ports.system import Clock


class Trait(Enum):
    """What a platform has; a card that needs one is not played where it is missing."""

    BUTTONS = auto()
    EDITS = auto()
    FILES = auto()
    GROUPS = auto()
    REDELIVERY = auto()
    """An update may come more than once."""
    TOKENS = auto()
    FORMS = auto()
    """A secret can be entered in what is no message."""
    LIMITS = auto()
    FAULTS = auto()


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person reads it: what is invisible left out."""

    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    clickable: tuple[str, ...] = ()
    """Mentions and links that the platform made of it."""


class Harness(Protocol):
    """A platform under test, its stand-in on loopback, and its people, ann the first of them."""

    platform: str
    needs_web: bool
    """Whether its forms are pages of the desk's own web server."""
    traits: frozenset[Trait]

    async def open(self, clock: Clock, folder: Path) -> None:
        """Start the stand-in; it goes by this clock."""

    async def close(self) -> None:
        """The person leaves; nothing more is received."""

    async def closed(self) -> None:
        """The desk serves no more: stop what is left."""

    def adapter(self, equipment: Equipment, *, token: str = "") -> Adapter:
        """The real adapter on the real client library, pointed at the stand-in."""

    def sender(self, who: str) -> str:
        """The platform's own id of a person."""

    def conversation(self, who: str) -> str:
        """The conversation in which a person hears in private."""

    async def say(self, who: str, text: str, *, again: int = 0) -> None:
        """A person writes in private; `again` is how often the platform delivers it once more."""

    async def press(self, who: str, label: str) -> None:
        """A person presses the last button of this label that they see."""

    async def upload(self, who: str, name: str, content: bytes, caption: str) -> None:
        """A person sends a file."""

    async def enter(self, who: str, secret: str) -> None:
        """A person fills in the form that they were shown last, once it is there."""

    def seen(self, who: str) -> Sequence[Seen]:
        """What a person has before them, oldest first."""

    async def until(self, seen: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so."""

    async def break_down(self) -> None:
        """The platform answers nobody."""

    async def recover(self) -> None:
        """It does again."""

    async def revoke(self) -> None:
        """The token is worth nothing any more."""

    def refusals(self) -> int:
        """How often the platform said that it was too much."""

    def complaints(self) -> list[str]:
        """What the adapter asked for that the platform does not have."""
