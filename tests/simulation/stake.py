"""A position on margin, counted exactly: what it is, what it cost, and what closing it settles."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(slots=True)
class Stake:
    """Base units, signed, and their mean price; a fraction, for many have no end as decimals."""

    quantity: Decimal = Decimal(0)
    mean: Fraction = Fraction(0)

    @property
    def cost(self) -> Fraction:
        """What it was worth as it was opened."""
        return abs(Fraction(self.quantity)) * self.mean

    def profit_at(self, price: Decimal) -> Fraction:
        """What closing all of it would settle."""
        return Fraction(self.quantity) * (Fraction(price) - self.mean)

    def trade(self, sign: int, quantity: Decimal, price: Decimal) -> Fraction:
        """Take an execution in; gives the profit that it settles."""
        before, paid = self.quantity, Fraction(price)
        closes = min(abs(before), quantity) if before * sign < 0 else Decimal(0)
        profit = Fraction(closes) * (paid - self.mean) * -sign
        opens = quantity - closes
        self.quantity = before + sign * quantity
        if opens:
            kept = Fraction(abs(self.quantity) - opens)
            self.mean = (kept * self.mean + Fraction(opens) * paid) / Fraction(abs(self.quantity))
        return profit


def decimal(exact: Fraction) -> Decimal:
    """The nearest that books are kept in."""
    return Decimal(exact.numerator) / Decimal(exact.denominator)
