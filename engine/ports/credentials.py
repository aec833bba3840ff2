"""Keys of venues: what opens an account there, and what the venue says that they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from engine.domain.identifiers import AccountId, VenueName


@dataclass(frozen=True, slots=True)
class VenueKeys:
    """What opens one account at one venue; nothing that prints it shows what is secret.

    `passphrase` is empty where the venue asks for none. `is_sandbox`: they are of the venue's test
    network and reach nothing else.
    """

    account: AccountId
    venue: VenueName
    key: str = field(repr=False)
    secret: str = field(repr=False)
    passphrase: str = field(default="", repr=False)
    is_sandbox: bool = False


class AgainstContracts(StrEnum):
    """Why keys that trade could trade no perpetuals."""

    NOTHING = ""
    RIGHT = "right"
    """The keys lack it."""
    MODE = "mode"
    """The account is of a kind that holds none."""
    APART = "apart"
    """The account holds long and short of one instrument apart."""
    JOINT = "joint"
    """All that the account holds backs every position."""


@dataclass(frozen=True, slots=True)
class KeyRights:
    """What a venue says that keys may do; None where it does not say.

    `is_bound`: whether they work from listed addresses alone. `expires_at` in UTC ms, 0 for never.
    `against_contracts` is what stands in the way of trading perpetuals with them.
    """

    reads_balance: bool
    trades: bool | None
    withdraws: bool | None
    is_bound: bool | None = None
    expires_at: int = 0
    against_contracts: AgainstContracts | None = None


class KeyProbe(Protocol):
    """Asks a venue what keys are worth, without moving anything."""

    async def probe(self, keys: VenueKeys) -> KeyRights:
        """Read the balance, and what the keys may do.

        Raises KeysRefused with the reason, VenueUnavailable, RateLimited.
        """
        ...
