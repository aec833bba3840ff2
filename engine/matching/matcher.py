"""The matcher: resting orders by symbol, and what ticks and requests do to them.

Orders of one symbol meet a tick in a plain loop, earliest first, about 1.5 microseconds an order,
which suits the tens of orders that a paper venue or a backtest holds. Ticks between the levels of
all that rests skip the loop, and cost as little as those of a symbol without orders: 0.4
microseconds. An order enters and leaves by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from engine.domain.events import (
    OrderAccepted,
    OrderCancelRejected,
    OrderRejected,
    OrderReplaced,
    OrderReplaceRejected,
    VenueReport,
)
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO, Quantity
from engine.domain.order import TRAILING_STOP, Order, OrderState, OrderTerms
from engine.domain.values import changed, constructor
from engine.matching.checks import DUPLICATE, refusal, replacement_refusal
from engine.matching.meeting import Meeting, cancel, expire
from engine.matching.model import FillModel
from engine.matching.quiet import QuietBand, quiet_band
from engine.matching.resting import RestingOrder, Stated, taken, venue_order_id
from engine.matching.trailing import standing

Reports = tuple[VenueReport, ...]
Holder = tuple[AccountId, Symbol]

NOTHING: Reports = ()
_accepted = constructor(OrderAccepted)
_meeting = constructor(Meeting)


class Market:
    """One symbol: its last tick, the turns of its orders, and where they stay quiet."""

    __slots__ = ("band", "instrument", "quote", "turns")

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.quote: Tick | None = None
        self.turns: list[tuple[int, ClientOrderId]] = []
        self.band: QuietBand | None = None

    def enter(self, held: RestingOrder) -> None:
        """Give an order its turn."""
        insort(self.turns, held.rank)
        self.band = None

    def leave(self, held: RestingOrder) -> None:
        """Take its turn away."""
        del self.turns[bisect_left(self.turns, held.rank)]
        self.band = None

    def clear(self) -> None:
        """Take all turns away."""
        self.turns.clear()
        self.band = None

    def moment(self, at: int) -> int:
        """A time that is not before the last tick's, whatever a clock does."""
        return at if self.quote is None else max(at, self.quote.at)


