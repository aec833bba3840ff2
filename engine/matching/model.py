"""How honest the fills are: fees, slippage, how much of a tick may be had, and how late."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import BUY, Side

FEE_STEP = Decimal("0.00000001")
"""Eight decimals of the quote currency: what a venue rounds its fees to."""


@dataclass(frozen=True, slots=True)
class FillModel:
    """Ratios of the notional (0.001 is ten basis points), and milliseconds of the ticks' time.

    `slippage` worsens what crosses the spread. `participation` is the largest share of a tick's
    size that one order may take of that tick; None takes all that is wanted. `delay_ms` passes
    between the venue's taking an order and the first tick that may touch it. A negative fee is a
    rebate. With `improves` a resting limit that the market has gapped beyond fills at the market,
    as in an opening auction, else at its own price. Fees are rounded to `fee_step` of the quote
    currency, ties to even. Raises ValueError for a figure that cannot be.
    """

    taker_fee: Decimal = ZERO
    maker_fee: Decimal = ZERO
    slippage: Decimal = ZERO
    participation: Decimal | None = None
    delay_ms: int = 0
    improves: bool = False
    fee_step: Decimal = FEE_STEP

    def __post_init__(self) -> None:
        if not 0 <= self.slippage < 1:
            raise ValueError(f"slippage is a ratio from 0 to 1, not {self.slippage}")
        if self.participation is not None and not 0 < self.participation <= 1:
            raise ValueError(f"participation is a share above 0, at most 1: {self.participation}")
        if self.delay_ms < 0:
            raise ValueError(f"delay_ms cannot be below zero: {self.delay_ms}")

    def crossing_price(self, side: Side, tick: Tick, instrument: Instrument) -> Price:
        """What taking costs: the other side of the book, worse by the slippage and on the step.

        Rounded against the taker, so that no step of rounding ever improves on the market.
        """
        step = instrument.price_step
        if side is BUY:
            return round_up(tick.ask * (1 + self.slippage), step)
        return max(round_off(tick.bid * (1 - self.slippage), step), Price(step))

    def fee(self, quantity: Decimal, price: Decimal, *, maker: bool) -> Decimal:
        """The fee of one fill, in quote currency."""
        ratio = self.maker_fee if maker else self.taker_fee
        return (quantity * price * ratio).quantize(self.fee_step)

    def available(self, wanted: Quantity, tick: Tick, instrument: Instrument) -> Quantity:
        """How much of what is wanted this tick gives, in base units on the quantity step."""
        if self.participation is None:
            return wanted
        return min(wanted, instrument.quantity(tick.size * self.participation))


def round_up(value: Decimal, step: Decimal) -> Price:
    """The smallest price on the step that is not below the value."""
    return Price((value / step).to_integral_value(ROUND_CEILING) * step)


def round_off(value: Decimal, step: Decimal) -> Price:
    """The largest price on the step that is not above the value."""
    return Price((value / step).to_integral_value(ROUND_FLOOR) * step)
