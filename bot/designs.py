"""What is asked of whoever turns words into a strategy's document, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from engine.domain.identifiers import PersonId

LONGEST = 800
"""Letters of a description."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A document that did not stand, and why."""

    document: str
    why: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A strategy in a person's words; `base` is the document that is to be changed, or nothing.

    `symbol` is what it trades where none is said, `names` are those that are taken.
    """

    words: str
    language: str
    symbol: str
    person: PersonId
    conversation: str
    message_id: int
    base: str = ""
    names: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    def after(self, document: str, why: str) -> Wish:
        """The same, knowing one mistake more."""
        return replace(self, mistakes=(*self.mistakes, Mistake(document, why)))


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that nobody has checked yet.

    `assumed` names what nobody said (`exit`, `symbol`, `timeframe`); `unread` are words that were
    not understood; `unavailable` is why a language model could not be asked.
    """

    document: str
    assumed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    by_model: bool = False
    unavailable: str = ""


class Designer(Protocol):
    """Turns words into a document."""

    async def draft(self, wish: Wish) -> Draft:
        """A document for the words, or for them after mistakes. Raises DesignUnclear."""
        ...
