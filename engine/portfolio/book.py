"""One account's books: cash, positions and open orders."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine.domain.account import Account, Fill, Position
from engine.domain.events import OrderFilled
from engine.domain.identifiers import ClientOrderId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.money import ZERO, Currency
from engine.domain.order import Order, Side
from engine.portfolio.positions import booked


class AccountBook:
    """Mutable inside the kernel, changed only by what the journal says."""

    __slots__ = ("account", "cash", "day", "day_equity", "orders", "positions")

    def __init__(self, account: Account, cash: Iterable[tuple[Currency, Decimal]]) -> None:
        self.account = account
        self.cash: dict[Currency, Decimal] = dict(cash)
        self.positions: dict[Symbol, Position] = {}
        self.orders: dict[ClientOrderId, Order] = {}
        self.day = ""
        self.day_equity: Decimal | None = None

    def position(self, symbol: Symbol) -> Position:
        """What is held of it, flat if nothing."""
        return self.positions.get(symbol) or Position(self.account.id, symbol)

    def book(self, order: Order, event: OrderFilled, instrument: Instrument) -> Fill:
        """Move cash and position for one execution and give its record."""
        terms = order.terms
        fee_in_quote = event.fee if event.fee_currency == instrument.quote else ZERO
        position, realized = booked(
            self.position(terms.symbol),
            terms.side,
            event.quantity,
            event.price,
            fee_in_quote,
            event.at,
        )
        self.positions[terms.symbol] = position
        self._pay(instrument.quote, terms.side.sign * event.quantity * event.price)
        self._pay(event.fee_currency, event.fee)
        return Fill(
            account=self.account.id,
            client_order_id=order.client_order_id,
            trade_id=event.trade_id,
            symbol=terms.symbol,
            side=terms.side,
            quantity=event.quantity,
            price=event.price,
            fee=event.fee,
            fee_currency=event.fee_currency,
            realized=realized,
            at=event.at,
        )

    def _pay(self, currency: Currency, amount: Decimal) -> None:
        self.cash[currency] = self.cash.get(currency, ZERO) - amount

    def open_orders(self, symbol: Symbol, side: Side | None = None) -> list[Order]:
        """What rests or is under way on one instrument."""
        return [
            order
            for order in self.orders.values()
            if order.terms.symbol == symbol and (side is None or order.terms.side is side)
        ]
