"""What an account's orders have come to, kept step by step so that nothing is counted anew.

An account has one tally, and one more for each strategy and each followed leader that orders on
it; the latter keep positions of their own, reckoned from their own fills.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.account import Fill, Position
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.limits import Scope
from engine.domain.money import ZERO
from engine.domain.order import SLICE, Order, OrderTerms, Side
from engine.portfolio.positions import booked

MINUTE_MS = 60_000
TWINS_REMEMBERED_MS = 600_000


@dataclass(slots=True)
class Asked:
    """What open orders of one instrument and side would still take, in base units.

    `value` is that of those with a price of their own, in quote currency; `unpriced` are the base
    units of the others.
    """

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    unpriced: Decimal = ZERO

    def beyond(self, against: Decimal, last: Decimal) -> Decimal:
        """Its value once so many base units of it have closed what is held, in quote currency."""
        if self.quantity <= against:
            return ZERO
        return (self.value + self.unpriced * last) * (1 - against / self.quantity)

    def beside(self, terms: OrderTerms) -> Asked:
        """The same with an order of these terms."""
        price = terms.price or terms.stop_price
        return Asked(
            self.quantity + terms.quantity,
            self.value + (ZERO if price is None else terms.quantity * price),
            self.unpriced + (terms.quantity if price is None else ZERO),
        )

    def count(self, order: Order, sign: int) -> None:
        """Put an order in (1) or take it out (-1)."""
        quantity, value = order.most
        self.quantity += sign * quantity
        if value is None:
            self.unpriced += sign * quantity
        else:
            self.value += sign * value


class Tally:
    """Open orders, how many were placed of late, positions, the run of losses."""

    __slots__ = ("_placed", "_profits", "_twins", "asked", "losses", "lost_at", "open", "positions")

    def __init__(self, positions: dict[Symbol, Position]) -> None:
        self.positions = positions
        self.open: dict[ClientOrderId, Order] = {}
        """What may still add risk, protection apart."""
        self.asked: dict[tuple[Symbol, Side], Asked] = {}
        """The same summed up."""
        self.losses = 0
        """Trades that lost since the last one that did not."""
        self.lost_at = 0
        self._placed: deque[int] = deque()
        self._profits: dict[Symbol, Decimal] = {}
        self._twins: OrderedDict[tuple[PersonId, OrderTerms], int] = OrderedDict()

    def follow(self, order: Order) -> None:
        """Take note of how an order stands now; of its slices again once it has ended."""
        before = self.open.get(order.client_order_id)
        if before is not None:
            self._asked_of(before).count(before, -1)
        counts = not order.terms.reduce_only and not order.is_part_of(self.open)
        if order.is_open and counts:
            self.open[order.client_order_id] = order
            self._asked_of(order).count(order, 1)
        elif before is not None:
            del self.open[order.client_order_id]

    def restate(self, order: Order) -> None:
        """One that asks for what it asked for, and stands elsewhere now."""
        if order.client_order_id in self.open:
            self.open[order.client_order_id] = order

    def _asked_of(self, order: Order) -> Asked:
        place = order.terms.symbol, order.terms.side
        found = self.asked.get(place)
        if found is None:
            found = self.asked[place] = Asked()
        return found

    def note_placed(self, order: Order) -> None:
        """One more order passed risk."""
        at = order.placed_at
        while self._placed and self._placed[0] <= at - MINUTE_MS:
            self._placed.popleft()
        self._placed.append(at)
        while self._twins and next(iter(self._twins.items()))[1] < at - TWINS_REMEMBERED_MS:
            self._twins.popitem(last=False)
        twin = order.placed_by, order.terms
        self._twins.pop(twin, None)
        self._twins[twin] = at

    def placed_since(self, at: int) -> int:
        """How many orders were placed after that moment, at most a minute ago (UTC ms)."""
        over = 0
        for placed in self._placed:
            if placed > at:
                break
            over += 1
        return len(self._placed) - over

    def twin_at(self, by: PersonId | None, terms: OrderTerms) -> int | None:
        """When the same person last placed an order of the very same terms."""
        return self._twins.get((by, terms)) if by is not None else None

    def note_fill(self, symbol: Symbol, profit: Decimal, at: int, *, is_over: bool) -> None:
        """Profit of a fill in quote currency, after its fee; `is_over` where it ends a trade."""
        profit += self._profits.pop(symbol, ZERO)
        if not is_over:
            self._profits[symbol] = profit
        elif profit < ZERO:
            self.losses, self.lost_at = self.losses + 1, at
        else:
            self.losses = 0


class Tallies:
    """Every account's, and every origin's on each account."""

    __slots__ = ("_accounts", "_origins")

    def __init__(self) -> None:
        self._accounts: dict[AccountId, Tally] = {}
        self._origins: dict[tuple[AccountId, Scope], Tally] = {}

    def open(self, account: AccountId, positions: dict[Symbol, Position]) -> None:
        """Begin to count for an account, on the positions its book keeps."""
        self._accounts[account] = Tally(positions)

    def of(self, account: AccountId, origin: Scope | None) -> Tally:
        """The account's, or that of a strategy or leader on it."""
        if origin is None:
            return self._accounts[account]
        found = self._origins.get((account, origin))
        if found is None:
            found = self._origins[account, origin] = Tally({})
        return found

    def follow(self, order: Order) -> None:
        """Take note of how an order stands now."""
        self._accounts[order.account].follow(order)
        if order.origin is not None:
            self.of(order.account, order.origin).follow(order)

    def restate(self, order: Order) -> None:
        """One that asks for what it asked for, and stands elsewhere now."""
        self._accounts[order.account].restate(order)
        if order.origin is not None:
            self.of(order.account, order.origin).restate(order)

    def note_placed(self, order: Order) -> None:
        """An order passed risk; protection and slices, which follow by themselves, do not count."""
        if order.is_protection or order.purpose is SLICE:
            return
        self._accounts[order.account].note_placed(order)
        if order.origin is not None:
            self.of(order.account, order.origin).note_placed(order)

    def note_fill(
        self, order: Order, fill: Fill, instrument: Instrument, held: tuple[Decimal, Decimal]
    ) -> None:
        """An execution; `held` is what the account held before and holds after it, base units."""
        tally, symbol, at = self._accounts[order.account], fill.symbol, fill.at
        fee = fill.fee if fill.fee_currency == instrument.quote else ZERO
        in_base = fill.fee if fill.fee_currency == instrument.base else ZERO
        _traded(tally, fill, instrument, held, (fill.realized, fee))
        if order.origin is None:
            return
        own = self.of(order.account, order.origin)
        before = own.positions.get(symbol) or Position(fill.account, symbol)
        after, realized = booked(before, fill.side, fill.quantity, fill.price, fee, at, in_base)
        own.positions[symbol] = after
        _traded(own, fill, instrument, (before.quantity, after.quantity), (realized, fee))


def _traded(
    tally: Tally,
    fill: Fill,
    instrument: Instrument,
    held: tuple[Decimal, Decimal],
    came_of_it: tuple[Decimal, Decimal],
) -> None:
    """Count a fill's profit and fee for the trade it ends, and for the one it begins.

    What a fee in the bought coin leaves below the venue's least cannot be sold and is no trade, but
    what grows from there is not over.
    """
    (before, after), (profit, fee) = held, came_of_it
    is_left = bool(instrument.closable(after))
    if is_left and before * after < ZERO and instrument.closable(before):
        opening = fee * abs(after) / fill.quantity
        tally.note_fill(fill.symbol, profit - fee + opening, fill.at, is_over=True)
        profit, fee = ZERO, opening
    is_over = not is_left and abs(after) < abs(before)
    tally.note_fill(fill.symbol, profit - fee, fill.at, is_over=is_over)
