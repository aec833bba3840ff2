"""What backs a position that is not paid for whole, and where that runs out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from enum import StrEnum

_FINE = Decimal("1e-8")


class MarginMode(StrEnum):
    """What stands for a position: its own margin alone, or all of the account's cash."""

    ISOLATED = "isolated"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class Leverage:
    """A position is worth so many times its margin."""

    times: Decimal
    mode: MarginMode = MarginMode.ISOLATED


WHOLE = Leverage(Decimal(1))
"""Paid for whole: what is reckoned with where nothing is set."""


def margin_of(value: Decimal, leverage: Leverage) -> Decimal:
    """What a value sets aside, rounded up so that nothing is promised twice."""
    return (value / leverage.times).quantize(_FINE, ROUND_UP)


def liquidation_price(
    quantity: Decimal, entry: Decimal, leverage: Leverage, maintenance: Decimal
) -> Decimal | None:
    """About where an isolated position is closed by its venue; None where that is never.

    `quantity` in base units, signed, `entry` its mean price, `maintenance` the ratio of its value
    that must be left. It is the price p at which margin and loss come down to that ratio:
    `entry / times + sign * (p - entry) = maintenance * p`. Fees, funding and margin that was added
    by hand are left out.
    """
    sign = 1 if quantity > 0 else -1
    price = entry * (1 - sign / leverage.times) / (1 - sign * maintenance)
    return price if quantity and price > 0 else None
