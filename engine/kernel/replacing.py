"""Another order in the place of one that cannot be changed.

Where what rests sets coins aside, no two can rest for the same ones: the first is canceled, and the
second leaves once that is certain, for what is left. Elsewhere the second comes first, and the
first goes once the second stands, so that nothing is without a stop for a moment.
"""

from __future__ import annotations

from engine.domain.commands import SubmitOrder, VenueCommand
from engine.domain.events import (
    Event,
    OrderCanceled,
    OrderInitialized,
    OrderReplaced,
    OrderReplaceRejected,
)
from engine.domain.identifiers import THE_DESK, AccountId, ClientOrderId, Symbol
from engine.domain.money import ZERO, Quantity
from engine.domain.order import FILLED, INITIALIZED, Order, OrderState, OrderTerms
from engine.domain.values import changed
from engine.execution.legs import (
    MOVABLE,
    STANDS,
    giving_way,
    succeeding,
    takes_the_market,
)
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step

_ASK_AGAIN_MS = 5_000


def succeeded(
    state: State, order: Order, terms: OrderTerms, at: int, name: ClientOrderId | None = None
) -> Step:
    """An order of these whole terms in the place of one that rests; `at` in UTC ms.

    Without a `name` it is called after the bracket or the pair that it is of.
    """
    left = Quantity(terms.quantity - order.filled)
    is_going = order.state is OrderState.PENDING_CANCEL or takes_the_market(order)
    if left <= ZERO or is_going or successor_of(state, order) is not None:
        return state.happened(OrderReplaceRejected(order.client_order_id, "cannot_change", at))
    leg = state.brackets.leg_of(order)
    if leg is not None and order.parent is not None:
        name = leg.next_name(order.parent)
    elif name is None and order.linked is not None:
        name = state.pairs.next_name(order)
    if name is None or state.orders.get(name) is not None:
        return NOTHING
    attempt = len(leg.attempts) if leg is not None else 0
    new = succeeding(order, name, changed(terms, quantity=left), attempt, at)
    events: list[Event] = [OrderInitialized(new, (), at)]
    commands: list[VenueCommand] = []
    if state.instruments[order.terms.symbol].sets_aside:
        event, command = _giving_way(order, new, at)
        events.append(event)
        commands.extend(command)
    return state.happened(*events, commands=(*commands, SubmitOrder(new)))


def waits(state: State, order: Order) -> bool:
    """Whether what it takes the place of still holds the coins that it needs."""
    if order.replaces is None or not state.instruments[order.terms.symbol].sets_aside:
        return False
    return order.replaces in state.orders.open


def successor_of(state: State, order: Order) -> Order | None:
    """The open order that takes its place."""
    book = state.accounts[order.account]
    beside = book.open_orders(order.terms.symbol)
    return next((each for each in beside if each.replaces == order.client_order_id), None)


def relieved(state: State, before: Order, at: int) -> Step:
    """What must follow where one of two has moved; `before` is how it stood."""
    after = state.orders.get(before.client_order_id)
    if after is None or state.instruments[before.terms.symbol].amends:
        return NOTHING
    step = _gone(state, after, at)
    new = successor_of(state, after)
    if new is None or new.state is not INITIALIZED:
        return step
    if after.filled > before.filled:
        return step.then(_smaller(state, new, Quantity(after.filled - before.filled), at))
    if after.state in MOVABLE and before.state is OrderState.PENDING_CANCEL:
        # It stays, for whatever reason, so nothing can take its place.
        gone = OrderCanceled(new.client_order_id, "not_replaced", at, THE_DESK)
        return step.then(state.happened(gone))
    return step


def gone_again(state: State, account: AccountId, symbol: Symbol, at: int) -> Step:
    """Ask once more for the end of what should be gone."""
    step = NOTHING
    for order in state.accounts[account].open_orders(symbol):
        old = state.orders.open.get(order.replaces) if order.replaces is not None else None
        if old is not None and abs(at - old.updated_at) >= _ASK_AGAIN_MS:
            step = step.then(_gone(state, order, at))
    return step


def _gone(state: State, order: Order, at: int) -> Step:
    """What an order has taken the place of goes, now that it stands."""
    if order.replaces is None or (order.state not in STANDS and order.state is not FILLED):
        return NOTHING
    old = state.orders.open.get(order.replaces)
    if old is None or old.state not in MOVABLE:
        return NOTHING
    event, commands = _giving_way(old, order, at)
    return state.happened(event, commands=commands)


def _smaller(state: State, new: Order, filled: Quantity, at: int) -> Step:
    """What the first one fills before it goes, the second need not."""
    left = Quantity(new.terms.quantity - filled)
    name = new.client_order_id
    if left <= ZERO:
        return state.happened(OrderCanceled(name, "already_filled", at, THE_DESK))
    return state.happened(OrderReplaced(name, changed(new.terms, quantity=left), at))


def _giving_way(old: Order, new: Order, at: int) -> tuple[Event, tuple[VenueCommand, ...]]:
    if old.state is INITIALIZED:
        return OrderCanceled(old.client_order_id, "replaced", at, THE_DESK), ()
    return giving_way(old, new.client_order_id, at)
