"""What one order triggers once it has ended: never more than was confirmed, whatever came of it."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from engine.domain.identifiers import ClientOrderId, IntentKey
from engine.domain.money import ZERO, Quantity
from engine.domain.order import Contingent, Order, OrderType, Purpose, Side
from engine.domain.requests import PlaceOrder
from engine.domain.values import changed
from engine.execution.naming import client_order_id
from engine.kernel.orders import on_place
from engine.kernel.slices import worked
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step
from engine.risk.proposal import reduces

_LIVES_MS = 60_000
"""How long after the first has filled what it triggered may still be sent, where it could open at
whatever the market asks then; what closes or has its price is wanted however late it was heard.
"""


def triggered(state: State, first: Order, earlier: Decimal, at: int) -> Step:
    """What follows one that has ended, for what it filled beyond `earlier`; `at` in UTC ms.

    For what comes later, as for what the other one of a pair filled, there is a further order.
    """
    second = first.triggers
    if second is None or first.is_open or first.filled <= earlier:
        return NOTHING
    family = _family(state, first)
    ended = sum((each.filled for each in family if not each.is_open), ZERO)
    before = ended - first.filled + earlier
    quantity = _share(state, first, second, ended) - _share(state, first, second, before)
    if not quantity:
        return NOTHING
    return on_place(state, _wish(state, first, second, _room(state, family, second, quantity), at))


def worked_out(state: State, parent: ClientOrderId, at: int) -> Step:
    """What is due of an order that goes in slices, and once it has ended, what follows it."""
    was_running = state.slicing.get(parent) is not None
    step = worked(state, parent, at)
    whole = state.orders.get(parent)
    if whole is None or not was_running or state.slicing.get(parent) is not None:
        return step
    return step.then(triggered(state, whole, ZERO, at))


def part_moved(state: State, before: Order, after: Order, at: int) -> Step:
    """The same once a slice has ended or a stop has filled.

    What a slice fills after the whole has ended is followed, too.
    """
    if after.parent is None:
        return NOTHING
    run, is_slice = state.slicing.get(after.parent), after.purpose is Purpose.SLICE
    if run is not None:
        # A slice whose cancel was refused is asked back with the next second.
        moves = not after.is_open if is_slice else run.is_stopped
        return worked_out(state, after.parent, at) if moves else NOTHING
    whole = state.orders.get(after.parent) if is_slice else None
    if whole is None:
        return NOTHING
    return triggered(state, whole, whole.filled - after.filled + before.filled, at)


def _share(state: State, first: Order, second: Contingent, filled: Decimal) -> Decimal:
    """Base units that follow so much of the first, in all."""
    whole, quantity = second.of or first.terms.quantity, second.terms.quantity
    if filled >= whole:
        return quantity
    return state.instruments[second.terms.symbol].quantity(quantity * filled / whole)


def _family(state: State, first: Order) -> list[Order]:
    """The order, the other one of its pair, and all that took the place of one of the two."""
    kin = [each for each in _known(state, first) if each.triggers is not None]
    names = {first.client_order_id}
    family: list[Order] = []
    while True:
        found = [o for o in kin if names & {o.client_order_id, o.linked, o.replaces}]
        if len(found) == len(family):
            return found
        family = found
        for each in found:
            own = (each.client_order_id, each.linked, each.replaces)
            names.update(name for name in own if name is not None)


def _known(state: State, first: Order) -> list[Order]:
    everything = (*state.orders.lately_ended(), *state.orders.open.values())
    return [each for each in everything if each.account == first.account]


def _room(state: State, family: list[Order], second: Contingent, quantity: Decimal) -> Quantity:
    """No more than is held where it can only close: a fee may have taken some of what was bought.

    Where nothing is held, risk says so.
    """
    terms = second.terms
    instrument = state.instruments[terms.symbol]
    is_sale = terms.side is Side.SELL and not instrument.kind.is_margined
    if not (terms.reduce_only or is_sale):
        return Quantity(quantity)
    account, names = family[0].account, {each.client_order_id for each in family}
    resting = sum(
        (
            each.remaining
            for each in state.accounts[account].open_orders(terms.symbol)
            if each.parent in names and each.purpose is Purpose.ENTRY
        ),
        ZERO,
    )
    held = -terms.side.sign * state.accounts[account].held(terms.symbol)
    room = instrument.quantity(max(ZERO, held - resting))
    return Quantity(min(quantity, room or quantity))


def _wish(
    state: State, first: Order, second: Contingent, quantity: Quantity, at: int
) -> PlaceOrder:
    terms = changed(second.terms, quantity=quantity)
    held = state.accounts[first.account].held(terms.symbol)
    closes = reduces(terms, held, state.instruments[terms.symbol])
    is_bounded = terms.type is OrderType.LIMIT or closes
    return PlaceOrder(
        key=_key(state, first),
        account=first.account,
        terms=terms,
        by=first.placed_by,
        at=at,
        expires_to_send_at=0 if is_bounded else at + _LIVES_MS,
        stop_loss=second.stop_loss,
        targets=second.targets,
        parent=first.client_order_id,
        origin=first.origin,
        # Two parts of what was confirmed once may well be alike.
        repeats=True,
    )


def _key(state: State, first: Order) -> IntentKey:
    """That of the first order that follows it, or of the next where there is one."""
    whole = f"{first.client_order_id}:oto"
    keys = (IntentKey(f"{whole}#{n}" if n else whole) for n in count())
    return next(key for key in keys if state.orders.get(client_order_id(key)) is None)
