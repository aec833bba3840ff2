"""What a person asks of an order, in their words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.domain.identifiers import Symbol
from engine.domain.order import Side, TimeInForce


@dataclass(frozen=True, slots=True)
class TargetWish:
    """A take profit: a price, or a ratio from the entry; and its size.

    `size` in base units or a ratio of the whole; without one, targets share the whole alike.
    """

    level: Decimal
    is_ratio: bool = False
    size: Decimal | None = None
    size_is_ratio: bool = False


@dataclass(frozen=True, slots=True)
class OrderWish:
    """What a person asked for, in their words: exactly one of the three sizes.

    `quantity` in base units, `amount` in quote currency, `percent` of free cash to buy and of the
    position to sell; `stop_price` is a price, or a ratio from the price of now, on the side on
    which a stop waits, where `stop_price_is_ratio`; `stop_loss` is a price, or a ratio from the
    entry price where `stop_loss_is_ratio`. `oco` is the price of a second order of which one
    cancels the other, `triggers` an order that follows this one, `twap_ms` the time over which it
    goes in `slices`.
    `repeats` when they know that they placed the same one a moment ago.
    """

    symbol: Symbol
    side: Side
    quantity: Decimal | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    stop_price_is_ratio: bool = False
    trail: Decimal | None = None
    trail_is_ratio: bool = False
    stop_loss: Decimal | None = None
    stop_loss_is_ratio: bool = False
    targets: tuple[TargetWish, ...] = ()
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False
    oco: Decimal | None = None
    twap_ms: int | None = None
    slices: int | None = None
    triggers: OrderWish | None = None
    repeats: bool = False
