"""The kill switch: refuse new, cancel what adds risk, close what is left."""

from __future__ import annotations

from engine.domain import requests as wishes
from engine.domain.account import Position
from engine.domain.commands import VenueCommand
from engine.domain.events import Event, TradingHalted, TradingResumed
from engine.domain.identifiers import AccountId, IntentKey
from engine.domain.money import ZERO, Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from engine.kernel.orders import cancelling, on_place
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step


def on_halt(state: State, wish: wishes.HaltTrading) -> Step:
    """Refuse new, cancel what adds risk; with `flatten` close all and replace protection."""
    events: list[Event] = [TradingHalted(wish.by, wish.reason, wish.at)]
    commands: list[VenueCommand] = []
    for order in tuple(state.orders.open.values()):
        if order.terms.reduce_only and order.twap is None:
            continue  # protection stays until what it protects is gone
        event, command = cancelling(order, wish.by, wish.at)
        events.append(event)
        commands.extend(command)
    step = state.happened(*events, commands=tuple(commands))
    return _flattened(state, step, wish) if wish.flatten else step


def _flattened(state: State, step: Step, wish: wishes.HaltTrading) -> Step:
    for book in state.accounts.values():
        for position in tuple(book.positions.values()):
            if position.quantity:
                step = step.then(on_place(state, _closing(position, book.account.id, wish)))
    return step


def _closing(position: Position, account: AccountId, wish: wishes.HaltTrading) -> wishes.PlaceOrder:
    terms = OrderTerms(
        symbol=position.symbol,
        side=Side.SELL if position.quantity > ZERO else Side.BUY,
        type=OrderType.MARKET,
        quantity=Quantity(abs(position.quantity)),
        reduce_only=True,
    )
    return wishes.PlaceOrder(
        key=IntentKey(f"{wish.key}:{position.symbol}"),
        account=account,
        terms=terms,
        by=wish.by,
        at=wish.at,
        expires_to_send_at=0,
    )


def on_resume(state: State, wish: wishes.ResumeTrading) -> Step:
    if state.halted is None:
        return NOTHING
    return state.happened(TradingResumed(wish.by, wish.at))