class Matcher:
    """An exchange in memory. Times are UTC milliseconds, handed in or the ticks' own.

    It remembers the ids of the orders that it has closed, so that each is unique for ever: about
    a hundred bytes an order.
    """

    def __init__(self, instruments: Iterable[Instrument], model: FillModel) -> None:
        self._model = model
        self._markets = {each.symbol: Market(each) for each in instruments}
        self._open: dict[ClientOrderId, RestingOrder] = {}
        self._closed: dict[ClientOrderId, OrderState] = {}
        self._changed: dict[ClientOrderId, RestingOrder] = {}
        self._holdings: dict[Holder, Decimal] = {}
        self._moved: set[Holder] = set()

    @property
    def changed(self) -> Sequence[RestingOrder]:
        """The orders that the last call changed, as they stand now: what there is to save."""
        return tuple(self._changed.values())

    @property
    def moved(self) -> Mapping[Holder, Decimal]:
        """What is held now by those whose holdings the last call changed."""
        return {holder: self._holdings[holder] for holder in self._moved}

    def holdings(self, account: AccountId) -> dict[Symbol, Decimal]:
        """Base units the account holds of each instrument, signed."""
        return {s: quantity for (whose, s), quantity in self._holdings.items() if whose == account}

    def held(self, account: AccountId, symbol: Symbol) -> Decimal:
        """Base units that the account's fills here came to, signed."""
        return self._holdings.get((account, symbol), ZERO)

    def find(self, order: ClientOrderId) -> RestingOrder | None:
        """An open order."""
        return self._open.get(order)

    def open_orders(self, account: AccountId) -> Sequence[RestingOrder]:
        """All that rests for the account, earliest first."""
        held = (each for each in self._open.values() if each.order.account == account)
        return sorted(held, key=lambda each: each.rank)

    def is_idle(self, symbol: Symbol) -> bool:
        """Whether no order waits for this symbol's ticks."""
        market = self._markets.get(symbol)
        return market is None or not market.turns

    def add(self, instruments: Iterable[Instrument]) -> None:
        """Trade these as well; orders of them that rest meet no price before `restore`."""
        for each in instruments:
            self._markets.setdefault(each.symbol, Market(each))

    def restore(
        self, orders: Iterable[Stated], holdings: Mapping[Holder, Decimal] | None = None
    ) -> None:
        """Hold these orders and no others, open and closed, as they were saved.

        Prices are kept. An open order whose symbol is traded no more rests, and can be canceled.
        """
        for market in self._markets.values():
            market.clear()
        self._open, self._closed = {}, {}
        for each in orders:
            self._put(RestingOrder(each.order, each.fills))
        self._holdings = dict(holdings or {})
        self._forget_changes()

    def submit(self, order: Order, at: int) -> Reports:
        """Take an order and let it meet the market as it stands, or refuse it with the reason."""
        self._forget_changes()
        name, terms = order.client_order_id, order.terms
        market = self._markets.get(terms.symbol)
        if market is None:
            return (OrderRejected(name, f"{terms.symbol} is not traded here", at),)
        room = self._room(order)
        reason = self._refusal(order, market, room)
        if reason:
            return (OrderRejected(name, reason, at),)
        at = market.moment(at)
        number = venue_order_id(name)
        if terms.type is TRAILING_STOP:
            terms = standing(terms, market.quote, market.instrument)
        held = taken(order, number, terms, at)
        after, reports = self._meeting(market, at, held, room)
        self._put(after)
        self._hold(after.order, after.order.filled)
        return (_accepted(name, number, at), *reports)

    def cancel(self, order: ClientOrderId, at: int) -> Reports:
        """Take an order out of the book, or say why there is nothing to cancel."""
        self._forget_changes()
        held = self._open.get(order)
        if held is None:
            return (OrderCancelRejected(order, self._absence(order), at),)
        if held.is_past_day(at):
            return (*self._settle(held, *expire(held, at)), self._too_late(order, at))
        return self._settle(held, *cancel(held, "canceled on request", at))

    def modify(self, order: ClientOrderId, terms: OrderTerms, at: int) -> Reports:
        """Rest on other terms, behind those already there; the next tick is its first chance."""
        self._forget_changes()
        held = self._open.get(order)
        if held is None:
            return (OrderReplaceRejected(order, self._absence(order), at),)
        if held.is_past_day(at):
            return (
                *self._settle(held, *expire(held, at)),
                OrderReplaceRejected(order, self._absence(order), at),
            )
        market = self._markets.get(held.order.terms.symbol)
        if market is None:
            reason = f"{held.order.terms.symbol} is not traded here"
            return (OrderReplaceRejected(order, reason, at),)
        return self._replace(held, terms, market, market.moment(at))

    def mark(self, tick: Tick) -> None:
        """Set the price that the next order to arrive meets; what rests does not meet it.

        So market orders are filled at an opening before anything that rests, as in an auction.
        """
        self._markets[tick.symbol].quote = tick

    def on_tick(self, tick: Tick) -> Reports:
        """Let a tick meet the orders of its symbol. One older than the last is ignored."""
        if self._changed:
            self._forget_changes()
        market = self._markets.get(tick.symbol)
        if market is None:
            return NOTHING
        quote = market.quote
        if (quote is not None and tick.at < quote.at) or tick.bid <= 0 or tick.ask <= 0:
            return NOTHING
        market.quote = tick
        if not market.turns or (market.band is not None and market.band.holds(tick)):
            return NOTHING
        return self._meet_all(market, tick)

    def _meet_all(self, market: Market, tick: Tick) -> Reports:
        meeting = Meeting(tick, market.instrument, self._model)
        reports: list[VenueReport] = []
        for _, order in tuple(market.turns):
            held = self._open[order]
            reports.extend(self._settle(held, *meeting.of(held, self._room(held.order))))
        if not self._changed:
            market.band = quiet_band(self._open[order] for _, order in market.turns)
        return tuple(reports)

    def _meeting(
        self, market: Market, at: int, held: RestingOrder, room: Quantity | None
    ) -> tuple[RestingOrder, Reports]:
        """What comes of an order on its arrival."""
        quote = market.quote
        if quote is None:
            return held, NOTHING
        tick = quote if quote.at == at else changed(quote, at=at)
        return _meeting(tick, market.instrument, self._model).of(held, room)

    def _room(self, order: Order) -> Quantity | None:
        """How much an order may still fill where it may only reduce; None where it may open."""
        terms = order.terms
        if not terms.reduce_only:
            return None
        position = self.held(order.account, terms.symbol) * -terms.side.sign
        return Quantity(max(ZERO, position))

    def _replace(self, held: RestingOrder, terms: OrderTerms, market: Market, at: int) -> Reports:
        before = held.order
        reason = replacement_refusal(before, terms, market.instrument, market.quote)
        if reason:
            return (OrderReplaceRejected(held.id, reason, at),)
        terms = standing(terms, market.quote, market.instrument, before.terms)
        return self._settle(held, held.with_terms(terms, at), (OrderReplaced(held.id, terms, at),))

    def _settle(self, before: RestingOrder, after: RestingOrder, reports: Reports) -> Reports:
        if after is not before:
            self._take_out(before)
            self._put(after)
            self._hold(after.order, after.order.filled - before.order.filled)
        return reports

    def _hold(self, order: Order, quantity: Decimal) -> None:
        if quantity:
            terms = order.terms
            holder = order.account, terms.symbol
            self._holdings[holder] = self._holdings.get(holder, ZERO) + terms.side.sign * quantity
            self._moved.add(holder)

    def _forget_changes(self) -> None:
        self._changed.clear()
        self._moved.clear()

    def _take_out(self, held: RestingOrder) -> None:
        del self._open[held.id]
        if market := self._markets.get(held.order.terms.symbol):
            market.leave(held)

    def _put(self, held: RestingOrder) -> None:
        self._changed[held.id] = held
        if not held.order.is_open:
            self._closed[held.id] = held.order.state
            return
        self._open[held.id] = held
        if market := self._markets.get(held.order.terms.symbol):
            market.enter(held)

    def _refusal(self, order: Order, market: Market, room: Quantity | None) -> str:
        if order.client_order_id in self._open or order.client_order_id in self._closed:
            return DUPLICATE
        reason = refusal(order.terms, market.instrument, market.quote)
        if not reason and room == ZERO:
            return "reduce only: there is nothing to reduce"
        return reason

    def _absence(self, order: ClientOrderId) -> str:
        state = self._closed.get(order)
        return "unknown order" if state is None else f"already {state}"

    def _too_late(self, order: ClientOrderId, at: int) -> OrderCancelRejected:
        return OrderCancelRejected(order, self._absence(order), at)
