"""Orders worked in slices: the next one, and the end."""

from __future__ import annotations

from engine.domain.commands import SubmitOrder, VenueCommand
from engine.domain.events import Event, OrderInitialized
from engine.domain.identifiers import THE_DESK, ClientOrderId
from engine.domain.order import OrderState
from engine.execution.cancelling import cancelling
from engine.execution.slicing import Run, next_slice
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step

TIME_IS_OVER = "time_is_over"
STOPPED_OUT = "stopped_out"


def worked(state: State, parent: ClientOrderId, at: int) -> Step:
    """What is due of an order that goes in slices: a slice, its end, nothing; `at` in UTC ms."""
    run = state.slicing.get(parent)
    if run is None:
        return NOTHING
    twap = run.parent.twap
    is_late = twap is not None and twap.place_at(at) >= twap.slices
    # What is bought below the stop would be sold at once.
    is_over = is_late or run.is_stopped
    if run.parent.is_open and not is_over:
        return _next(state, run, at)
    step = _taken_back(state, run, at) if is_over else NOTHING
    return step if run.under_way else step.then(state.happened(run.ended(_reason(state, run), at)))


def _reason(state: State, run: Run) -> str:
    if run.parent.is_open:
        return STOPPED_OUT if run.is_stopped else TIME_IS_OVER
    was_taken_back = run.parent.canceled_by is not None
    is_halted = state.kill_switch.in_force(run.parent.account) is not None
    return "halted" if was_taken_back and is_halted else run.parent.reason


def _next(state: State, run: Run, at: int) -> Step:
    """The slice that is due, unless risk says no just now: then its turn may yet come."""
    instrument = state.instruments[run.parent.terms.symbol]
    due = next_slice(run, at, instrument.quantity_step)
    if due is None or state.judge_change(run.parent, due.terms, at) is not None:
        return NOTHING
    return state.happened(OrderInitialized(due, (), at), commands=(SubmitOrder(due),))


def _taken_back(state: State, run: Run, at: int) -> Step:
    """What rests beyond its end is asked back, and what has not left never does."""
    events: list[Event] = []
    commands: list[VenueCommand] = []
    for order in run.under_way.values():
        if order.state is not OrderState.PENDING_CANCEL and order.canceled_by is None:
            event, command = cancelling(order, THE_DESK, at)
            events.append(event)
            commands.extend(command)
    return state.happened(*events, commands=tuple(commands)) if events else NOTHING
