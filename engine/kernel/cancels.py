"""What people take back: an order, what takes its place, the other one of its pair, its slices."""

from __future__ import annotations

from engine.domain import requests as wishes
from engine.domain.commands import VenueCommand
from engine.domain.events import Event
from engine.domain.order import Order
from engine.execution.cancelling import cancelling
from engine.kernel.replacing import successor_of
from engine.kernel.state import State
from engine.kernel.step import Step
from engine.kernel.triggering import worked_out


def on_cancel(state: State, wish: wishes.CancelOrders) -> Step:
    events: list[Event] = []
    commands: list[VenueCommand] = []
    for order in _meant(state, wish):
        event, command = cancelling(order, wish.by, wish.at)
        events.append(event)
        commands.extend(command)
    step = state.happened(*events, commands=tuple(commands))
    for name in wish.orders:
        step = step.then(worked_out(state, name, wish.at))
    return step


def _meant(state: State, wish: wishes.CancelOrders) -> list[Order]:
    """The orders named, what takes their place, the other one of a pair, and slices under way."""
    names = dict.fromkeys(wish.orders)
    for name in wish.orders:
        order = state.orders.open.get(name)
        if order is not None and (successor := successor_of(state, order)) is not None:
            names[successor.client_order_id] = None
        if order is not None and order.linked is not None:
            names.update((each.client_order_id, None) for each in state.pairs.beside(order))
        run = state.slicing.get(name)
        names.update(dict.fromkeys(run.under_way if run is not None else ()))
    orders = (state.orders.open.get(name) for name in names)
    return [order for order in orders if order is not None and order.account == wish.account]
