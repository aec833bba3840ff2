"""Exact amounts. Prices and quantities are Decimals whose exponent is their precision."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import NewType

Price = NewType("Price", Decimal)
"""Quote currency per base unit, on the instrument's price step."""

Quantity = NewType("Quantity", Decimal)
"""Base units, on the instrument's quantity step; never negative in an order."""

Currency = NewType("Currency", str)

ZERO = Decimal(0)
NO_QUANTITY = Quantity(ZERO)


class CurrencyMismatch(ArithmeticError):
    """Two amounts of different currencies were added or compared."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of one currency."""

    amount: Decimal
    currency: Currency

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} is not {other.currency}")
        return other.amount


def on_step(value: Decimal, step: Decimal) -> bool:
    """Whether a value is a whole number of steps."""
    return value % step == 0


def round_down(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of the step that is not above a non-negative value."""
    return ((value / step).to_integral_value(ROUND_DOWN) * step).quantize(step)


def round_to(value: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of the step, ties to even."""
    return ((value / step).to_integral_value(ROUND_HALF_EVEN) * step).quantize(step)
