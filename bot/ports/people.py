"""Who speaks with the desk, and what each wants to hear and watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.hearing import Channel, Hearing
from bot.message import Account, Person, Role
from engine.domain.identifiers import PersonId, Symbol


class People(Protocol):
    """Members of the desk, and which platform accounts are theirs."""

    async def find(self, platform: str, sender: str) -> Person | None:
        """The member behind a platform's own user id."""
        ...

    async def get(self, person: PersonId) -> Person | None:
        """One member."""
        ...

    async def everyone(self) -> Sequence[Person]:
        """All members, by name."""
        ...

    async def join(self, platform: str, sender: str, person: Person) -> Person:
        """Make a member of a platform account; the one there already wins."""
        ...

    async def set_role(self, person: PersonId, role: Role) -> bool:
        """Change what a member may do; False, and nothing done, where no owner would be left."""
        ...

    async def accounts(self, person: PersonId) -> Sequence[Account]:
        """The platform accounts of a member, by name."""
        ...

    async def move(self, account: Account, person: Person | None) -> bool:
        """Give an account to a member, who is made one where there is none of that id; or to none.

        False, and nothing done, where no owner would be left.
        """
        ...

    async def set_name(self, person: PersonId, name: str) -> None:
        """What a member is called; it is shown and proves nothing."""
        ...

    async def set_language(self, person: PersonId, language: str) -> None:
        """The language a member reads."""
        ...

    async def set_timezone(self, person: PersonId, timezone: str) -> None:
        """The zone a member's times are in."""
        ...

    async def set_home(self, person: PersonId, platform: str, conversation: str) -> None:
        """Where a member was last heard in private; what waited for that is due from then on."""
        ...

    async def set_group(self, person: PersonId, conversation: str) -> None:
        """Where a member without a private conversation was last heard."""
        ...

    async def reaches(self, person: PersonId) -> Mapping[str, str]:
        """Every private conversation in which a member was heard, by platform."""
        ...


class Hearings(Protocol):
    """What people and channels chose to hear."""

    async def of(self, listener: str) -> Hearing:
        """A person's choices."""
        ...

    async def choose(self, listener: str, hearing: Hearing) -> None:
        """A person's choices from now on."""
        ...

    async def channels(self) -> Sequence[Channel]:
        """The channels that hear of the desk, by name."""
        ...

    async def tune(self, channel: Channel) -> None:
        """What a channel hears from now on."""
        ...


class Acknowledgements(Protocol):
    """Who has seen which entry of the journal."""

    async def see(self, sequence: int, person: PersonId, at: int) -> bool:
        """They have seen it; False where that was known."""
        ...

    async def seen_by(self, sequence: int) -> Sequence[tuple[PersonId, int]]:
        """Who has, and when (UTC ms), the first one first."""
        ...


class Watchlists(Protocol):
    """Instruments a person keeps an eye on, in the order they were added."""

    async def symbols(self, person: PersonId) -> Sequence[Symbol]:
        """The list."""
        ...

    async def add(self, person: PersonId, symbols: Sequence[Symbol]) -> None:
        """Add; what is there stays where it is."""
        ...

    async def remove(self, person: PersonId, symbols: Sequence[Symbol]) -> Sequence[Symbol]:
        """Take off; gives those that were on it."""
        ...
