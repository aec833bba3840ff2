"""An account as it stands, and all that a rule may look at of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.limits import DESK, Scope, ScopeKind
from engine.domain.margin import WHOLE, Leverage, margin_of
from engine.domain.market import Tick
from engine.domain.money import ZERO, Currency
from engine.domain.order import Order, Side
from engine.portfolio.book import AccountBook
from engine.portfolio.valuation import Valuation, rate, valued
from engine.risk.limits import Limits
from engine.risk.tally import Asked, Tallies, Tally

COSTS = Decimal("0.002")
"""Room for the fee and for slippage when cash is set against an order at market; a ratio."""
ONE_UNIT = Decimal(1)
_ORIGINS = (ScopeKind.STRATEGY, ScopeKind.COPY)


class Standing:
    """One account beside the market and the limits in force; `at` in UTC ms.

    Amounts in account currency, None where a price or a rate that they need is not known. `aside`
    is an open order that is looked at as if it were not there.
    """

    def __init__(
        self,
        book: AccountBook,
        tallies: Tallies,
        limits: Limits,
        market: tuple[Mapping[Symbol, Instrument], Mapping[Symbol, Tick]],
        at: int,
        aside: Order | None = None,
    ) -> None:
        self.book = book
        self.limits = limits
        self.instruments, self.quotes = market
        self.at = at
        self.aside = aside
        self._tallies = tallies

    @cached_property
    def valuation(self) -> Valuation:
        """What the account is worth now."""
        return valued(self.book, self.instruments, self.quotes)

    @property
    def account_scope(self) -> Scope:
        """The account's own."""
        return Scope(ScopeKind.ACCOUNT, self.book.account.id)

    def scopes(
        self, symbol: Symbol | None = None, origin: Scope | None = None
    ) -> tuple[Scope, ...]:
        """Whatever a limit may have been set for that concerns an order of this kind."""
        found = [DESK, self.account_scope]
        if symbol is not None:
            found.append(Scope(ScopeKind.INSTRUMENT, symbol))
        if origin is not None:
            found.append(origin)
        return tuple(found)

    def tally(self, scope: Scope) -> Tally:
        """What is counted for a scope on this account; a desk's limit holds for each account."""
        return self._tallies.of(self.book.account.id, scope if scope.kind in _ORIGINS else None)

    def asked(self, scope: Scope) -> Iterator[tuple[tuple[Symbol, Side], Asked]]:
        """What open orders of each instrument and side would still take."""
        tally, aside = self.tally(scope), self.aside
        left_out = tally.open.get(aside.client_order_id) if aside is not None else None
        for place, asked in tally.asked.items():
            if left_out is not None and place == (left_out.terms.symbol, left_out.terms.side):
                rest = Asked(asked.quantity, asked.value, asked.unpriced)
                rest.count(left_out, -1)
                yield place, rest
            else:
                yield place, asked

    def asked_for(self, scope: Scope, symbol: Symbol, side: Side) -> Asked:
        """The same of one instrument and side."""
        return next((each for place, each in self.asked(scope) if place == (symbol, side)), Asked())

    def in_money(self, amount: Decimal, currency: Currency) -> Decimal | None:
        """An amount in the account's currency."""
        factor = rate(currency, self.book.account.currency, self.quotes)
        return None if factor is None else amount * factor

    def exposure(self, scope: Scope) -> Decimal | None:
        """What is held, long or short, at the last price, and what open orders would add to it."""
        total = ZERO
        for symbol, amount in self._at_risk(scope):
            quote = self.instruments[symbol].quote
            worth = None if amount is None else self.in_money(amount, quote)
            if worth is None:
                return None
            total += worth
        return total

    def value(self, symbol: Symbol, quantity: Decimal) -> Decimal | None:
        """Base units at the last price, in quote currency."""
        tick = self.quotes.get(symbol)
        return None if tick is None else abs(quantity) * tick.last

    def free_cash(self, currency: Currency) -> Decimal:
        """Cash that no open order will take and that backs no position.

        An order without a price of its own takes what the market asks now.
        """
        return self.book.free_cash(currency) - sum(
            (
                self._taken(symbol, side, asked.unpriced)
                for (symbol, side), asked in self.asked(self.account_scope)
                if asked.unpriced and self.instruments[symbol].quote == currency
            ),
            ZERO,
        )

    def set_aside(self, symbol: Symbol, leverage: Leverage) -> Decimal:
        """Cash that open orders of an instrument on margin would take at this leverage."""
        book, instrument = self.book, self.instruments[symbol]
        priced = (
            book.sets_aside(order.terms, order.remaining, instrument, leverage)
            for order in book.open_orders(symbol)
            if not order.is_part_of(book.orders)
        )
        unpriced = (
            self._taken(symbol, side, asked.unpriced, leverage)
            for (of, side), asked in self.asked(self.account_scope)
            if asked.unpriced and of == symbol
        )
        return sum(priced, ZERO) + sum(unpriced, ZERO)

    def _taken(
        self, symbol: Symbol, side: Side, quantity: Decimal, leverage: Leverage | None = None
    ) -> Decimal:
        """What so many base units will take of free cash; none where no price is known."""
        tick, is_margined = self.quotes.get(symbol), self.instruments[symbol].kind.is_margined
        if tick is None or not (is_margined or side is Side.BUY):
            return ZERO
        price = tick.ask if side is Side.BUY else tick.bid
        if not is_margined:
            return quantity * price * (1 + COSTS)
        held = self.book.held(symbol)
        against = abs(held) if held * side.sign < ZERO else ZERO
        opened = max(ZERO, quantity - against) * price
        leverage = leverage or self.book.leverage.get(symbol, WHOLE)
        return margin_of(opened, leverage) + quantity * price * COSTS

    def _at_risk(self, scope: Scope) -> Iterator[tuple[Symbol, Decimal | None]]:
        """Amounts in quote currency; at cost what has no price and is too little to be closed."""
        positions = self.tally(scope).positions
        for symbol, position in positions.items():
            if position.quantity:
                worth = self.value(symbol, position.quantity)
                if worth is None and not self.instruments[symbol].closable(position.quantity):
                    worth = abs(position.cost)
                yield symbol, worth
        for (symbol, side), asked in self.asked(scope):
            held = positions[symbol].quantity if symbol in positions else ZERO
            against = abs(held) if held * side.sign < ZERO else ZERO
            if asked.quantity > against:
                last = self.value(symbol, ONE_UNIT) if asked.unpriced else ZERO
                yield symbol, None if last is None else asked.beyond(against, last)
