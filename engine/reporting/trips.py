"""Round trips: what was opened and closed again, by the account's own average-cost reckoning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.domain.account import Fill
from engine.domain.identifiers import ClientOrderId, Symbol
from engine.domain.money import ZERO


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What one order closed, `profit` net of `fees`, in quote currency; times in epoch seconds.

    `quantity` is positive for what was bought first, negative for what was sold first.
    """

    symbol: Symbol
    quantity: float
    entry_time: float
    entry_price: float
    exit_time: float
    exit_price: float
    fees: float
    profit: float

    @property
    def seconds(self) -> float:
        """How long it was held."""
        return self.exit_time - self.entry_time

    @property
    def notional(self) -> float:
        """What changed hands at entry and at exit together, in quote currency."""
        return abs(self.quantity) * (self.entry_price + self.exit_price)


@dataclass(frozen=True, slots=True)
class _Closed:
    """What left: signed quantity, sums by quantity of entries, exits and moments; UTC ms."""

    quantity: Decimal
    entry: Decimal
    exit: Decimal
    moment: Decimal
    at: int
    fees: Decimal
    profit: Decimal

    def joined(self, later: _Closed) -> _Closed:
        """Both together."""
        return _Closed(
            self.quantity + later.quantity,
            self.entry + later.entry,
            self.exit + later.exit,
            self.moment + later.moment,
            later.at,
            self.fees + later.fees,
            self.profit + later.profit,
        )

    def trip(self, symbol: Symbol) -> RoundTrip:
        """Its means."""
        size = abs(self.quantity)
        return RoundTrip(
            symbol=symbol,
            quantity=float(self.quantity),
            entry_time=float(self.moment / size / 1_000),
            entry_price=float(self.entry / size),
            exit_time=self.at / 1_000,
            exit_price=float(self.exit / size),
            fees=float(self.fees),
            profit=float(self.profit),
        )


@dataclass(frozen=True, slots=True)
class _Open:
    """What is held: signed quantity, its cost, its fees, and quantity times opening moment."""

    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    fees: Decimal = ZERO
    moment: Decimal = ZERO


def fee_as_booked(fill: Fill) -> Decimal:
    """The fee as if it were in quote currency; hand in another rule where it is not."""
    return fill.fee


def nothing_in_base(_: Fill) -> Decimal:
    """No fee took base units."""
    return ZERO


def round_trips(
    fills: Iterable[Fill],
    fee_in_quote: Callable[[Fill], Decimal] = fee_as_booked,
    fee_in_base: Callable[[Fill], Decimal] = nothing_in_base,
) -> tuple[RoundTrip, ...]:
    """A trip for each order that closes something, by its last fill that did, oldest first.

    An order that its venue fills in parts is one trip at the mean of its prices, out at the last.

    Average cost: what is closed leaves at the mean price, the mean moment and with its share of
    the fees of all that was open, so the trips' profits add up to the account's realised profit
    less fees. A fill through zero pays its fee by quantity to the closing and to the opening. What
    a fee took in base units is gone: the rest has cost the more, and where nothing is left its cost
    is lost to the trip.
    The fills are those of one account, oldest first; their `at` is in epoch milliseconds.
    """
    held: dict[Symbol, _Open] = {}
    closed: dict[tuple[Symbol, ClientOrderId], _Closed] = {}
    for fill in fills:
        if not fill.quantity:
            continue
        before = held.get(fill.symbol, _Open())
        signed = fill.side.sign * fill.quantity
        closing = min(abs(before.quantity), fill.quantity) if before.quantity * signed < 0 else ZERO
        closing_fee = fee_in_quote(fill) * closing / fill.quantity
        after = before
        if closing:
            after = _less(before, closing)
        opening = fill.quantity - closing
        if opening:
            after = _more(after, fill, opening, fee_in_quote(fill) - closing_fee)
        kept = _taken(after, fee_in_base(fill), fill.at)
        if closing:
            lost = after if after.quantity > 0 and not kept.cost else _Open()
            part = _closed(before, fill, closing, closing_fee, lost)
            key = fill.symbol, fill.client_order_id
            earlier = closed.pop(key, None)
            closed[key] = part if earlier is None else earlier.joined(part)
        held[fill.symbol] = kept
    return tuple(each.trip(symbol) for (symbol, _), each in closed.items())


def _closed(
    held: _Open, fill: Fill, closing: Decimal, closing_fee: Decimal, lost: _Open
) -> _Closed:
    share, direction = closing / abs(held.quantity), 1 if held.quantity > 0 else -1
    entry, leave = held.cost * share, closing * fill.price
    fees = held.fees * share + closing_fee + lost.fees
    return _Closed(
        quantity=closing * direction,
        entry=entry,
        exit=leave,
        moment=held.moment * share,
        at=fill.at,
        fees=fees,
        profit=(leave - entry) * direction - lost.cost - fees,
    )


def _less(held: _Open, closing: Decimal) -> _Open:
    size = abs(held.quantity)
    if closing == size:
        return _Open()
    kept = (size - closing) / size
    return replace(
        held,
        quantity=held.quantity + (closing if held.quantity < 0 else -closing),
        cost=held.cost * kept,
        fees=held.fees * kept,
        moment=held.moment * kept,
    )


def _more(held: _Open, fill: Fill, opening: Decimal, fee: Decimal) -> _Open:
    return _Open(
        held.quantity + fill.side.sign * opening,
        held.cost + opening * fill.price,
        held.fees + fee,
        held.moment + opening * fill.at,
    )


def _taken(held: _Open, units: Decimal, at: int) -> _Open:
    """The same with so many base units less: what is left of it has all the cost."""
    if not units:
        return held
    left = held.quantity - units
    if held.quantity >= 0 >= left:
        return _Open(left, moment=-left * at)
    return replace(held, quantity=left, moment=held.moment * left / held.quantity)
