"""What a venue says of an order, and the protection that must follow it."""

from __future__ import annotations

from engine.domain.events import OrderCancelRejected, OrderFilled, VenueReport
from engine.domain.identifiers import AccountId, Symbol
from engine.domain.order import Order, OrderType
from engine.execution.protection import MOVABLE, THE_DESK
from engine.execution.transitions import evolved
from engine.kernel.orders import cancelling
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step


def on_report(state: State, report: VenueReport) -> Step:
    order = state.orders.get(report.client_order_id)
    if order is None:
        return NOTHING
    after = evolved(order, report)
    # That a cancel or a change was refused is news even where the order stays as it was.
    if after is order and not isinstance(report, OrderCancelRejected):
        return NOTHING
    state.put(after)
    return Step((report,)).then(protected(state, order.account, order.terms.symbol, report.at))


def on_fill(state: State, report: OrderFilled) -> Step:
    order = state.orders.get(report.client_order_id)
    if order is None or state.orders.is_repeat(report):
        return NOTHING
    symbol = order.terms.symbol
    return state.happened(report).then(protected(state, order.account, symbol, report.at))


def protected(state: State, account: AccountId, symbol: Symbol, at: int) -> Step:
    """Stops and targets as the position needs them now; none where it is gone."""
    book = state.accounts[account]
    held = book.held(symbol)
    events, commands = state.brackets.adjust(account, symbol, held, at)
    if not held:
        for resting in book.open_orders(symbol):
            if _is_stop_by_hand(resting):
                event, command = cancelling(resting, THE_DESK, at)
                events.append(event)
                commands.extend(command)
    if not events and not commands:
        return NOTHING
    return state.happened(*events, commands=tuple(commands))


def _is_stop_by_hand(order: Order) -> bool:
    is_stop = order.terms.reduce_only and order.parent is None
    return is_stop and order.state in MOVABLE and order.terms.type is not OrderType.MARKET
