"""An order that is about to be, and all that a rule may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO
from engine.domain.order import OrderTerms, Side
from engine.portfolio.book import AccountBook

# Room for the fee and for slippage when cash is set against a market order.
_CASH_MARGIN = Decimal("1.002")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The order's terms beside the account, the market and the limits in force; `at` in UTC ms."""

    terms: OrderTerms
    instruments: Mapping[Symbol, Instrument]
    tick: Tick | None
    book: AccountBook
    equity: Decimal
    limits: Mapping[str, Decimal]
    halted: bool
    at: int

    @property
    def instrument(self) -> Instrument:
        """What the order trades."""
        return self.instruments[self.terms.symbol]

    @property
    def price(self) -> Decimal:
        """The worst price that is to be expected, in quote currency."""
        asked = self.terms.price or self.terms.stop_price
        if asked is not None or self.tick is None:
            return asked or ZERO
        return self.tick.ask if self.terms.side is Side.BUY else self.tick.bid

    @property
    def notional(self) -> Decimal:
        """Quantity times that price, in quote currency."""
        return self.terms.quantity * self.price

    @property
    def cash_needed(self) -> Decimal:
        """What a buy sets aside, fee and slippage included, in quote currency."""
        return self.notional * _CASH_MARGIN

    @property
    def held(self) -> Decimal:
        """Base units held now, signed."""
        return self.book.position(self.terms.symbol).quantity

    @property
    def reduces(self) -> bool:
        """Whether it can only make the position smaller."""
        opposite = self.held * self.terms.side.sign < ZERO
        return opposite and self.terms.quantity <= abs(self.held)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule was reached: `facts` fill its text; a warning lets the order pass."""

    rule: str
    facts: Mapping[str, str]
    is_warning: bool = False


Rule = Callable[[Proposal], Breach | None]

WARN_AT = Decimal("0.8")


def against(rule: str, used: Decimal, limit: Decimal | None, symbol: Symbol) -> Breach | None:
    """The two steps of a figure: warn at four fifths, refuse beyond the whole."""
    if limit is None or used < limit * WARN_AT:
        return None
    facts = {"rule": rule, "used": f"{used:f}", "limit": f"{limit:f}", "symbol": symbol}
    return Breach(rule, facts, is_warning=used <= limit)
