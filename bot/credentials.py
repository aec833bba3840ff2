"""Keys of venues, as the desk holds them, and the decision that an account trades for real.

Nothing here hands keys out but for a `LiveGrant`, and a grant comes of a stored decision alone: no
path leads from a paper account to a key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from engine.domain.account import TEST_NETWORK
from engine.domain.identifiers import AccountId, PersonId, VenueName
from engine.domain.money import Currency
from engine.ports.credentials import KeyRights


@dataclass(frozen=True, slots=True)
class KeyHealth:
    """What the venue said of keys when it was last asked, at a moment in UTC ms.

    `problem` is the reason of a refusal, or `unavailable`; empty where they work.
    """

    at: int
    problem: str = ""
    rights: KeyRights | None = None


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """Sealed keys of one account at one venue; `entered_at` in UTC ms."""

    account: AccountId
    venue: VenueName
    sealed: str = field(repr=False)
    by: PersonId
    entered_at: int
    is_sandbox: bool
    health: KeyHealth


@dataclass(frozen=True, slots=True)
class LiveDecision:
    """Somebody has turned an account live, at a moment in UTC ms."""

    account: AccountId
    venue: VenueName
    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class LiveAccount:
    """An account that the configuration means for real money; paper until it is turned live."""

    account: AccountId
    venue: VenueName
    wants_passphrase: bool
    currency: Currency
    prices_of: VenueName
    """Whose prices the desk follows: it trades nowhere else, for it could not judge an order."""
    name: str = ""
    is_sandbox: bool = False
    has_own_keys: bool = False
    """Whether its keys are in the environment, or it needs none."""
    has_login: bool = False
    """Whether a person logs in at a gateway instead: there are no keys."""
    has_perpetuals: bool = False
    """Whether the desk lists some."""

    @property
    def trades_at(self) -> VenueName:
        """The venue, or its test network."""
        return VenueName(f"{self.venue}{TEST_NETWORK}") if self.is_sandbox else self.venue

    @property
    def can_trade(self) -> bool:
        """Whether the desk has the prices that orders there are judged by."""
        return self.prices_of == self.trades_at

    @property
    def facts(self) -> dict[str, str]:
        """For texts that speak of it."""
        return {
            "account": str(self.account),
            "venue": str(self.venue),
            "prices": str(self.prices_of),
            "network": str(self.is_sandbox).lower(),
        }


@dataclass(frozen=True, slots=True)
class AccountState:
    """How an account that may be live stands.

    `runs_live`: whether this process trades on it for real. `problem` is why it does not, or why
    its books are not known to be the venue's: the key of a text, empty where all is well.
    """

    meant: LiveAccount
    keys: KeptKeys | None
    decision: LiveDecision | None
    runs_live: bool
    problem: str = ""

    @property
    def has_keys(self) -> bool:
        """Whether there is anything to sign with."""
        return self.meant.has_own_keys or self.keys is not None

    @property
    def is_decided(self) -> bool:
        """Whether it is to trade for real."""
        return self.decision is not None and self.has_keys

    def with_problem(self, problem: str) -> AccountState:
        """The same with what is wrong, where it is to trade for real."""
        return replace(self, problem=problem if self.is_decided else "")


class KeyStore(Protocol):
    """Keys and decisions as they are stored."""

    async def keep(self, keys: KeptKeys) -> None:
        """Keep them in the place of the account's others."""
        ...

    async def get(self, account: AccountId) -> KeptKeys | None:
        """An account's."""
        ...

    async def reseal(self, renew: Callable[[KeptKeys], KeptKeys]) -> int:
        """Replace all of them by what `renew` makes of each, at once; gives how many."""
        ...

    async def remove(self, account: AccountId) -> bool:
        """Forget them, and any decision with them; False where there were none."""
        ...

    async def decide(self, decision: LiveDecision) -> None:
        """The account is live."""
        ...

    async def revoke(self, account: AccountId) -> bool:
        """It is paper; False where it was so already."""
        ...

    async def decision(self, account: AccountId) -> LiveDecision | None:
        """What was decided, if it holds."""
        ...


class KeyKeeper(Protocol):
    """Keys and decisions as a command may use them; no key ever comes out."""

    async def states(self) -> Sequence[AccountState]:
        """Every account that is meant for real money."""
        ...

    async def state(self, account: AccountId) -> AccountState | None:
        """One of them."""
        ...

    async def check(self, account: AccountId) -> KeyHealth:
        """Ask the venue anew what its keys are worth. Raises KeysRefused, VenueUnavailable."""
        ...

    async def remove(self, account: AccountId) -> bool:
        """Forget its keys and its decision; False where there were none.

        Raises LiveRefused while orders of it are open.
        """
        ...

    async def turn_live(self, account: AccountId, by: PersonId) -> None:
        """It trades for real from now on. Raises KeysRefused, VenueUnavailable, LiveRefused."""
        ...

    async def turn_paper(self, account: AccountId) -> bool:
        """It is paper from now on; False where it was so already.

        Raises LiveRefused while orders of it are open.
        """
        ...


AskKeys = Callable[[LiveAccount], Awaitable[None]]
"""Asks for an account's keys in forms that are no messages. Raises CodeRefused."""
