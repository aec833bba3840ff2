"""What must follow once an order has moved: children, the other one of a pair, what it triggers."""

from __future__ import annotations

from engine.domain.commands import ModifyOrder, VenueCommand
from engine.domain.events import Event
from engine.domain.identifiers import THE_DESK, AccountId, ClientOrderId, Symbol
from engine.domain.money import ZERO
from engine.domain.order import Order, OrderState, OrderType, Purpose
from engine.execution.cancelling import cancelling
from engine.execution.legs import MOVABLE, giving_way
from engine.execution.protection import Watch
from engine.kernel.replacing import gone_again, relieved, succeeded
from engine.kernel.room import set_aside, spoken_for
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step
from engine.kernel.triggering import part_moved, triggered


def followed(state: State, before: Order, at: int) -> Step:
    """All that follows from one order's move; `before` is how it stood, `at` in UTC ms."""
    account, symbol = before.account, before.terms.symbol
    step = relieved(state, before, at)
    if state.brackets.protects((account, symbol)):
        step = step.then(protected(state, account, symbol, at))
    after = state.orders.get(before.client_order_id)
    was_going, rests = before.state is OrderState.PENDING_CANCEL, after and after.state in MOVABLE
    # After a refusal, what could not be canceled is asked back with the next second.
    is_refused = after is before or (was_going and rests)
    if state.accounts[account].reducing_orders(symbol) and not is_refused:
        step = step.then(swept(state, account, symbol, at))
    if before.is_alone and before.triggers is None:
        return step
    if after is None:
        return step
    if after.linked is not None:
        step = step.then(paired(state, after.client_order_id, at))
    if after.parent is not None:
        step = step.then(part_moved(state, before, after, at))
    if after.triggers is not None:
        counted = ZERO if before.is_open else before.filled
        step = step.then(triggered(state, after, counted, at))
    return step


def protected(state: State, account: AccountId, symbol: Symbol, at: int) -> Step:
    """Stops and targets as the position needs them now; none where it is gone."""
    if not state.brackets.protects((account, symbol)):
        return NOTHING
    instrument, held = state.instruments[symbol], state.accounts[account].held(symbol)
    watch = None
    if instrument.sets_aside:
        tick = state.quotes.get(symbol)
        price = None if tick is None else tick.bid if held > ZERO else tick.ask
        needed, resting = (each(state, account, symbol) for each in (spoken_for, set_aside))
        watch = Watch(needed, resting, price)
    place, step = (account, symbol), instrument.quantity_step
    events, commands = state.brackets.adjust(place, held, step, at, watch)
    if instrument.amends:
        return _done(state, events, commands)
    if instrument.sets_aside:
        return _made_way(state, events, commands, at)
    # What would be bare for a moment if it were canceled first.
    return _anew(state, events, commands, at).then(gone_again(state, account, symbol, at))


def _made_way(state: State, events: list[Event], commands: list[VenueCommand], at: int) -> Step:
    """The same where another one finds its coins only once the first has gone."""
    asked: list[VenueCommand] = []
    for command in commands:
        if isinstance(command, ModifyOrder):
            order = state.orders.open[command.client_order_id]
            event, canceling = giving_way(order, state.brackets.next_name(order), at)
            events.append(event)
            asked.extend(canceling)
        else:
            asked.append(command)
    return _done(state, events, asked)


def paired(state: State, name: ClientOrderId, at: int) -> Step:
    """The two of a pair asking for no more than neither has filled."""
    order = state.orders.get(name)
    events, commands = state.pairs.adjust(name, at)
    if order is None or not order.terms.reduce_only or state.instruments[order.terms.symbol].amends:
        return _done(state, events, commands)
    return _anew(state, events, commands, at)


def _anew(state: State, events: list[Event], commands: list[VenueCommand], at: int) -> Step:
    """The same where nothing is changed in place: another order for each that is to be changed."""
    changes = [each for each in commands if isinstance(each, ModifyOrder)]
    step = _done(state, events, [each for each in commands if each not in changes])
    for change in changes:
        order = state.orders.open[change.client_order_id]
        held = state.accounts[order.account].held(order.terms.symbol)
        # Another one for more than is held would not leave; what rests reduces no more either.
        if change.terms.quantity - order.filled <= abs(held):
            step = step.then(succeeded(state, order, change.terms, at))
    return step


def _done(state: State, events: list[Event], commands: list[VenueCommand]) -> Step:
    if not events and not commands:
        return NOTHING
    return state.happened(*events, commands=tuple(commands))


def swept(state: State, account: AccountId, symbol: Symbol, at: int) -> Step:
    """Stops put on a holding by hand go with it: none is left but crumbs, or it has turned."""
    book = state.accounts[account]
    held = book.held(symbol)
    is_gone = not state.instruments[symbol].closable(held)
    events: list[Event] = []
    commands: list[VenueCommand] = []
    for resting in book.reducing_orders(symbol):
        has_turned = held * resting.terms.side.sign > ZERO
        if (is_gone or has_turned) and _is_stop_by_hand(resting):
            event, command = cancelling(resting, THE_DESK, at)
            events.append(event)
            commands.extend(command)
    return _done(state, events, commands)


def _is_stop_by_hand(order: Order) -> bool:
    return (
        order.purpose is Purpose.ENTRY
        and order.state in MOVABLE
        and order.terms.type is not OrderType.MARKET
    )
