"""What a language model is told and what it answers, whoever makes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from engine.domain.identifiers import PersonId

OnText = Callable[[str], Awaitable[None]]
"""Called with all of the answer so far, each time more of it has come."""


MOST_LOOK_UPS = 6
"""Reading commands that a turn may run, whatever the configuration says."""
DAY_MS = 86_400_000


class Speaker(StrEnum):
    """Whose words a message is."""

    HOUSE = "house"
    PERSON = "person"
    MODEL = "model"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model wants run; `arguments` is JSON as it wrote it, unchecked."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message of the talk with a model; `answers` is the id of the call a tool's text is to."""

    speaker: Speaker
    text: str
    calls: tuple[ToolCall, ...] = ()
    answers: str = ""


@dataclass(frozen=True, slots=True)
class ModelReply:
    """A whole reply; `tokens` are those of the question and the reply together."""

    text: str
    calls: tuple[ToolCall, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class ToolShape:
    """A tool as a model sees it; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


class ChatModel(Protocol):
    """A language model that answers and may ask for tools."""

    async def ready(self) -> None:
        """Load what it needs; a turn's time is not spent on that."""
        ...

    async def reply(
        self, said: Sequence[ModelMessage], tools: Sequence[ToolShape], on_text: OnText
    ) -> ModelReply:
        """Its reply, streamed to `on_text`. Raises ModelUnavailable."""
        ...

    async def close(self) -> None:
        """Let its connections go."""
        ...


@dataclass(frozen=True, slots=True)
class Spent:
    """What turns with a model have cost."""

    turns: int = 0
    tokens: int = 0
    look_ups: int = 0
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of a turn, and of 24 hours of one person."""

    tokens_per_turn: int = 20_000
    look_ups_per_turn: int = MOST_LOOK_UPS
    seconds_per_turn: float = 30.0
    tokens_per_day: int = 200_000
    look_ups_per_day: int = 300
    seconds_per_day: float = 1_800.0

    def allows(self, spent: Spent) -> bool:
        """Whether another turn may begin after what the day has cost."""
        return (
            spent.tokens < self.tokens_per_day
            and spent.look_ups < self.look_ups_per_day
            and spent.milliseconds < self.seconds_per_day * 1000
        )

    def look_ups_left(self, spent: Spent) -> int:
        """How many reading commands the turn may still run."""
        turn = min(self.look_ups_per_turn, MOST_LOOK_UPS)
        return max(0, min(turn, self.look_ups_per_day - spent.look_ups))


@dataclass(frozen=True, slots=True)
class Remembered:
    """A turn of a conversation: the person's own words and the slash lines that came of them."""

    said: str
    lines: tuple[str, ...]


class ModelTurns(Protocol):
    """What was said to a model by whom, and what it cost; bounded, and cleared by its owner."""

    async def keep(
        self,
        message_id: int,
        person: PersonId,
        conversation: str,
        at: int,
        turn: Remembered,
        spent: Spent,
    ) -> None:
        """Record a turn, once a message; `at` in UTC ms."""
        ...

    async def recent(self, person: PersonId, conversation: str, limit: int) -> Sequence[Remembered]:
        """The last turns here, oldest first."""
        ...

    async def spent(self, person: PersonId, since: int) -> Spent:
        """What a person's turns have cost since a moment (UTC ms)."""
        ...

    async def forget(self, person: PersonId) -> int:
        """Clear a person's turns everywhere, their cost apart; gives how many there were."""
        ...
