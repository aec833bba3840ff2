"""What goes on beside the conversation: schedules, jobs, other processes, pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from bot.message import InboundMessage, Job, Schedule
from engine.domain.identifiers import PersonId

Spec = TypeVar("Spec")
Step = TypeVar("Step")
Result = TypeVar("Result")


class Schedules(Protocol):
    """What recurs, as rows."""

    async def add(self, schedule: Schedule) -> None:
        """Keep one; the same id again changes nothing."""
        ...

    async def of(self, person: PersonId) -> Sequence[Schedule]:
        """A person's own, oldest first."""
        ...

    async def remove(self, person: PersonId, schedule_id: str) -> bool:
        """Forget one of a person's own; False if there is none."""
        ...

    async def due(self, now: int) -> Sequence[Schedule]:
        """Those whose time has come."""
        ...

    async def ran(self, schedule: Schedule, due: int, next_due: int) -> None:
        """Record a run and when the next one is due."""
        ...

    async def next_due(self) -> int | None:
        """The earliest due time of all, or None."""
        ...


class JobStore(Protocol):
    """Jobs that are not done, so that a restart takes them up again."""

    async def add(self, job: Job) -> None:
        """Keep one; the same id again changes nothing."""
        ...

    async def remove(self, job_id: str) -> None:
        """It is done, or was stopped."""
        ...

    async def all(self) -> Sequence[Job]:
        """Those that are not done, oldest first."""
        ...


class Jobs(Protocol):
    """Work that goes on after its message was answered."""

    async def start(self, message: InboundMessage, person: PersonId, line: str, intent: str) -> Job:
        """Have a long command carried out once this message is answered; once for this intent.

        Raises TooMuch where the person has too many under way.
        """
        ...

    async def stop(self, person: PersonId, job_id: str) -> Job | None:
        """End one of a person's own at once; None where there is none of that id."""
        ...


class Workers(Protocol):
    """Does heavy work in other processes."""

    async def run(
        self,
        work: Callable[[Spec], Generator[Step, None, Result]],
        spec: Spec,
        *,
        seconds: float,
        told: Callable[[Step], Awaitable[None]] | None = None,
    ) -> Result:
        """Run a module-level generator function on a picklable spec, telling each of its steps.

        Raises WorkFailed, and what the work raises of the house's errors.
        """
        ...


class Pictures(Protocol):
    """Draws and composes away from the chat, and keeps what it made."""

    async def draw(self, work: Callable[..., bytes], spec: object, name: str) -> Path:
        """Run a module-level drawing function on a picklable spec; gives the file's path."""
        ...

    async def keep(self, content: bytes, name: str) -> Path:
        """Store a finished file; gives its path."""
        ...
