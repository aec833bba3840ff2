"""One child of a bracket through all its attempts, and how much each child is to cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.commands import CancelOrder
from engine.domain.events import OrderCancelRequested
from engine.domain.identifiers import THE_DESK, ClientOrderId, IntentKey
from engine.domain.money import NO_QUANTITY, ZERO, Quantity, round_down
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Purpose
from engine.execution.naming import client_order_id

TRIES = 3
"""How often a child is placed before it is given up."""

_PAUSES_MS = 0, 2_000
"""How long after so many failures in a row the next attempt is made."""

_STOOD_MS = 5_000
_ASK_AGAIN_MS = 5_000
MOVABLE = (OrderState.ACCEPTED, OrderState.TRIGGERED, OrderState.PARTIALLY_FILLED)
_STOPS = OrderType.STOP, OrderType.TRAILING_STOP
STANDS = frozenset({*MOVABLE, OrderState.PENDING_CANCEL})


@dataclass(slots=True)
class Leg:
    """A stop, a target or an exit: its attempts, and what all of them have filled."""

    purpose: Purpose
    number: int
    attempts: dict[ClientOrderId, Order] = field(default_factory=dict)
    filled: Decimal = ZERO
    wanted: Quantity = NO_QUANTITY
    latest: Order | None = None
    _asked: tuple[Quantity, int] | None = None
    _is_refused: bool = False
    """Whether the answer to what was asked last is known, and was no."""

    def put(self, order: Order) -> None:
        """An attempt as it stands now."""
        before = self.attempts.get(order.client_order_id)
        self.attempts[order.client_order_id] = order
        self.filled += order.filled - (before.filled if before is not None else ZERO)
        if self.latest is None or order.attempt >= self.latest.attempt:
            self.latest = order
        is_refused = before == order and (takes_the_market(order) or not order.is_open)
        was_going = before is not None and before.state is OrderState.PENDING_CANCEL
        has_ended = not order.is_open and (was_going or order.state is not OrderState.FILLED)
        self._is_refused = before == order
        if before is None or before.terms != order.terms or is_refused or has_ended:
            self._asked = None

    def note_room(self) -> None:
        """Coins are free that were not: what was refused for want of them is asked for again."""
        if self._is_refused:
            self._asked = None

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return any(order.is_open for order in self.attempts.values())

    def open(self) -> list[Order]:
        """The attempts that something may still come of."""
        return [order for order in self.attempts.values() if order.is_open]

    def asking(self) -> list[Order]:
        """The same, without those whose place another one takes."""
        open_ones = self.open()
        replaced = {order.replaces for order in open_ones}
        return [order for order in open_ones if order.client_order_id not in replaced]

    @property
    def standing(self) -> Quantity:
        """What the venue is known to hold for it, in base units; of two in one place the second."""
        standing = [order for order in self.attempts.values() if order.state in STANDS]
        replaced = {order.replaces for order in standing}
        left = (o.remaining for o in standing if o.client_order_id not in replaced)
        return Quantity(sum(left, ZERO))

    def covers(self, wanted: Quantity) -> bool:
        """Whether what stands is what is wanted.

        What takes the market can be made smaller no more; the venue lets it do no more than reduce.
        """
        standing = self.standing
        too_much = standing > wanted and any(map(takes_the_market, self.open()))
        return standing == wanted or too_much

    @property
    def is_settled(self) -> bool:
        """Whether all its attempts that are open stand, for exactly what is wanted."""
        open_ones = self.open()
        stands = all(order.state in STANDS and order.replaces is None for order in open_ones)
        asks = sum((order.remaining for order in open_ones), ZERO)
        return stands and asks == self.wanted and not self.fails and not self.is_waived

    @property
    def is_waived(self) -> bool:
        """Whether a person took it away."""
        order = self.latest
        if order is None or order.is_open:
            return False
        return order.canceled_by not in (None, THE_DESK)

    @property
    def fails(self) -> int:
        """Attempts that came to nothing since the last that did not; one under way is neither.

        Those at less than is missing now say nothing: it may have been too little for the venue.
        """
        failures, missing = 0, self.wanted - self.standing
        for order in reversed(self.attempts.values()):
            if (order.is_open and order.state not in STANDS) or self._keeps_place_of(order):
                continue
            if not _came_to_nothing(order) or order.terms.quantity < missing:
                break
            failures += 1
        return failures

    def _keeps_place_of(self, order: Order) -> bool:
        """Whether what it was to take the place of still stands there."""
        replaced = self.attempts.get(order.replaces) if order.replaces is not None else None
        return replaced is not None and replaced.state in STANDS

    @property
    def level(self) -> Order | None:
        """The attempt where the next one is to rest: one that rests, or did last, or else the last.

        A place that the venue has refused is none to try again.
        """
        latest_first = list(reversed(self.attempts.values()))
        resting = (order for order in latest_first if order.state in MOVABLE)
        stood = (order for order in latest_first if order.venue_order_id is not None)
        return next(resting, next(stood, self.latest))

    def next_name(self, parent: ClientOrderId) -> ClientOrderId:
        """What the next attempt is called, whose entry this is."""
        attempt = len(self.attempts)
        part = self.purpose.value + (f":{self.number}" if self.number else "")
        part += f"#{attempt}" if attempt else ""
        return client_order_id(IntentKey(parent), part)

    @property
    def has_failed(self) -> bool:
        """Whether it has been given up."""
        return self.fails >= TRIES

    def may_try(self, at: int) -> bool:
        """Whether another attempt is due."""
        fails = self.fails
        if self.latest is None or not fails:
            return not self.is_waived
        # The two times may be of different clocks, of which one may have been set.
        return fails < TRIES and abs(at - self.latest.updated_at) >= _PAUSES_MS[fails - 1]

    def may_ask(self, quantity: Quantity, at: int) -> bool:
        """Whether this quantity is to be asked for now; an answer may have been lost."""
        if self._asked is not None:
            asked, then = self._asked
            if asked == quantity and abs(at - then) < _ASK_AGAIN_MS:
                return False
        self._asked = quantity, at
        return True

    def may_succeed(self, child: Order, at: int) -> bool:
        """Whether another may take its place now: not at once after one that could not."""
        latest = self.latest
        return latest is None or latest is child or abs(at - latest.updated_at) >= _ASK_AGAIN_MS

    def awaits_answer(self, at: int) -> bool:
        """Whether a change that was asked for may yet be made."""
        return self._asked is not None and abs(at - self._asked[1]) < _ASK_AGAIN_MS


def _came_to_nothing(order: Order) -> bool:
    """Whether it ended although nobody wanted it to.

    One that stood for a while did not fail: where nothing is changed in place, a change ends it.
    """
    over = not order.is_open and order.state is not OrderState.FILLED
    stood = order.venue_order_id is not None and order.updated_at - order.placed_at >= _STOOD_MS
    return over and order.canceled_by is None and not stood


def takes_the_market(order: Order) -> bool:
    """Whether it is past changing: a market order, or a stop that has triggered."""
    has_begun = order.state in (OrderState.TRIGGERED, OrderState.PARTIALLY_FILLED)
    kind = order.terms.type
    return kind is OrderType.MARKET or (kind in _STOPS and has_begun)


def shares(
    parent: Order, filled: Sequence[Decimal], covered: Quantity, step: Decimal
) -> list[Quantity]:
    """How much each target is to rest for, beside what each has `filled`.

    Each takes its share of what the entry filled; what is `covered` no more is taken from the
    farthest first.
    """
    wanted: list[Decimal] = []
    due = cumulated = ZERO
    for target, done in zip(parent.targets, filled, strict=True):
        cumulated += target.quantity
        until = parent.filled
        if cumulated < target.of:
            until = Quantity(round_down(parent.filled * cumulated / target.of, step))
        wanted.append(max(ZERO, until - due - done))
        due = until
    beyond = sum(wanted, ZERO) - covered
    for place in reversed(range(len(wanted))):
        cut = max(ZERO, min(beyond, wanted[place]))
        wanted[place] -= cut
        beyond -= cut
    return [Quantity(each) for each in wanted]


def born(
    parent: Order, leg: Leg, quantity: Quantity, at: int, *, is_watched: bool = False
) -> Order:
    """The next attempt at a child, at the level where the last one stood.

    A target that the desk has watched itself is born when its price is there, and takes the market.
    """
    is_stop, is_target = (leg.purpose is p for p in (Purpose.STOP_LOSS, Purpose.TAKE_PROFIT))
    is_target = is_target and not is_watched
    stop = parent.stop_loss if is_stop else None
    price = parent.targets[leg.number].price if is_target else None
    if leg.level is not None:
        stop, price = leg.level.terms.stop_price, leg.level.terms.price
    kinds = {Purpose.STOP_LOSS: OrderType.STOP}
    if is_target:
        kinds[Purpose.TAKE_PROFIT] = OrderType.LIMIT
    return Order(
        client_order_id=leg.next_name(parent.client_order_id),
        account=parent.account,
        terms=OrderTerms(
            symbol=parent.terms.symbol,
            side=parent.terms.side.opposite,
            type=kinds.get(leg.purpose, OrderType.MARKET),
            quantity=quantity,
            price=price,
            stop_price=stop,
            reduce_only=True,
        ),
        placed_by=parent.placed_by,
        placed_at=at,
        # Protection never grows too old to send: a late stop is better than none.
        expires_to_send_at=0,
        purpose=leg.purpose,
        parent=parent.client_order_id,
        origin=parent.origin,
        leg=leg.number,
        attempt=len(leg.attempts),
        updated_at=at,
    )


def succeeding(
    order: Order, name: ClientOrderId, terms: OrderTerms, attempt: int, at: int
) -> Order:
    """What takes the place of an order that cannot be changed, in the same person's name."""
    return Order(
        client_order_id=name,
        account=order.account,
        terms=terms,
        placed_by=order.placed_by,
        placed_at=at,
        expires_to_send_at=0,
        purpose=order.purpose,
        parent=order.parent,
        origin=order.origin,
        leg=order.leg,
        attempt=attempt,
        linked=order.linked,
        triggers=order.triggers,
        replaces=order.client_order_id,
        updated_at=at,
    )


def giving_way(
    old: Order, successor: ClientOrderId, at: int
) -> tuple[OrderCancelRequested, tuple[CancelOrder]]:
    """What an order goes by whose place another one takes."""
    requested = OrderCancelRequested(old.client_order_id, THE_DESK, at, successor)
    return requested, (CancelOrder.of(old),)
