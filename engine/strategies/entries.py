"""What an entry comes to: its levels and its size, the same in every engine and on a desk."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.domain.values import quick
from engine.strategies.sizes import SizeKind

WHOLE = 1 + 1e-12
"""What buys a whole number of steps does so too where a float lies a last digit below it."""


@quick
@dataclass(frozen=True, slots=True)
class Means:
    """What there is to enter with: `cash` in quote currency, `fee` a ratio of the notional.

    Quantities are rounded down to `quantity_step`, 0 being none.
    """

    cash: float
    fee: float
    quantity_step: float = 0.0


@quick
@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of `side` 1 or -1; `stop` and `target` infinite where there is none.

    `trail` is what the trailing stop keeps from the extreme, 0 for none: a share of it where
    `trail_is_percent`, else an amount. `quantity` in base units is not above 0 where nothing can be
    had.
    """

    side: int
    quantity: float
    stop: float
    target: float
    trail: float
    trail_is_percent: bool


def trailing_level(side: int, extreme: float, trail: float, *, is_percent: bool) -> float:
    """`extreme` less the trail, for a long; a level that is never reached where trail is 0."""
    if trail <= 0:
        return -side * math.inf
    return extreme * (1 - side * trail) if is_percent else extreme - side * trail


def quantity_of(kind: SizeKind, amount: float, means: Means, price: float, stop: float) -> float:
    """Base units of an entry at a price, rounded down to the step; not above 0 where there is none.

    By risk: what loses `amount` of the equity at the stop, and at most what the equity buys.
    """
    cash = means.cash
    most = cash / (price * (1 + means.fee))
    match kind:
        case SizeKind.EQUITY:
            quantity = amount * cash / (price * (1 + means.fee))
        case SizeKind.UNITS:
            quantity = amount
        case SizeKind.QUOTE:
            quantity = amount / price
        case SizeKind.RISK:
            distance = abs(price - stop)
            quantity = min(amount * cash / distance, most) if distance > 0 else 0.0
    step = means.quantity_step
    return math.floor(quantity / step * WHOLE) * step if step > 0 else quantity
