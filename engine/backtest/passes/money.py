"""Entries, exits and what happens inside a bar: `account` and `inside` in numbers."""

# ruff: noqa: PLR0917 -- compiled code has no objects in which to bundle its arguments

from __future__ import annotations

import math

import numpy as np

from engine.backtest.passes import codes
from engine.backtest.passes.codes import Terms, Walk
from engine.backtest.passes.jit import borrowing

# That of `engine.strategies.entries`, written out: compiled code is kept by its own sources.
WHOLE = 1 + 1e-12


@borrowing
def leave_by_rule(walk: Walk, terms: Terms, bar: int, price: float) -> None:
    """Leave at a price that slips against us."""
    walk.leave = 0
    leave(walk, terms, bar, price * (1 - terms.slip * walk.side), codes.EXIT)


@borrowing
def enter(walk: Walk, terms: Terms, bar: int, raw: float, signal_close: float) -> None:
    """Open a position at a price that slips against us, or deny it."""
    side = walk.enter
    walk.enter = 0
    price = raw * (1 + terms.slip * side)
    sure = _set_levels(walk, terms, side, price, signal_close if terms.by_signal else price)
    quantity = _quantity(walk, terms, side, price) if sure else 0.0
    notional = quantity * price
    fee = notional * terms.fee
    if not (quantity > 0 and notional + fee <= walk.cash * (1 + 1e-9)):
        walk.denied += 1
        return
    walk.cash = walk.cash - side * notional - fee
    walk.quantity = quantity
    walk.entry = price
    walk.entry_fee = fee
    walk.side = side
    walk.entry_bar = bar


@borrowing
def _set_levels(walk: Walk, terms: Terms, side: int, price: float, base: float) -> bool:
    """Stop, target and trail from the base; whether all that there are are known."""
    walk.stop = _level(terms.stop_kind, walk.stop_value, base, -side)
    walk.target = _level(terms.target_kind, walk.target_value, base, side)
    walk.trail = walk.trail_value if terms.trail_kind else 0.0
    walk.extreme = price
    trails = not terms.trail_kind or walk.trail > 0
    unknown = math.isnan(walk.stop) or math.isnan(walk.target)
    return trails and not unknown and price > 0 and not math.isnan(base)


@borrowing
def _level(kind: int, value: float, base: float, away: int) -> float:
    if kind == codes.NO_LEVEL:
        return away * np.inf
    return base * (1 + away * value) if kind == codes.PERCENT else value


@borrowing
def trailing(walk: Walk, terms: Terms, side: int) -> float:
    """Where the trailing stop stands, infinitely far where there is none."""
    if not walk.trail > 0:
        return -side * np.inf
    if terms.trail_kind == codes.PERCENT:
        return walk.extreme * (1 - side * walk.trail)
    return walk.extreme - side * walk.trail


@borrowing
def _quantity(walk: Walk, terms: Terms, side: int, price: float) -> float:
    if terms.size == codes.BY_EQUITY:
        quantity = terms.amount * walk.cash / (price * (1 + terms.fee))
    elif terms.size == codes.BY_UNITS:
        quantity = terms.amount
    elif terms.size == codes.BY_QUOTE:
        quantity = terms.amount / price
    else:
        stop = side * max(side * walk.stop, side * trailing(walk, terms, side))
        distance = abs(price - stop)
        most = walk.cash / (price * (1 + terms.fee))
        quantity = min(terms.amount * walk.cash / distance, most) if distance > 0 else 0.0
    steps = quantity / terms.step * WHOLE if terms.step > 0 else 0.0
    return math.floor(steps) * terms.step if terms.step > 0 else quantity


@borrowing
def leave(walk: Walk, terms: Terms, bar: int, price: float, reason: int) -> None:
    """Close the position; `closed`, its side, says that there is a trade to write."""
    side, notional = walk.side, walk.quantity * price
    fee = notional * terms.fee
    walk.cash = walk.cash + side * notional - fee
    walk.paid = walk.entry_fee + fee
    walk.profit = side * (price - walk.entry) * walk.quantity - walk.paid
    walk.exit_price = price
    walk.reason = reason
    walk.closed = side
    walk.side = 0
    walk.left_at = bar


@borrowing
def inside(walk: Walk, terms: Terms, bar: int, opened: float, high: float, low: float) -> None:
    """Stop and target inside the bar, then the extreme that later bars trail."""
    if not walk.side:
        return
    if terms.has_levels and (bar > walk.entry_bar or terms.on_entry_bar):
        _meet(walk, terms, bar, opened, high, low)
    if walk.side > 0:
        walk.extreme = max(walk.extreme, high)
    elif walk.side < 0:
        walk.extreme = min(walk.extreme, low)


@borrowing
def _meet(walk: Walk, terms: Terms, bar: int, opened: float, high: float, low: float) -> None:
    """The same as `engine.backtest.inside`, whose words are here numbers."""
    side, target = walk.side, walk.target
    trail = trailing(walk, terms, side)
    by_trail = side * trail > side * walk.stop
    stop = trail if by_trail else walk.stop
    worst, best = (low, high) if side > 0 else (high, low)
    at_stop, at_target = side * worst <= side * stop, side * best >= side * target
    if not at_stop and not at_target:
        return
    if at_stop and at_target:
        at_stop = _stop_first(side, opened, stop, target, terms.order)
    if at_stop:
        price = _filled(stop, opened, high, low, terms.gap, side * opened <= side * stop)
        leave(walk, terms, bar, price, codes.AT_TRAIL if by_trail else codes.AT_STOP)
    else:
        beyond = side * opened >= side * target
        gap = 1 if terms.gap == 3 else terms.gap
        price = _filled(target, opened, high, low, gap, beyond)
        leave(walk, terms, bar, price, codes.AT_TARGET)


@borrowing
def _stop_first(side: int, opened: float, stop: float, target: float, order: int) -> bool:
    if order == 1 or side * opened <= side * stop:
        return True
    return side * opened < side * target and order == 0


@borrowing
def _filled(level: float, opened: float, high: float, low: float, gap: int, beyond: bool) -> float:
    if gap in (0, 3):
        return opened if beyond else level
    return level if gap == 1 else min(max(level, low), high)


@borrowing
def decide(
    walk: Walk, terms: Terms, bar: int, enter_long: bool, exit_long: bool, enter_short: bool,
    exit_short: bool,
) -> None:  # fmt: skip
    """What the close decides; see `engine.strategy.judged`."""
    goes = (walk.side > 0 and exit_long) or (walk.side < 0 and exit_short)
    rested = terms.cooldown == 0 if goes else bar >= walk.left_at + terms.cooldown
    walk.leave = 1 if goes else 0
    if (walk.side == 0 or goes) and rested and bar < terms.last:
        short = -1 if enter_short else 0
        walk.enter = 1 if enter_long else short
