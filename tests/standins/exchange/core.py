"""The exchange behind every wire: orders, fills, balances and who is told of them.

It matches with the desk's own matcher, so that the acceptance cards mean the same everywhere; what
is under test is the way there and back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from engine.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderCancelRejected,
    OrderFilled,
    OrderRejected,
    OrderReplaced,
    VenueReport,
)
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol, VenueOrderId
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import Currency, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Side
from engine.matching.matcher import Matcher
from engine.matching.model import FillModel
from tests.standins.exchange.bars import Bars
from tests.standins.exchange.cash import Moved
from tests.standins.exchange.margin import Margin

OWNER = AccountId("owner")


class Why(StrEnum):
    """For what reason an order is refused; each wire has its own code for it."""

    DUPLICATE = "duplicate client order id"
    FUNDS = "insufficient funds"
    STEP = "off the step"
    MINIMUM = "below the minimum"
    SYMBOL = "not listed"
    POST_ONLY = "post only would take"
    REDUCE_ONLY = "reduce only"
    OTHER = "refused"
    NOT_FOUND = "unknown order"
    CLOSED = "already closed"


class Refused(Exception):
    """The exchange says no."""

    def __init__(self, why: Why, text: str = "") -> None:
        super().__init__(text or why.value)
        self.why = why


@dataclass(slots=True)
class Placed:
    """One order as the exchange has it."""

    number: int
    client_id: str
    order: Order
    fills: tuple[OrderFilled, ...]
    at: int
    updated: int
    forced: str = ""
    """Why the exchange placed it by itself: `liquidation` or `deleveraging`."""

    @property
    def terms(self) -> OrderTerms:
        return self.order.terms

    @property
    def state(self) -> OrderState:
        return self.order.state

    @property
    def value(self) -> Decimal:
        return self.order.filled_value


Told = Callable[[Placed, VenueReport], None]


class Core:
    """An exchange with one customer.

    `unique` says among which orders a client order id may not come twice: `open`, `ever` or
    `never`.
    """

    def __init__(
        self,
        instruments: Iterable[Instrument],
        model: FillModel,
        unique: str = "open",
        balances: dict[str, Decimal] | None = None,
    ) -> None:
        self.instruments = {each.symbol: each for each in instruments}
        self.matcher = Matcher(self.instruments.values(), model)
        self.unique = unique
        self.delisted: set[Symbol] = set()
        self.bars = Bars()
        self.balances = dict(balances or {"USDT": Decimal(1_000_000), "BTC": Decimal(1_000)})
        self.quotes: dict[Symbol, Tick] = {}
        self.orders: dict[int, Placed] = {}
        self._named: dict[str, list[Placed]] = {}
        self.fills: list[tuple[Placed, OrderFilled]] = []
        self._trades: dict[str, tuple[Placed, OrderFilled]] = {}
        self.moved: list[Moved] = []
        self.listeners: list[Told] = []
        self.price_listeners: list[Callable[[Tick], None]] = []
        self.fee_currency = ""
        """A third coin that fees are paid in; empty for the quote's, or what was bought."""
        self.fees_in_base = False
        """Whether who buys pays the fee in what was bought."""
        self.refused: set[OrderType] = set()
        """Kinds of order that are refused, whatever is in them."""
        self.clock_error_ms = 0
        self.margin = Margin()
        self.rates = Decimal("0.001"), Decimal("0.0005")
        """What the customer pays as taker and as maker, as it is told."""
        self._numbers = 4_000_000
        self._ended: dict[int, str] = {}

    def now(self) -> int:
        """The exchange's own time in ms."""
        return time.time_ns() // 1_000_000 + self.clock_error_ms

    # -- requests -----------------------------------------------------------------------------

    def place(self, client_id: str, terms: OrderTerms, forced: str = "") -> Placed:
        """Take an order. Raises Refused."""
        if terms.symbol not in self.instruments:
            raise Refused(Why.SYMBOL)
        if terms.type in self.refused:
            raise Refused(Why.OTHER)
        if client_id and self._clashes(client_id):
            raise Refused(Why.DUPLICATE)
        self._check_funds(terms)
        self._numbers += 1
        number, now = self._numbers, self.now()
        order = Order(ClientOrderId(str(number)), OWNER, terms, PersonId(""), now, 0)
        reports = self.matcher.submit(order, now)
        if isinstance(reports[0], OrderRejected):
            raise Refused(_why(reports[0].reason), reports[0].reason)
        placed = Placed(number, client_id, order, (), now, now, forced)
        self.orders[number] = placed
        self._named.setdefault(client_id, []).append(placed)
        self._note(reports)
        return self.orders[number]

    def stillborn(self, client_id: str, terms: OrderTerms) -> Placed:
        """Take an order and end it at once, untraded."""
        self._numbers += 1
        number, now, name = self._numbers, self.now(), ClientOrderId(str(self._numbers))
        order = Order(name, OWNER, terms, PersonId(""), now, 0, state=OrderState.ACCEPTED)
        placed = self.orders[number] = Placed(number, client_id, order, (), now, now)
        self._named.setdefault(client_id, []).append(placed)
        for report, state in (
            (OrderAccepted(name, VenueOrderId(str(number)), now), OrderState.ACCEPTED),
            (OrderCanceled(name, "it would take", now), OrderState.CANCELED),
        ):
            placed.order = replace(order, state=state)
            for tell in self.listeners:
                tell(placed, report)
        return placed

    def cancel(self, placed: Placed) -> None:
        """Take it out of the book. Raises Refused where it is closed."""
        reports = self.matcher.cancel(ClientOrderId(str(placed.number)), self.now())
        if isinstance(reports[0], OrderCancelRejected):
            raise Refused(Why.CLOSED, reports[0].reason)
        self._note(reports)

    def amend(self, placed: Placed, terms: OrderTerms) -> None:
        """Let it rest on other terms. Raises Refused."""
        reports = self.matcher.modify(ClientOrderId(str(placed.number)), terms, self.now())
        if not isinstance(reports[-1], OrderReplaced):
            raise Refused(_why(getattr(reports[-1], "reason", "")))
        self._note(reports)

    def find(self, number: str = "", client_id: str = "") -> Placed:
        """One order, the last of that client id. Raises Refused."""
        if number and number.isdigit() and int(number) in self.orders:
            return self.orders[int(number)]
        named = self._named.get(client_id) if client_id else None
        if not named:
            raise Refused(Why.NOT_FOUND)
        return named[-1]

    def resting(self) -> list[Placed]:
        """All that is open, earliest first."""
        resting = self.matcher.open_orders(OWNER)
        return [self.orders[int(each.id)] for each in resting]

    def closed(self, client_id: str | None = None) -> list[Placed]:
        """All that is not, or what of it bears an id, earliest first."""
        among = self.orders.values() if client_id is None else self._named.get(client_id, ())
        return [each for each in among if not each.order.is_open]

    def trades(self, number: str | None = None) -> list[tuple[Placed, OrderFilled]]:
        """All executions, or one order's, earliest first."""
        if number is None:
            return self.fills
        placed = self.orders.get(int(number))
        return [] if placed is None else [(placed, fill) for fill in placed.fills]

    def trade(self, name: str) -> tuple[Placed, OrderFilled]:
        """One execution."""
        return self._trades[name]

    def split(self, placed: Placed, fills: Iterable[OrderFilled]) -> None:
        """Let its executions have been these."""
        placed.fills = tuple(fills)
        self._trades |= {each.trade_id: (placed, each) for each in placed.fills}

    def held(self, currency: str) -> tuple[Decimal, Decimal]:
        """Free and set aside of a currency."""
        total = self.balances.get(currency, Decimal(0))
        locked = sum((_locked(each, currency) for each in self.resting()), Decimal(0))
        return total - locked, locked

    def move_cash(
        self,
        kind: str,
        currency: str,
        amount: str,
        fee: str = "0",
        *,
        is_final: bool = True,
        elsewhere: bool = False,
        ago_ms: int = 0,
    ) -> Moved:
        """Cash comes or goes apart from trades; what comes is there once it is final."""
        self._numbers += 1
        at = self.now() - ago_ms
        moved = Moved(
            self._numbers, kind, currency, Decimal(amount), Decimal(fee), at, False, elsewhere
        )
        self.moved.append(moved)
        if is_final:
            self.finish(moved)
        return moved

    def finish(self, moved: Moved) -> None:
        """It is final."""
        moved.is_final = True
        if not moved.elsewhere:
            self._move(moved.currency, moved.change)

    def by_hand(self, symbol: Symbol, side: Side, quantity: str, price: str) -> None:
        """The customer trades at a price, past the desk."""
        at = Decimal(price)
        self.tick(Tick(symbol, at, at, at, Decimal(1_000), self.now()))
        self.place("", OrderTerms(symbol, side, OrderType.MARKET, Quantity(Decimal(quantity))))

    def force(self, symbol: Symbol, quantity: str = "", why: str = "liquidation") -> None:
        """Close a position, or so much of it, by itself; what rests to reduce it goes first."""
        held = self.margin.held[symbol].quantity
        size = Decimal(quantity) if quantity else abs(held)
        for each in self.resting() if size == abs(held) else ():
            if each.terms.symbol == symbol and each.terms.reduce_only:
                self.cancel(each)
        side = Side.SELL if held > 0 else Side.BUY
        self.place("", OrderTerms(symbol, side, OrderType.MARKET, Quantity(size)), why)

    def positions(self) -> dict[Symbol, Decimal]:
        """Base units held on margin, signed."""
        return {each.symbol: each.quantity for each in self.margin.open()}

    # -- the market -----------------------------------------------------------------------------

    def tick(self, tick: Tick) -> None:
        """Move a price."""
        self.quotes[tick.symbol] = tick
        for tell in self.price_listeners:
            tell(tick)
        self._note(self.matcher.on_tick(tick))

    def _note(self, reports: Iterable[VenueReport]) -> None:
        stated = {int(each.id): each for each in self.matcher.changed}
        told = tuple(reports)
        for report in told:
            number = int(report.client_order_id)
            placed = self.orders[number]
            held = stated.get(number)
            if held is not None:
                self._follow(placed, held.order, report)
            if held is not None and report is told[-1]:
                placed.order = held.order
            for tell in tuple(self.listeners):
                tell(placed, report)

    def _follow(
        self,
        placed: Placed,
        after: Order,
        report: VenueReport,
    ) -> None:
        """What the customer may see after this report and no other."""
        placed.updated = report.at
        if isinstance(report, OrderFilled):
            trade = self._paid(placed, report)
            placed.fills = (*placed.fills, trade)
            self.fills.append((placed, trade))
            self._trades[trade.trade_id] = placed, trade
            placed.order = _with(after, placed.fills)
        elif isinstance(report, OrderAccepted):
            placed.order = replace(_with(after, ()), terms=after.terms)
        else:
            placed.order = after

    def _paid(self, placed: Placed, fill: OrderFilled) -> OrderFilled:
        instrument = self.instruments[placed.terms.symbol]
        sign, value = placed.terms.side.sign, fill.quantity * fill.price
        if ":" not in instrument.symbol:
            self._move(instrument.base, sign * fill.quantity)
            self._move(instrument.quote, -sign * value)
        else:
            profit = self.margin.fill(instrument.symbol, placed.terms.side, fill)
            self._move(instrument.quote, profit)
        fee, currency = fill.fee, fill.fee_currency
        if self.fee_currency:
            currency = Currency(self.fee_currency)
        elif self.fees_in_base and sign > 0 and ":" not in instrument.symbol:
            fee, currency = fee / fill.price, instrument.base
        self._move(currency, -fee)
        return replace(fill, fee=fee, fee_currency=currency)

    def _move(self, currency: str, amount: Decimal) -> None:
        self.balances[currency] = self.balances.get(currency, Decimal(0)) + amount

    def _clashes(self, client_id: str) -> bool:
        same = self._named.get(client_id, [])
        if self.unique == "ever":
            return bool(same)
        return self.unique == "open" and any(each.order.is_open for each in same)

    def _check_funds(self, terms: OrderTerms) -> None:
        instrument = self.instruments[terms.symbol]
        if ":" in instrument.symbol or terms.reduce_only:
            return
        if terms.side.sign < 0:
            if terms.quantity > self.held(instrument.base)[0]:
                raise Refused(Why.FUNDS)
            return
        quote = self.quotes.get(terms.symbol)
        price = terms.price or terms.stop_price or (quote.ask if quote else Decimal(0))
        if terms.quantity * price > self.held(instrument.quote)[0]:
            raise Refused(Why.FUNDS)


