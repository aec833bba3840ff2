"""An order that is about to be, beside the account that it would be placed on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.domain.identifiers import PersonId
from engine.domain.instrument import Instrument
from engine.domain.limits import Scope
from engine.domain.margin import WHOLE, margin_of
from engine.domain.market import Tick
from engine.domain.money import ZERO
from engine.domain.order import BUY, SELL, OrderTerms
from engine.domain.values import quick
from engine.portfolio.book import AccountBook
from engine.risk.standing import COSTS, ONE_UNIT, Standing
from engine.risk.tally import Asked


@quick
@dataclass(frozen=True, slots=True)
class Asker:
    """Whose order it is; `repeats` when they know that they placed the same one a moment ago."""

    by: PersonId | None = None
    origin: Scope | None = None
    repeats: bool = False


NOBODY = Asker()


class Proposal:
    """The order's terms with what they come to.

    `price` is the worst that is to be expected, in quote currency; `notional` the quantity at that
    price; `held` base units held now, signed; `reduces` whether the order can only make that
    position smaller; `in_doubt` whether the account's books and its venue's disagree, `line` why
    they are not known to agree, empty where they were compared; `beside` the first of its pair.
    """

    __slots__ = (
        "asker",
        "beside",
        "closing",
        "halted",
        "held",
        "in_doubt",
        "instrument",
        "line",
        "notional",
        "price",
        "reduces",
        "standing",
        "terms",
        "tick",
    )

    def __init__(
        self,
        terms: OrderTerms,
        standing: Standing,
        *,
        halted: bool,
        closing: bool = False,
        in_doubt: bool = False,
        line: str = "",
        asker: Asker = NOBODY,
        beside: OrderTerms | None = None,
    ) -> None:
        self.terms = terms
        self.standing = standing
        self.halted = halted
        self.closing = closing
        self.in_doubt = in_doubt
        self.line = line
        self.asker = asker
        self.beside = beside
        self.instrument = standing.instruments[terms.symbol]
        self.tick = standing.quotes.get(terms.symbol)
        self.price = _expected(terms, self.tick)
        self.notional = terms.quantity * self.price
        self.held = standing.book.held(terms.symbol)
        self.reduces = reduces(terms, self.held, self.instrument)

    @property
    def at(self) -> int:
        """The moment in UTC ms."""
        return self.standing.at

    @property
    def book(self) -> AccountBook:
        """The account's books."""
        return self.standing.book

    @property
    def opening(self) -> Decimal:
        """Base units of it that open or enlarge a position rather than close one."""
        return self._opened_by(self.terms)

    @property
    def count(self) -> int:
        """How many orders there are with it: it and the first of its pair, or it alone."""
        return 1 if self.beside is None else 2

    @property
    def cash_set_aside(self) -> Decimal:
        """What it takes of free cash, in quote currency: its price, or on margin what backs it."""
        return self._set_aside_by(self.terms, self.price)

    @property
    def cash_beside(self) -> Decimal:
        """The same of the first of its pair."""
        first = self.beside
        return ZERO if first is None else self._set_aside_by(first, self.price_beside)

    @property
    def price_beside(self) -> Decimal:
        """The worst that is to be expected of the first of its pair, in quote currency."""
        return ZERO if self.beside is None else _expected(self.beside, self.tick)

    def waiting(self, scope: Scope) -> Asked:
        """What open orders of its side would still take, the first of its pair with them."""
        asked = self.standing.asked_for(scope, self.terms.symbol, self.terms.side)
        first = self.beside
        return asked if first is None or first.reduce_only else asked.beside(first)

    def _opened_by(self, terms: OrderTerms) -> Decimal:
        against_it = self.held * terms.side.sign < ZERO
        return terms.quantity - (min(abs(self.held), terms.quantity) if against_it else 0)

    def _set_aside_by(self, terms: OrderTerms, price: Decimal) -> Decimal:
        if not self.instrument.kind.is_margined:
            return terms.quantity * price
        leverage = self.book.leverage.get(terms.symbol, WHOLE)
        return margin_of(self._opened_by(terms) * price, leverage)

    @property
    def cash_needed(self) -> Decimal:
        """The same with room for the fee and for slippage."""
        return self.cash_set_aside + self.notional * COSTS

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Whatever a limit that concerns it may have been set for."""
        return self.standing.scopes(self.terms.symbol, self.asker.origin)

    def exposure_after(self, scope: Scope) -> Decimal | None:
        """The scope's exposure with this order filled, in account currency; None if not known."""
        standing, symbol = self.standing, self.terms.symbol
        position = standing.tally(scope).positions.get(symbol)
        held = position.quantity if position is not None else ZERO
        against_it = held * self.terms.side.sign < ZERO
        closed = min(abs(held), self.terms.quantity) if against_it else ZERO
        change = (self.terms.quantity - closed) * self.price
        if closed or self.beside is not None:
            # What rests would have closed that; now it opens.
            resting = standing.asked_for(scope, symbol, self.terms.side)
            against = abs(held) if against_it else ZERO
            last = standing.value(symbol, ONE_UNIT) or ZERO
            freed = self.waiting(scope).beyond(against - closed, last)
            change += freed - resting.beyond(against, last) - closed * last
        before, added = standing.exposure(scope), standing.in_money(change, self.instrument.quote)
        return None if before is None or added is None else before + added


def reduces(terms: OrderTerms, held: Decimal, instrument: Instrument) -> bool:
    """Whether an order can only make a holding of so many base units, signed, smaller.

    On margin only where its venue holds it to that: two that close the same would turn it round.
    """
    if instrument.kind.is_margined and not terms.reduce_only:
        return False
    against_it = held and (held > ZERO) is (terms.side is SELL)
    return bool(against_it) and terms.quantity <= abs(held)


def _expected(terms: OrderTerms, tick: Tick | None) -> Decimal:
    asked = terms.price or terms.stop_price
    if asked is not None or tick is None:
        return asked or ZERO
    return tick.ask if terms.side is BUY else tick.bid
