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
from engine.portfolio.valuation import valued

# Room for the fee and for slippage when cash is set against a market order.
_CASH_MARGIN = Decimal("1.002")


class Proposal:
    """The order's terms beside the account, the market and the limits in force; `at` in UTC ms.

    `price` is the worst that is to be expected, in quote currency; `notional` the quantity at that
    price; `held` base units held now, signed; `reduces` whether the order can only make that
    position smaller; `in_doubt` whether the account's books and its venue's disagree.
    """

    __slots__ = (
        "_quotes",
        "at",
        "book",
        "halted",
        "held",
        "in_doubt",
        "instrument",
        "instruments",
        "limits",
        "notional",
        "price",
        "reduces",
        "terms",
        "tick",
    )

    def __init__(
        self,
        terms: OrderTerms,
        instruments: Mapping[Symbol, Instrument],
        quotes: Mapping[Symbol, Tick],
        book: AccountBook,
        limits: Mapping[str, Decimal],
        *,
        halted: bool,
        in_doubt: bool,
        at: int,
    ) -> None:
        self.terms = terms
        self.instruments = instruments
        self.instrument = instruments[terms.symbol]
        self.tick = quotes.get(terms.symbol)
        self.book = book
        self.limits = limits
        self.halted = halted
        self.in_doubt = in_doubt
        self.at = at
        self.price = _expected(terms, self.tick)
        self.notional = terms.quantity * self.price
        self.held = book.held(terms.symbol)
        against_it = self.held and (self.held > ZERO) is (terms.side is Side.SELL)
        self.reduces = bool(against_it) and terms.quantity <= abs(self.held)
        self._quotes = quotes

    @property
    def cash_needed(self) -> Decimal:
        """What a buy sets aside, fee and slippage included, in quote currency."""
        return self.notional * _CASH_MARGIN

    @property
    def equity(self) -> Decimal:
        """What the account is worth now, in its currency."""
        return valued(self.book, self.instruments, self._quotes).equity


def _expected(terms: OrderTerms, tick: Tick | None) -> Decimal:
    asked = terms.price or terms.stop_price
    if asked is not None or tick is None:
        return asked or ZERO
    return tick.ask if terms.side is Side.BUY else tick.bid


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