def _with(order: Order, fills: tuple[OrderFilled, ...]) -> Order:
    """An order as it stood after these of its fills."""
    filled = sum((each.quantity for each in fills), Decimal(0))
    state = OrderState.FILLED if filled >= order.terms.quantity else OrderState.PARTIALLY_FILLED
    return replace(
        order,
        filled=Quantity(filled),
        filled_value=sum((each.quantity * each.price for each in fills), Decimal(0)),
        state=state if filled else OrderState.ACCEPTED,
    )


def _locked(placed: Placed, currency: str) -> Decimal:
    terms = placed.terms
    base, _, quote = terms.symbol.partition("/")
    if ":" in quote:
        return Decimal(0)
    if terms.side.sign < 0:
        return placed.order.remaining if base == currency else Decimal(0)
    price = terms.price or terms.stop_price or Decimal(0)
    return placed.order.remaining * price if quote == currency else Decimal(0)


def _why(reason: str) -> Why:
    for part, why in (
        ("step", Why.STEP),
        ("minimum", Why.MINIMUM),
        ("post only", Why.POST_ONLY),
        ("reduce only", Why.REDUCE_ONLY),
        ("unknown", Why.NOT_FOUND),
        ("already", Why.CLOSED),
    ):
        if part in reason:
            return why
    return Why.OTHER
