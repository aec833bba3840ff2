"""The kill switch: refuse new, cancel what adds risk, close what is left, see that it is gone."""

from __future__ import annotations

from engine.domain import requests as wishes
from engine.domain.account import Position
from engine.domain.commands import VenueCommand
from engine.domain.events import (
    Event,
    FlattenChecked,
    TradingHalted,
    TradingResumed,
)
from engine.domain.identifiers import AccountId, IntentKey, Symbol
from engine.domain.money import ZERO, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Purpose, Side
from engine.execution.cancelling import cancelling
from engine.execution.legs import MOVABLE
from engine.kernel.orders import on_place
from engine.kernel.state import NOT_CONNECTED, State
from engine.kernel.step import NOTHING, Step
from engine.portfolio.book import AccountBook

TRIES_BEFORE_TOLD = 3
"""So many closing orders may come to nothing before people hear that something is left."""
_LONGEST_PAUSE_MS = 60_000
_CANCEL_AGAIN_MS = 30_000


def on_halt(state: State, wish: wishes.HaltTrading) -> Step:
    """Refuse new, cancel what adds risk; with `flatten` close all and replace protection."""
    names = tuple(state.accounts) if wish.account is None else (wish.account,)
    events: list[Event] = [_halted(state, wish)]
    commands: list[VenueCommand] = []
    for name in names:
        for order in state.accounts[name].orders.values():
            if _may_stay(state, order, closes=wish.flatten):
                continue
            event, command = cancelling(order, wish.by, wish.at)
            events.append(event)
            commands.extend(command)
    step = state.happened(*events, commands=tuple(commands))
    for name in names:
        step = step.then(flattened(state, name, wish.at))
    return step


def _may_stay(state: State, order: Order, *, closes: bool) -> bool:
    """Protection, until what it protects is gone; a stop by hand not where it holds the coins."""
    if not order.terms.reduce_only or order.twap is not None:
        return False
    sets_aside = state.instruments[order.terms.symbol].sets_aside
    return not (closes and sets_aside and order.purpose is Purpose.ENTRY)


def _halted(state: State, wish: wishes.HaltTrading) -> TradingHalted:
    """What is being closed goes on being closed, whoever halts once more."""
    before = next((h for h in state.kill_switch.halts if h.account == wish.account), None)
    goes_on = before is not None and before.flatten
    return TradingHalted(
        by=wish.by,
        reason=wish.reason,
        at=wish.at,
        cause=wish.cause,
        facts=wish.facts,
        account=wish.account,
        flatten=wish.flatten or goes_on,
        key=before.key if before is not None and goes_on else wish.key,
    )


def flattened(state: State, account: AccountId, at: int) -> Step:
    """The next orders of a halt that closes everything, until nothing is left on the account.

    After a restart the venue is asked first: what filled meanwhile would be closed once more.
    """
    halt = state.kill_switch.closing(account)
    if halt is None or state.lines.get(account, NOT_CONNECTED) == NOT_CONNECTED:
        return NOTHING
    step = NOTHING
    for position in tuple(state.accounts[account].positions.values()):
        if _closable(state, position) and _may_try(state, position, at):
            step = step.then(on_place(state, _closing(state, position, halt, at)))
    return step.then(_checked(state, account, at))


def cancelled_again(state: State, account: AccountId, at: int) -> Step:
    """Ask once more to cancel what a halt has not got rid of."""
    events: list[Event] = []
    commands: list[VenueCommand] = []
    closes = state.kill_switch.closing(account) is not None
    for order in state.accounts[account].orders.values():
        rests = order.state in MOVABLE and not _may_stay(state, order, closes=closes)
        if rests and abs(at - order.updated_at) >= _CANCEL_AGAIN_MS:
            event, command = cancelling(order, order.placed_by, at)
            events.append(event)
            commands.extend(command)
    return state.happened(*events, commands=tuple(commands)) if events else NOTHING


def on_resume(state: State, wish: wishes.ResumeTrading) -> Step:
    """Lift every halt; what was to be closed and is not yet, stays."""
    if not state.kill_switch.halts:
        return NOTHING
    events: list[Event] = [TradingResumed(wish.by, wish.at)]
    commands: list[VenueCommand] = []
    for order in state.orders.open.values():
        if order.purpose is Purpose.FLATTEN and order.state is not OrderState.PENDING_CANCEL:
            event, command = cancelling(order, wish.by, wish.at)
            events.append(event)
            commands.extend(command)
    return state.happened(*events, commands=tuple(commands))


def _closable(state: State, position: Position) -> Quantity:
    """Base units that an order can close: dust below the venue's step is left."""
    return state.instruments[position.symbol].closable(position.quantity)


def _may_try(state: State, position: Position, at: int) -> bool:
    """One order at a time; after one that came to nothing, a pause that grows."""
    beside = state.accounts[position.account].open_orders(position.symbol)
    if any(each.purpose is Purpose.FLATTEN for each in beside):
        return False  # of an earlier halt, perhaps
    order, count = _last(state, position.account, position.symbol)
    if order is None or order.state is OrderState.FILLED:
        return True
    pause = min(1_000 << min(count, 6), _LONGEST_PAUSE_MS)
    return not order.is_open and abs(at - order.updated_at) >= pause


def _last(state: State, account: AccountId, symbol: Symbol) -> tuple[Order | None, int]:
    attempt = state.kill_switch.attempt(account, symbol)
    return (state.orders.get(attempt.order), attempt.count) if attempt else (None, 0)


def _closing(state: State, position: Position, halt: TradingHalted, at: int) -> wishes.PlaceOrder:
    attempt = state.kill_switch.attempt(position.account, position.symbol)
    number = attempt.count + 1 if attempt else 1
    terms = OrderTerms(
        symbol=position.symbol,
        side=Side.SELL if position.quantity > ZERO else Side.BUY,
        type=OrderType.MARKET,
        quantity=_closable(state, position),
        reduce_only=True,
    )
    return wishes.PlaceOrder(
        key=IntentKey(f"{halt.key}:{position.account}:{position.symbol}:{number}"),
        account=position.account,
        terms=terms,
        by=halt.by,
        at=at,
        expires_to_send_at=0,
        purpose=Purpose.FLATTEN,
    )


def _checked(state: State, account: AccountId, at: int) -> Step:
    """Say once that all is gone, or that something will not go."""
    book = state.accounts[account]
    held = [position for position in book.positions.values() if position.quantity]
    is_over = not any(_closable(state, p) for p in held) and not _may_still_fill(book)
    if not is_over and not any(_is_stuck(state, position) for position in held):
        return NOTHING
    left = tuple((position.symbol, position.quantity) for position in held)
    if state.kill_switch.was_told(account, left):
        return NOTHING
    return state.happened(FlattenChecked(account, left, at))


def _may_still_fill(book: AccountBook) -> bool:
    """Whether an order is open that adds risk, or closes, or whose fate is not known."""
    return any(
        not order.terms.reduce_only or order.purpose is Purpose.FLATTEN or order.unknown
        for order in book.orders.values()
    )


def _is_stuck(state: State, position: Position) -> bool:
    order, count = _last(state, position.account, position.symbol)
    is_waiting = order is not None and order.is_open
    return count >= TRIES_BEFORE_TOLD and not is_waiting
