"""The journal: what happened, written before anything leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from engine.domain.account import Account, CashEntry, Fill, Position
from engine.domain.events import Event
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, Symbol
from engine.domain.money import Currency
from engine.domain.order import Order, OrderState
from engine.domain.portrait import Plain


@dataclass(frozen=True, slots=True)
class Recorded:
    """A journal entry with its place in the one order of all entries."""

    sequence: int
    event: Event
    correlation: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows that a step changed, to be written beside its events."""

    orders: tuple[Order, ...] = ()
    fills: tuple[Fill, ...] = ()
    positions: tuple[Position, ...] = ()
    cash: tuple[tuple[AccountId, Currency, Decimal], ...] = ()
    accounts: tuple[Account, ...] = ()
    entries: tuple[CashEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One step's facts, committed whole; `key` makes a wish count once."""

    events: tuple[Event, ...]
    changes: Changes = field(default_factory=Changes)
    key: IntentKey | None = None
    correlation: str = ""


class IntentSeen(Exception):
    """The key was committed before; `events` are what came of it then."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        super().__init__("this intent has been carried out")
        self.events = events


class Journal(Protocol):
    """Append-only, one writer."""

    async def append(self, entry: Entry) -> int:
        """Commit a step and give the sequence of its last event.

        Where it is canceled, that is raised when what was begun has been written or has failed.
        Raises IntentSeen when the key was used, StoreUnavailable when nothing was written.
        """
        ...

    def read(self, after: int = 0) -> AsyncIterator[Recorded]:
        """Entries in order, from the one that follows `after`."""
        ...

    async def find(self, key: IntentKey) -> tuple[Event, ...] | None:
        """What came of an intent, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the entries up to `sequence` come to, as the code of `fingerprint` reckons it."""

    sequence: int
    fingerprint: str
    state: Plain


class Snapshots(Protocol):
    """The last snapshots, beside the journal; none is needed, for all can be told again."""

    async def newest(self, fingerprint: str) -> Snapshot | None:
        """The newest that this code made, is whole and belongs to the journal that is here."""
        ...

    async def keep(self, snapshot: Snapshot) -> None:
        """Keep it in the place of the one before the last. Raises StoreUnavailable."""
        ...


class TradeHistory(Protocol):
    """Orders and fills of the past, newest first; times in UTC ms."""

    async def orders(
        self,
        account: AccountId,
        *,
        symbol: Symbol | None = None,
        states: Sequence[OrderState] = (),
        limit: int = 50,
    ) -> Sequence[Order]:
        """Orders, of these states where any are named."""
        ...

    async def order(self, account: AccountId, prefix: str) -> Sequence[tuple[ClientOrderId, Order]]:
        """Orders whose client order id starts so, at most five."""
        ...

    async def fills(
        self,
        account: AccountId,
        *,
        symbol: Symbol | None = None,
        start: int = 0,
        end: int | None = None,
        limit: int = 10_000,
    ) -> Sequence[Fill]:
        """Fills with `start <= at < end`, oldest first."""
        ...

    async def story(self, order: ClientOrderId) -> Sequence[Recorded]:
        """Every entry of the journal that is of one order, in order."""
        ...

    async def entries(
        self, account: AccountId, *, start: int = 0, end: int | None = None
    ) -> Sequence[CashEntry]:
        """Cash that moved without a trade, `start <= at < end`, oldest first."""
        ...
