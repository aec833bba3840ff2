"""What a stop and a target do inside one bar, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass

from engine.backtest.account import Held
from engine.backtest.conventions import BarOrder, Convention, GapFill
from engine.backtest.result import Reason
from engine.domain.candles import Candle


@dataclass(frozen=True, slots=True)
class Hit:
    """A level that filled."""

    price: float
    reason: Reason


def hit(held: Held, bar: Candle, convention: Convention) -> Hit | None:
    """The level that this bar fills, if any.

    Prices are turned by the side, so that for a long and a short alike the stop lies below.
    """
    side, by_trail = held.side, held.trails
    stop = held.trailing if by_trail else held.stop
    worst, best = (bar.low, bar.high) if side > 0 else (bar.high, bar.low)
    at_stop = side * worst <= side * stop
    at_target = side * best >= side * held.target
    if not at_stop and not at_target:
        return None
    if at_stop and at_target:
        at_stop = _stop_comes_first(side, bar.open, stop, held.target, convention.order)
    if at_stop:
        price = _filled(stop, bar, convention.gap, beyond=side * bar.open <= side * stop)
        return Hit(price, Reason.TRAIL if by_trail else Reason.STOP)
    beyond = side * bar.open >= side * held.target
    gap = GapFill.LEVEL if convention.gap is GapFill.STOP_AT_OPEN else convention.gap
    return Hit(_filled(held.target, bar, gap, beyond=beyond), Reason.TARGET)


def _stop_comes_first(
    side: int, opened: float, stop: float, target: float, order: BarOrder
) -> bool:
    if order is BarOrder.STOP_FIRST or side * opened <= side * stop:
        return True
    if side * opened >= side * target:
        return False
    return order is BarOrder.OPEN_FIRST


def _filled(level: float, bar: Candle, gap: GapFill, *, beyond: bool) -> float:
    match gap:
        case GapFill.OPEN | GapFill.STOP_AT_OPEN:
            return bar.open if beyond else level
        case GapFill.LEVEL:
            return level
        case GapFill.INSIDE:
            return min(max(level, bar.low), bar.high)
