"""Who may come in and as whom: codes that link accounts, wrong tries, second factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.message import Account, InboundMessage, Person, Principal, Role
from engine.domain.identifiers import PersonId


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code that one person was shown, by its digest; `expires_at` in UTC ms.

    The one of the first owner has no person. `claimed` is the account that typed it elsewhere.
    """

    digest: str
    person: PersonId
    platform: str
    conversation: str
    expires_at: int
    claimed: Account | None = None


class LinkCodes(Protocol):
    """Codes that wait, at most one a person."""

    async def offer(self, code: LinkCode) -> None:
        """Keep it in the place of the person's earlier one."""
        ...

    async def find(self, digest: str, now: int) -> LinkCode | None:
        """The code, if it still holds at this moment (UTC ms)."""
        ...

    async def claim(self, digest: str, account: Account, now: int) -> bool:
        """Bind it to the account that typed it; False where it is claimed, gone or too old."""
        ...

    async def of(self, person: PersonId, now: int) -> LinkCode | None:
        """The code of a person that still holds at this moment (UTC ms)."""
        ...

    async def end(self, digest: str) -> bool:
        """Use it up or tear it up; False where it was gone."""
        ...


class Tries(Protocol):
    """Guesses that were made, kept over restarts."""

    async def spend(self, subject: str, now: int) -> int:
        """Count one more guess; 0, or for how many ms none is taken because there were too many."""
        ...

    async def clear(self, subject: str) -> None:
        """It was right: forget the wrong ones."""
        ...


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A person's authenticator: its key, sealed, and the last step of time that was used."""

    sealed: str
    is_on: bool
    last_step: int


class SecondFactors(Protocol):
    """Second factors as they are stored."""

    async def get(self, person: PersonId) -> SecondFactor | None:
        """A person's, on or only begun."""
        ...

    async def begin(self, person: PersonId, sealed: str) -> None:
        """A new key, not in force yet, in the place of any other."""
        ...

    async def turn_on(self, person: PersonId, digests: Sequence[str]) -> None:
        """In force from now on, with these recovery codes."""
        ...

    async def remove(self, person: PersonId) -> None:
        """No second factor any more."""
        ...

    async def spend_step(self, person: PersonId, step: int) -> bool:
        """Use a step of time up; False where it, or a later one, was used already."""
        ...

    async def spend_recovery(self, person: PersonId, digest: str) -> bool:
        """Use a recovery code up; False where there is no such code."""
        ...

    async def recoveries(self, person: PersonId) -> int:
        """How many recovery codes are left."""
        ...


@dataclass(frozen=True, slots=True)
class FactorState:
    """Whether somebody has a second factor; `left` recovery codes are unused."""

    has_begun: bool
    is_on: bool
    left: int


class Guard(Protocol):
    """What stands before what needs a code."""

    async def state(self, person: PersonId) -> FactorState:
        """Whether somebody has one, and how many recovery codes are left."""
        ...

    async def begin(self, person: PersonId) -> str:
        """A new key in base32, not in force before a code of it was seen. Raises CodeRefused."""
        ...

    def link(self, key: str, name: str, desk: str) -> str:
        """What an authenticator reads to take a key over."""
        ...

    async def check(self, person: PersonId, code: str) -> None:
        """Use a code up. Raises CodeRefused."""
        ...

    async def turn_on(self, person: PersonId) -> tuple[str, ...]:
        """In force from now on; gives the recovery codes, to be shown once."""
        ...

    async def turn_off(self, person: PersonId) -> None:
        """No second factor any more."""
        ...

    def prove(self, person: PersonId, purpose: str) -> None:
        """A right code was entered for this purpose."""
        ...

    def proven(self, person: PersonId, purpose: str) -> bool:
        """Whether one was; it is used up by asking."""
        ...


class Linking(Protocol):
    """How one person comes to have accounts on several platforms."""

    async def offer(self, principal: Principal) -> str:
        """A new code for this person, to be typed on another platform."""
        ...

    async def claim(self, code: str, message: InboundMessage) -> LinkCode:
        """Take a code that somebody typed: its person is asked next.

        One without a person makes the sender the owner at once. Raises LinkRefused.
        """
        ...

    async def decide(self, principal: Principal, *, accepts: bool) -> Account:
        """What the code's person says to the account that typed it. Raises LinkRefused."""
        ...

    async def accounts(self, person: PersonId) -> tuple[Account, ...]:
        """All accounts of a person."""
        ...

    async def part(self, principal: Principal, account: Account) -> None:
        """Take an account from its person. Raises LinkRefused."""
        ...


def account_of(message: InboundMessage) -> Account:
    """Whose account a message came from."""
    return Account(message.platform, message.sender, message.sender_name, message.conversation)


def stranger(account: Account, like: Person, role: Role) -> Person:
    """Somebody of whom only an account is known, with the language and zone of another."""
    return Person(
        id=PersonId(account.name),
        name=account.shown or account.name,
        role=role,
        language=like.language,
        timezone=like.timezone,
        home_platform=account.platform if account.conversation else "",
        home_conversation=account.conversation,
    )
