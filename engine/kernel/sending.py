"""The moment before an order leaves: whether it still may, and what must make room for it first.

Where what rests sets coins aside, a stop holds the very coins that a sale needs. They are spoken
for by the sale: protection shrinks by them, and grows back if nothing comes of it.
"""

from __future__ import annotations

from engine.domain import requests as wishes
from engine.domain.commands import SubmitOrder
from engine.domain.events import OrderCanceled, OrderExpired, OrderSubmitted
from engine.domain.identifiers import AccountId, Symbol
from engine.domain.money import ZERO
from engine.domain.order import INITIALIZED, Order, Purpose, Side
from engine.domain.values import constructor
from engine.kernel.following import protected
from engine.kernel.replacing import waits
from engine.kernel.room import claims, set_aside, spoken_for
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step

_submit = constructor(SubmitOrder)
_submitted = constructor(OrderSubmitted)


def on_send(state: State, wish: wishes.SendOrder) -> Step:
    """Too late or halted ends it here; until protection has made room, it waits."""
    order = state.orders.open.get(wish.client_order_id)
    if order is None or order.state is not INITIALIZED or order.twap is not None:
        return NOTHING  # what goes in slices never leaves itself
    if waits(state, order):
        return NOTHING
    if order.expires_to_send_at and wish.at > order.expires_to_send_at:
        return state.happened(OrderExpired(order.client_order_id, "too_late_to_send", wish.at))
    if _may_not_leave(state, order):
        return state.happened(OrderCanceled(order.client_order_id, "halted", wish.at))
    # What it was confirmed on may be known no more.
    if not state.is_backed(order):
        return state.happened(OrderCanceled(order.client_order_id, "no_leverage", wish.at))
    # There may be less to reduce, or to sell, than when it was asked for.
    if _reduces_nothing(state, order):
        return state.happened(OrderCanceled(order.client_order_id, "reduce_only", wish.at))
    if _sells_what_is_gone(state, order):
        return state.happened(OrderCanceled(order.client_order_id, "not_held", wish.at))
    if _lacks_room(state, order):
        return protected(state, order.account, order.terms.symbol, wish.at)
    submitted = _submitted(order.client_order_id, wish.at)
    return state.happened(submitted, commands=(_submit(order),))


def _reduces_nothing(state: State, order: Order) -> bool:
    if not order.terms.reduce_only:
        return False
    if order.is_protection:  # one that waited for room may have become too large meanwhile
        held = state.accounts[order.account].held(order.terms.symbol)
        return claims(state, order) and order.remaining > abs(held)
    return not state.reduces(order)


def _sells_what_is_gone(state: State, order: Order) -> bool:
    """Whether a stop has sold what this one was to sell while it waited for the stop's coins."""
    if not _sells(order) or not state.instruments[order.terms.symbol].sets_aside:
        return False
    return order.remaining > state.accounts[order.account].held(order.terms.symbol)


def _may_not_leave(state: State, order: Order) -> bool:
    """A halt that came between the yes and the sending stops what would add risk."""
    if state.kill_switch.in_force(order.account) is None or order.is_protection:
        return False
    return not state.reduces(order)


def _lacks_room(state: State, order: Order) -> bool:
    """Whether protection still holds coins that it needs."""
    if not claims(state, order):
        return False
    account, symbol = order.account, order.terms.symbol
    book = state.accounts[account]
    closes = order.purpose is Purpose.FLATTEN
    giving_way = [
        each
        for each in book.open_orders(symbol)
        if each != order
        and each.twap is None
        and (each.is_protection or (closes and each.terms.side is order.terms.side))
    ]
    stays = ZERO if closes else set_aside(state, account, symbol)
    held_back = sum((each.remaining for each in giving_way), stays)
    needed = spoken_for(state, account, symbol) + (order.remaining if order.is_protection else ZERO)
    return bool(giving_way) and needed + held_back > abs(book.held(symbol))


def released(state: State, account: AccountId, symbol: Symbol) -> Step:
    """Orders that waited for room try to leave again."""
    if not state.instruments[symbol].sets_aside:
        return NOTHING
    book = state.accounts[account]
    is_gone = not book.held(symbol)  # nothing can claim any of it
    waiting = (
        order
        for order in book.open_orders(symbol)
        if order.state is INITIALIZED
        and order.twap is None
        and (claims(state, order) or order.replaces is not None or (is_gone and _sells(order)))
    )
    return Step(commands=tuple(SubmitOrder(order) for order in waiting))


def _sells(order: Order) -> bool:
    """Whether it sells of its own accord, rather than as somebody's protection."""
    return order.terms.side is Side.SELL and not order.is_protection
