"""The exchange itself: its own book and its own money, against which the desk is measured.

Nothing here is shared with the desk's own matching or accounting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from engine.domain import events as facts
from engine.domain.account import CashEntry, CashReason
from engine.domain.events import OrderFilled, VenueReport
from engine.domain.identifiers import (
    AccountId,
    ClientOrderId,
    EntryId,
    Symbol,
    TradeId,
    VenueOrderId,
)
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Purpose, Side, TimeInForce
from engine.ports.venue import VenueOrder
from tests.simulation.market import INSTRUMENTS
from tests.simulation.nature import Nature
from tests.simulation.timeline import Timeline

FEE = Decimal("0.001")
QUOTE = Currency("USDT")
_WHOLE_FILL = 0.7
_MEETS_ITSELF = 0.5
_THIN = Decimal("0.003")
"""How far from the price a thin book lets an order trade with another one of the account."""
_OTHER_COIN = 0.03
_ZERO = Decimal(0)
_IMMEDIATE = TimeInForce.IOC, TimeInForce.FOK


Execution = tuple[ClientOrderId, TradeId]
"""An order's part of a trade, which may be between two orders of the account."""


@dataclass(slots=True)
class Resting:
    """One order that was accepted here."""

    name: ClientOrderId
    number: int
    order: Order
    terms: OrderTerms
    arrived: float
    state: OrderState = OrderState.ACCEPTED
    filled: Decimal = _ZERO
    fills: tuple[OrderFilled, ...] = ()
    triggered: bool = False
    reason: str = ""
    past: list[tuple[float, VenueOrder]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state in (OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED)

    @property
    def remaining(self) -> Decimal:
        return self.terms.quantity - self.filled


@dataclass(frozen=True, slots=True)
class Moved:
    """Cash that came or went apart from a trade: the timeline's moment, and UTC ms."""

    id: EntryId
    reason: CashReason
    amount: Decimal
    moment: float
    at: int
    symbol: Symbol | None = None


class Exchange:
    """Spot trading for one account; what a sale may take is what is held."""

    goes_short = False

    def __init__(
        self,
        timeline: Timeline,
        chance: Random,
        cash: Decimal,
        tell: Callable[[VenueReport], None],
        *,
        nature: Nature,
        listed: Sequence[Instrument] = INSTRUMENTS,
        is_thin: bool = False,
    ) -> None:
        """`is_thin`: so few trade here that orders of the account may meet each other."""
        self._timeline = timeline
        self._chance = chance
        self._tell = tell
        self.nature = nature
        self._is_thin = is_thin
        self.cash: dict[Currency, Decimal] = {QUOTE: cash}
        self.moved: list[Moved] = []
        """Cash that came or went apart from trades."""
        self.held: dict[Symbol, Decimal] = {}
        self._in_kind: dict[Symbol, Decimal] = {}
        self._held_past: list[tuple[float, Symbol, Decimal]] = []
        self.orders: dict[ClientOrderId, list[Resting]] = {}
        self.fills: dict[Execution, OrderFilled] = {}
        self.changed = 0
        """Counts what happened to any order."""
        self._open: dict[int, Resting] = {}
        self._quotes: dict[Symbol, Tick] = {}
        self._steps = {each.symbol: each.quantity_step for each in listed}

    # -- requests, as they arrive -----------------------------------------------------------

    def place(self, order: Order) -> str:
        """Take an order; gives the reason where it is refused."""
        name, terms = order.client_order_id, order.terms
        known = self.orders.get(name, [])
        unique = self.nature.unique
        if known and (unique == "ever" or (unique == "open" and known[-1].is_open)):
            return "duplicate client order id"
        if terms.stop_price is not None and not self.nature.holds_stops:
            return "it holds no stop for the desk"
        if terms.symbol not in self._quotes:
            return "no price"
        if reason := self._refusal(terms):
            return reason
        resting = Resting(name, len(self._open) + self.changed, order, terms, self._timeline.now)
        resting.number = next(self._timeline.serials)
        self.orders.setdefault(name, []).append(resting)
        self._open[resting.number] = resting
        self._note(resting)
        self._tell(facts.OrderAccepted(name, _venue_id(resting), self._timeline.ms()))
        self._meet(resting, self._quotes[terms.symbol])
        if resting.is_open and terms.time_in_force in _IMMEDIATE:
            self._close(resting, OrderState.CANCELED, "not all of it could be filled at once")
        return ""

    def cancel(self, name: ClientOrderId) -> None:
        resting = self._resting(name)
        if resting is None:
            self._refuse(name, facts.OrderCancelRejected)
        else:
            self._close(resting, OrderState.CANCELED, "canceled on request")

    def modify(self, name: ClientOrderId, terms: OrderTerms) -> None:
        resting = self._resting(name)
        if resting is None or terms.quantity <= resting.filled:
            self._refuse(name, facts.OrderReplaceRejected)
            return
        grows = terms.quantity - resting.terms.quantity
        if terms.side is Side.SELL and grows > self._free(terms.symbol):
            self._refuse(name, facts.OrderReplaceRejected)
            return
        resting.terms = terms
        self._note(resting)
        self._tell(facts.OrderReplaced(name, terms, self._timeline.ms()))

    def _refusal(self, terms: OrderTerms) -> str:
        """Why what is held lets no such order in, or nothing."""
        if terms.reduce_only and self.held.get(terms.symbol, _ZERO) <= 0:
            return "reduce only: nothing is held"
        if terms.side is Side.SELL and terms.quantity > self._free(terms.symbol):
            return "insufficient balance"
        if terms.side is Side.BUY and terms.quantity * self._cost(terms) > self._unspent():
            return "insufficient balance"
        return ""

    def _cost(self, terms: OrderTerms) -> Decimal:
        """What a base unit is paid with."""
        return terms.price or terms.stop_price or self._quotes[terms.symbol].ask

    def _unspent(self) -> Decimal:
        """Cash that no order here has set aside."""
        buying = (each for each in self._open.values() if each.terms.side is Side.BUY)
        return self.cash[QUOTE] - sum(
            (each.remaining * self._cost(each.terms) for each in buying), _ZERO
        )

    def move_cash(self, reason: CashReason, amount: Decimal, symbol: Symbol | None = None) -> None:
        """Cash comes or goes apart from trades; `amount` signed."""
        self.cash[QUOTE] += amount
        name, at = EntryId(f"c{len(self.moved) + 1}"), self._timeline.ms()
        self.moved.append(Moved(name, reason, amount, self._timeline.now, at, symbol))

    def cash_entries(
        self, account: AccountId, since: int, lag_seconds: float = 0.0
    ) -> list[CashEntry]:
        """Those from a moment on (UTC ms), as they were known so long ago."""
        then = self._timeline.now - lag_seconds
        return [
            CashEntry(each.id, account, each.reason, QUOTE, each.amount, each.at, each.symbol)
            for each in self.moved
            if each.moment <= then and each.at >= since
        ]

    def _free(self, symbol: Symbol) -> Decimal:
        """What can still be sold beside what rests."""
        return self._beside(symbol, self._selling(symbol))

    def _selling(self, symbol: Symbol) -> list[Resting]:
        resting = (each for each in self._open.values() if each.terms.symbol == symbol)
        return [each for each in resting if each.terms.side is Side.SELL]

    def _beside(self, symbol: Symbol, selling: Iterable[Resting]) -> Decimal:
        """What they leave of a coin where they set it aside."""
        if not self.nature.sets_aside:
            return Decimal("Infinity")
        taken = sum((each.remaining for each in selling), _ZERO)
        return self.held.get(symbol, _ZERO) - taken

    def worth(self) -> Decimal:
        """Cash with what is held, at the last prices."""
        held = self.held.items()
        return self.cash[QUOTE] + sum((q * self._quotes[s].last for s, q in held), _ZERO)

    def stated(self, name: ClientOrderId, lag_seconds: float = 0.0) -> VenueOrder | None:
        """The order as it was known so long ago."""
        known = self.orders.get(name)
        if not known:
            return None
        past = known[-1].past
        then = self._timeline.now - lag_seconds
        return next((state for moment, state in reversed(past) if moment <= then), None)

    def open_orders(self, lag_seconds: float = 0.0) -> list[VenueOrder]:
        if not lag_seconds:
            return [resting.past[-1][1] for resting in self._open.values()]
        stated = (self.stated(name, lag_seconds) for name in self.orders)
        return [each for each in stated if each is not None and each.order.is_open]

    def holdings(self, lag_seconds: float = 0.0) -> dict[Symbol, Decimal]:
        """What was held so long ago."""
        then = self._timeline.now - lag_seconds
        return {symbol: held for moment, symbol, held in self._held_past if moment <= then}

    def executed(self, name: str, trade: str) -> OrderFilled | None:
        """What was executed of an order in a trade."""
        return self.fills.get((ClientOrderId(name), TradeId(trade)))

    def traded(self, fill: OrderFilled) -> tuple[Symbol, int]:
        """Of what an execution was, and its side's sign."""
        terms = self.orders[fill.client_order_id][-1].terms
        return terms.symbol, terms.side.sign

    def whole_steps(self, symbol: Symbol, quantity: Decimal) -> Decimal:
        """What of a quantity can be sold."""
        step = self._steps[symbol]
        return max(_ZERO, quantity // step * step)

    def in_kind(self, symbol: Symbol) -> Decimal:
        """What fees have taken of a coin that was bought."""
        return self._in_kind.get(symbol, _ZERO)

    def protection(self) -> dict[Symbol, Decimal]:
        """What stops of brackets that rest here would sell, or is being sold in their place."""
        found: dict[Symbol, Decimal] = {}
        for resting in self._open.values():
            sells_now = resting.order.is_protection and resting.terms.type is OrderType.MARKET
            if sells_now or resting.order.purpose is Purpose.STOP_LOSS:
                symbol = resting.terms.symbol
                found[symbol] = found.get(symbol, _ZERO) + resting.remaining
        return found

    def left_to_protection(self, symbol: Symbol) -> Decimal:
        """What it can have of a coin: all but what orders of people set aside."""
        by_hand = (each for each in self._selling(symbol) if not each.order.is_protection)
        return self._beside(symbol, by_hand)

    # -- the market -----------------------------------------------------------------------

    def tick(self, tick: Tick) -> None:
        self._quotes[tick.symbol] = tick
        for resting in tuple(self._open.values()):
            if resting.is_open and resting.terms.symbol == tick.symbol:
                self._meet(resting, tick)

    def _meet(self, resting: Resting, tick: Tick) -> None:
        terms = resting.terms
        if terms.type is OrderType.TRAILING_STOP:
            self._trail(resting, tick)
        stop = resting.terms.stop_price
        waits = terms.type not in (OrderType.MARKET, OrderType.LIMIT) and not resting.triggered
        if waits:
            reached = stop is not None and (
                tick.last >= stop if terms.side is Side.BUY else tick.last <= stop
            )
            if not reached:
                return
            resting.triggered = True
            if self.nature.tells_triggers:
                self._tell(facts.OrderTriggered(resting.name, self._timeline.ms()))
        price = tick.ask if terms.side is Side.BUY else tick.bid
        if terms.price is not None and (price - terms.price) * terms.side.sign > 0:
            return
        self._fill(resting, price)

    def _trail(self, resting: Resting, tick: Tick) -> None:
        terms = resting.terms
        trail = terms.trail or _ZERO
        distance = tick.last * trail if terms.trail_is_percent else trail
        level = Price((tick.last - distance * terms.side.opposite.sign).quantize(Decimal("0.01")))
        stop = terms.stop_price
        if stop is None or (level - stop) * terms.side.opposite.sign > 0:
            resting.terms = replace(terms, stop_price=level)

    def _fill(self, resting: Resting, price: Decimal) -> None:
        terms = resting.terms
        able = self._able(resting)
        if able <= 0:
            self._close(resting, OrderState.CANCELED, "nothing is left to sell")
            return
        quantity = self._part(able, terms)
        other = self._other_side(resting, price) if self._is_thin else None
        trade = TradeId(f"t{len(self.fills) + 1}")
        if other is None:
            self._book(resting, quantity, price, trade)
        else:
            quantity, price = min(quantity, self._able(other)), self._cost(other.terms)
            self._book(resting, quantity, price, trade)
            self._book(other, quantity, price, trade)
        self._release(terms.symbol)

    def _other_side(self, resting: Resting, price: Decimal) -> Resting | None:
        """An order of the account that it meets before anybody else's; the two are one trade."""
        terms, sign = resting.terms, resting.terms.side.sign
        if terms.time_in_force is TimeInForce.FOK:
            return None
        worst = price * (1 + sign * _THIN) if terms.price is None else terms.price
        for other in self._open.values():
            is_met = (
                other.terms.type is OrderType.LIMIT
                and other.terms.symbol == terms.symbol
                and other.terms.side is not terms.side
                and (worst - self._cost(other.terms)) * sign >= 0
                and self._able(other) > 0
            )
            if is_met and self._chance.random() < _MEETS_ITSELF:
                return other
        return None

    def _book(self, resting: Resting, quantity: Decimal, price: Decimal, trade: TradeId) -> None:
        """One side of a trade."""
        fill = self._executed(resting, quantity, price, trade)
        resting.filled += quantity
        resting.fills = (*resting.fills, fill)
        done = resting.remaining <= 0
        resting.state = OrderState.FILLED if done else OrderState.PARTIALLY_FILLED
        if done:
            del self._open[resting.number]
        self._note(resting)
        self._tell(fill)

    def _able(self, resting: Resting) -> Decimal:
        """How much of it can be executed with what is held."""
        if resting.terms.side is Side.BUY:
            return resting.remaining
        return min(resting.remaining, self.held.get(resting.terms.symbol, _ZERO))

    def _part(self, able: Decimal, terms: OrderTerms) -> Decimal:
        if terms.time_in_force is TimeInForce.FOK or self._chance.random() < _WHOLE_FILL:
            return able
        step = self._steps[terms.symbol]
        share = (able * Decimal(self._chance.randint(2, 8)) / 10 / step).to_integral_value() * step
        return max(step, min(share, able)) if able >= step else able

    def _executed(
        self, resting: Resting, quantity: Decimal, price: Decimal, trade: TradeId
    ) -> OrderFilled:
        fee, currency = quantity * price * FEE, QUOTE
        if self._chance.random() < _OTHER_COIN:
            fee, currency = Decimal("0.001"), Currency("BNB")
        paid = self._settle(resting.terms, quantity, price, fee, currency)
        return self._traded(resting.name, resting.terms.symbol, quantity, price, paid, trade)

    def _settle(
        self, terms: OrderTerms, quantity: Decimal, price: Decimal, fee: Decimal, currency: Currency
    ) -> tuple[Decimal, Currency]:
        """Move what is held and paid; gives the fee as it was taken."""
        sign = terms.side.sign
        self.cash[QUOTE] -= sign * quantity * price
        moved = sign * quantity
        if self.nature.fees_in_base and sign > 0:
            fee, currency = quantity * FEE, Currency(terms.symbol.partition("/")[0])
            moved -= fee
            self._in_kind[terms.symbol] = self.in_kind(terms.symbol) + fee
        else:
            self.cash[currency] = self.cash.get(currency, _ZERO) - fee
        self.held[terms.symbol] = self.held.get(terms.symbol, _ZERO) + moved
        return fee, currency

    def _traded(
        self,
        name: ClientOrderId,
        symbol: Symbol,
        quantity: Decimal,
        price: Decimal,
        paid: tuple[Decimal, Currency],
        trade: TradeId,
    ) -> OrderFilled:
        """Put an execution on record; `paid` is its fee."""
        self._held_past.append((self._timeline.now, symbol, self.held[symbol]))
        at = self._timeline.ms()
        fill = OrderFilled(name, trade, Quantity(quantity), Price(price), *paid, at)
        self.fills[name, trade] = fill
        return fill

    def _release(self, symbol: Symbol) -> None:
        """What may only reduce ends with what it could reduce."""
        for other in tuple(self._open.values()):
            if not other.is_open or other.terms.symbol != symbol or not other.terms.reduce_only:
                continue
            if self._able(other) <= 0:
                self._close(other, OrderState.CANCELED, "reduce only: nothing is held")

    # -- the record -----------------------------------------------------------------------

    def _resting(self, name: ClientOrderId) -> Resting | None:
        known = self.orders.get(name)
        return known[-1] if known and known[-1].is_open else None

    def _close(self, resting: Resting, state: OrderState, reason: str) -> None:
        resting.state, resting.reason = state, reason
        self._open.pop(resting.number, None)
        self._note(resting)
        self._tell(facts.OrderCanceled(resting.name, reason, self._timeline.ms()))

    def refuse_change(self, name: ClientOrderId) -> None:
        self._tell(facts.OrderReplaceRejected(name, "not changed here", self._timeline.ms()))

    def _refuse(
        self,
        name: ClientOrderId,
        refused: type[facts.OrderCancelRejected | facts.OrderReplaceRejected],
    ) -> None:
        known = self.orders.get(name)
        reason = f"already {known[-1].state}" if known else "unknown order"
        self._tell(refused(name, reason, self._timeline.ms()))

    def _note(self, resting: Resting) -> None:
        self.changed += 1
        order = replace(
            resting.order,
            terms=resting.terms,
            state=resting.state,
            filled=Quantity(resting.filled),
            reason=resting.reason,
        )
        stated = VenueOrder(order, _venue_id(resting), resting.fills)
        resting.past.append((self._timeline.now, stated))


def _venue_id(resting: Resting) -> VenueOrderId:
    return VenueOrderId(f"v{resting.number}")
