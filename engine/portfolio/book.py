"""One account's books: cash, positions and open orders."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from engine.domain.account import Account, CashEntry, Fill, Position
from engine.domain.events import OrderFilled
from engine.domain.identifiers import ClientOrderId, EntryId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.margin import WHOLE, Leverage, margin_of
from engine.domain.money import ZERO, Currency
from engine.domain.order import BUY, CLOSED, Order, OrderState, OrderTerms, Side
from engine.domain.values import changed, constructor
from engine.portfolio.lots import Lot, matched
from engine.portfolio.positions import booked

_fill = constructor(Fill)
# A venue tells of its last entries again, not of those of long ago.
_REMEMBERED_ENTRIES = 10_000


class AccountBook:
    """Mutable inside the kernel, changed only by what the journal says."""

    __slots__ = (
        "_by_symbol",
        "_entered",
        "_reducing",
        "_set_aside",
        "account",
        "cash",
        "day",
        "day_equity",
        "entered_until",
        "leverage",
        "lots",
        "margined",
        "opened_at",
        "opening",
        "orders",
        "peak_equity",
        "positions",
        "promised",
        "reserved",
        "uncounted",
    )

    def __init__(
        self, account: Account, cash: Iterable[tuple[Currency, Decimal]], opened_at: int = 0
    ) -> None:
        self.account = account
        self.opening = tuple(cash)
        self.opened_at = self.entered_until = opened_at
        """When it was opened, and the last moment that cash moved without a trade; UTC ms."""
        self.cash: dict[Currency, Decimal] = dict(self.opening)
        self.positions: dict[Symbol, Position] = {}
        self.lots: dict[Symbol, deque[Lot]] = {}
        """What is held, as it was bought: the oldest first."""
        self.orders: dict[ClientOrderId, Order] = {}
        self.reserved: dict[Currency, Decimal] = {}
        """Cash that open buys need, and on margin all that may open; kept beside the orders."""
        self.leverage: dict[Symbol, Leverage] = {}
        """How each instrument is held on margin at the venue, as far as the desk knows."""
        self.margined: dict[Symbol, Currency] = {}
        """What was traded on margin, and the currency that backs it."""
        self.promised: dict[Symbol, Decimal] = {}
        """Base units that open sales will take; what may only reduce promises nothing."""
        self._set_aside: dict[ClientOrderId, Decimal] = {}
        """How much of that is each order's."""
        self._by_symbol: dict[Symbol, dict[ClientOrderId, None]] = {}
        self._reducing: dict[Symbol, dict[ClientOrderId, None]] = {}
        self._entered: OrderedDict[EntryId, None] = OrderedDict()
        self.day = ""
        self.day_equity: Decimal | None = None
        self.peak_equity: Decimal | None = None
        """The highest equity of the desk's day, as it was noted."""
        self.uncounted: set[str] = set()
        """What had no price to come when the day began, nor at its height: neither has it in."""

    def position(self, symbol: Symbol) -> Position:
        """What is held of it, flat if nothing."""
        return self.positions.get(symbol) or Position(self.account.id, symbol)

    def held(self, symbol: Symbol) -> Decimal:
        """Base units held of it, signed."""
        position = self.positions.get(symbol)
        return position.quantity if position is not None else ZERO

    def free_cash(self, currency: Currency) -> Decimal:
        """Cash that no open order with a price has set aside and that backs no position."""
        kept = self.reserved.get(currency, ZERO) + self.margin(currency)
        return self.cash.get(currency, ZERO) - kept

    def margin(self, currency: Currency) -> Decimal:
        """What backs positions that were not paid for whole."""
        return sum(
            (self.margin_of(s) for s, quote in self.margined.items() if quote == currency), ZERO
        )

    def margin_of(self, symbol: Symbol) -> Decimal:
        """What backs one position on margin: its cost by its leverage."""
        return margin_of(abs(self.position(symbol).cost), self.leverage.get(symbol, WHOLE))

    def set_leverage(
        self, symbol: Symbol, leverage: Leverage | None, instrument: Instrument
    ) -> None:
        """Hold an instrument on another margin; what its open orders set aside goes with it."""
        self.leverage.pop(symbol, None)
        if leverage is not None:
            self.leverage[symbol] = leverage
        for order in self.open_orders(symbol):
            self.put(order, instrument)

    def put(self, order: Order, instrument: Instrument) -> None:
        """An order as it stands now; one that is over leaves the book.

        Once one that goes in slices has, its slices are to be put again: they stand for themselves.
        """
        order_id, symbol = order.client_order_id, order.terms.symbol
        if order.terms.side is BUY or instrument.kind.is_margined:
            self._reserve(order, instrument)
        elif not order.terms.reduce_only:
            self._promise(order)
        if order.state not in CLOSED:
            self.orders[order_id] = order
            self._by_symbol.setdefault(symbol, {})[order_id] = None
            if order.terms.reduce_only:
                self._reducing.setdefault(symbol, {})[order_id] = None
        elif self.orders.pop(order_id, None) is not None:
            del self._by_symbol[symbol][order_id]
            self._reducing.get(symbol, {}).pop(order_id, None)

    def restate(self, order: Order) -> None:
        """An open order of the book that asks for what it asked for, and stands elsewhere now."""
        self.orders[order.client_order_id] = order

    def _reserve(self, order: Order, instrument: Instrument) -> None:
        """Set aside what an open buy will take; a market order's price is not known yet."""
        _, value = order.most
        needs = ZERO if value is None else self._of_value(value, order.terms, instrument)
        change = self._kept(order, needs)
        if change:
            quote = instrument.quote
            self.reserved[quote] = self.reserved.get(quote, ZERO) + change

    def _promise(self, order: Order) -> None:
        """Set aside what an open sale will take."""
        change = self._kept(order, order.most[0])
        if change:
            symbol = order.terms.symbol
            self.promised[symbol] = self.promised.get(symbol, ZERO) + change

    def _kept(self, order: Order, needs: Decimal) -> Decimal:
        """Note what an order sets aside from now on; gives by how much that is more."""
        before = self._set_aside.pop(order.client_order_id, ZERO)
        if order.state in CLOSED or not needs or order.is_part_of(self.orders):
            return -before
        self._set_aside[order.client_order_id] = needs
        return needs - before

    def sets_aside(
        self,
        terms: OrderTerms,
        quantity: Decimal,
        instrument: Instrument,
        leverage: Leverage | None = None,
    ) -> Decimal:
        """Cash for so many base units of a buy, or of what may open on margin; that of its own
        price. Reckoned at the leverage in force where none is given.
        """
        price = terms.price or terms.stop_price
        return (
            ZERO if price is None else self._of_value(quantity * price, terms, instrument, leverage)
        )

    def _of_value(
        self,
        value: Decimal,
        terms: OrderTerms,
        instrument: Instrument,
        leverage: Leverage | None = None,
    ) -> Decimal:
        if not instrument.kind.is_margined:
            return value
        if terms.reduce_only:
            return ZERO
        return margin_of(value, leverage or self.leverage.get(terms.symbol, WHOLE))

    @contextmanager
    def without(self, order: Order, instrument: Instrument) -> Iterator[None]:
        """The book as if an open order were not in it."""
        resting = self.orders.get(order.client_order_id)
        if resting is None:
            yield
            return
        self.put(changed(resting, state=OrderState.CANCELED), instrument)
        try:
            yield
        finally:
            self.put(resting, instrument)

    def book(self, order: Order, event: OrderFilled, instrument: Instrument) -> Fill:
        """Move cash and position for one execution and give its record."""
        symbol, side = order.terms.symbol, order.terms.side
        realized, by_lot = self._move(symbol, side, event, instrument)
        return _fill(
            self.account.id,
            order.client_order_id,
            event.trade_id,
            symbol,
            side,
            event.quantity,
            event.price,
            event.fee,
            event.fee_currency,
            realized,
            event.at,
            by_lot,
        )

    def rebook(self, fill: Fill, instrument: Instrument) -> Fill:
        """Move cash, position and lots by a fill, and give it with the profit that it closed.

        All the book says of cash and holdings follows from its opening and its fills in order.
        """
        realized, by_lot = self._move(fill.symbol, fill.side, fill, instrument)
        return changed(fill, realized=realized, realized_fifo=by_lot)

    def _move(
        self, symbol: Symbol, side: Side, fill: Fill | OrderFilled, instrument: Instrument
    ) -> tuple[Decimal, Decimal]:
        """What is held and paid after a fill; gives the profit it closed, at average and by lot."""
        quantity, price, fee, at = fill.quantity, fill.price, fill.fee, fill.at
        base, quote, paid_in = instrument.base, instrument.quote, fill.fee_currency
        in_base = fee if paid_in == base else ZERO
        in_quote = fee if paid_in == quote else ZERO
        position = self.position(symbol)
        self.positions[symbol], realized = booked(
            position, side, quantity, price, in_quote, at, in_base
        )
        lots = self.lots.get(symbol)
        if lots is None:
            lots = self.lots[symbol] = deque()
        by_lot = matched(lots, side, quantity, price, at, in_base)
        if instrument.kind.is_margined:
            self.margined[symbol] = quote
            self._pay(quote, -realized)
        else:
            self._pay(quote, side.sign * quantity * price)
        if paid_in != base:
            self._pay(paid_in, fee)
        return realized, by_lot

    def has_entered(self, entry: CashEntry) -> bool:
        """Whether this very movement is booked, or was part of the opening."""
        return entry.id in self._entered or entry.at < self.opened_at

    def enter(self, entry: CashEntry, worth: Decimal | None, equity: Decimal | None = None) -> None:
        """Move cash without a trade; `worth` is the amount, `equity` what there was before.

        Both in account currency. Money put in or taken out is no profit: what the day is measured
        from goes with it.
        """
        self._pay(entry.currency, -entry.amount)
        self.entered_until = max(self.entered_until, entry.at)
        self._entered[entry.id] = None
        if len(self._entered) > _REMEMBERED_ENTRIES:
            self._entered.popitem(last=False)
        if entry.reason.is_flow and worth is not None and self.day_equity is not None:
            self.day_equity += worth
            self.uncounted.discard(entry.currency)
            if self.peak_equity is not None:
                self.peak_equity = _moved(self.peak_equity, worth, equity)

    def _pay(self, currency: Currency, amount: Decimal) -> None:
        self.cash[currency] = self.cash.get(currency, ZERO) - amount

    def reducing(self) -> tuple[Symbol, ...]:
        """Of which instruments orders are open that may make a position smaller, nothing else."""
        return tuple(symbol for symbol, names in self._reducing.items() if names)

    def reducing_orders(self, symbol: Symbol) -> list[Order]:
        """What of it may make a position smaller, nothing else."""
        names = self._reducing.get(symbol)
        return [self.orders[name] for name in names] if names else []

    def open_orders(self, symbol: Symbol) -> list[Order]:
        """What rests or is under way on one instrument."""
        return [self.orders[name] for name in self._by_symbol.get(symbol, ())]


def _moved(peak: Decimal, worth: Decimal, equity: Decimal | None) -> Decimal:
    """The height after money has moved: what has fallen stays the same share of it."""
    if equity is None or equity <= ZERO or equity + worth < ZERO:
        return peak + worth
    return peak * (equity + worth) / equity
