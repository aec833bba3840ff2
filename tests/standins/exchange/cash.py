"""Cash that moves at an exchange apart from trades, as its core keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(slots=True)
class Moved:
    """One movement; `amount` is signed and without the fee, `elsewhere` is of another wallet.

    `kind` is deposit, withdrawal, wallet (between wallets of the same person), funding or interest.
    """

    number: int
    kind: str
    currency: str
    amount: Decimal
    fee: Decimal
    at: int
    is_final: bool
    elsewhere: bool = False

    @property
    def change(self) -> Decimal:
        """What the balance changes by."""
        return self.amount - self.fee


def listed(
    moved: Iterable[Moved], kinds: Iterable[str], start: int, end: int, most: int
) -> list[Moved]:
    """Those of some kinds in a span of time, both ends in it, the newest first."""
    wanted = set(kinds)
    rows = [each for each in moved if each.kind in wanted and start <= each.at <= end]
    return sorted(rows, key=lambda each: (each.at, each.number), reverse=True)[:most]
