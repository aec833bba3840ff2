"""Where a desk keeps its strategies, each version as the document that it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.domain.identifiers import PersonId


@dataclass(frozen=True, slots=True)
class KeptStrategy:
    """One version of a strategy; times in UTC ms.

    `parent` is what it was made from, as `name@version`, or nothing. From `used_at` on (0: never)
    it does not change any more.
    """

    name: str
    version: int
    document: str
    kept_by: PersonId
    kept_at: int
    parent: str = ""
    used_at: int = 0

    @property
    def reference(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"


class StrategyStore(Protocol):
    """Strategies of one desk."""

    async def latest(self) -> Sequence[KeptStrategy]:
        """The newest version of each, by name."""
        ...

    async def versions(self, name: str) -> Sequence[KeptStrategy]:
        """All versions of one, oldest first."""
        ...

    async def keep(self, strategy: KeptStrategy) -> bool:
        """Add a version, or replace it where it was never used; False where it was."""
        ...

    async def use(self, name: str, version: int, at: int) -> None:
        """Note that a version was used, so that it changes no more."""
        ...

    async def forget(self, name: str, version: int) -> None:
        """Let go of a version that was never used; one that was stays."""
        ...
