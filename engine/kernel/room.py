"""Coins that are spoken for, where what rests at the venue sets them aside."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.identifiers import AccountId, Symbol
from engine.domain.money import ZERO
from engine.domain.order import STOP_LOSS, Order
from engine.execution.legs import STANDS, takes_the_market
from engine.kernel.state import State


def claims(state: State, order: Order) -> bool:
    """Whether it needs coins of a holding at once that protection may have set aside.

    One that rests does not: nothing should go unprotected for as long as it takes. A target that
    has begun does, at the cost of its own stop.
    """
    symbol = order.terms.symbol
    if order.purpose is STOP_LOSS or not state.instruments[symbol].sets_aside:
        return False
    held = state.accounts[order.account].held(symbol)
    return held * order.terms.side.sign < ZERO and takes_the_market(order)


def spoken_for(state: State, account: AccountId, symbol: Symbol) -> Decimal:
    """Base units of what is held that open orders need which protect nothing."""
    if not state.instruments[symbol].sets_aside:
        return ZERO
    orders = state.accounts[account].open_orders(symbol)
    claiming = (
        each
        for each in orders
        if each.twap is None and not each.is_protection and claims(state, each)
    )
    return sum((each.remaining for each in claiming), ZERO)


def set_aside(state: State, account: AccountId, symbol: Symbol) -> Decimal:
    """Base units that rest at the venue in orders which protect nothing and claim nothing.

    They had room when they came; a stop that asks for the same coins is refused.
    """
    book = state.accounts[account]
    resting = (
        each
        for each in book.open_orders(symbol)
        if (each.state in STANDS or _takes_over(state, each))
        and not each.is_protection
        and book.held(symbol) * each.terms.side.sign < ZERO
    )
    return sum((each.remaining for each in resting if not claims(state, each)), ZERO)


def _takes_over(state: State, order: Order) -> bool:
    """Whether it is on its way to what an order set aside whose place it takes."""
    return order.replaces is not None and order.replaces not in state.orders.open
