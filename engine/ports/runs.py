"""Strategies let loose on an account, and what each remembers of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol
from engine.domain.timeframe import Timeframe


@dataclass(frozen=True, slots=True)
class Run:
    """A person's mandate to a strategy: this document, this instrument, at most this amount.

    `amount` in quote currency. Moments are UTC ms, bars the epoch seconds at which they open, 0
    for none. `entry_order` is its open position's order, `entry_bar` the bar whose close asked
    for it; `trouble` is why the last wish was refused.
    """

    id: str
    reference: str
    document: str
    account: AccountId
    person: PersonId
    symbol: Symbol
    timeframe: Timeframe
    amount: Decimal
    started_at: int
    stopped_at: int = 0
    last_bar: int = 0
    signal: str = ""
    signal_bar: int = 0
    entry_order: ClientOrderId | None = None
    entry_bar: int = 0
    exit_order: ClientOrderId | None = None
    left_bar: int = 0
    trouble: str = ""
    days: int = 0
    """Days (UTC) on which it judged a bar."""

    @property
    def name(self) -> str:
        """The strategy's, without its version."""
        return self.reference.partition("@")[0]


class RunStore(Protocol):
    """Runs of one desk."""

    async def running(self) -> Sequence[Run]:
        """Those that were not stopped, oldest first."""
        ...

    async def of(self, account: AccountId) -> Sequence[Run]:
        """All of an account, stopped or not, oldest first."""
        ...

    async def save(self, run: Run) -> None:
        """Keep one as it stands."""
        ...
