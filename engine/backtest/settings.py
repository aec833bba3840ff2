"""What a backtest is run with, beside the strategy and its bars."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.backtest.conventions import CONVENTIONS, Convention


@dataclass(frozen=True, slots=True)
class Settings:
    """`cash` in quote currency; `fee` and `slippage` ratios of the notional (0.001 is 0.1%).

    Quantities are rounded down to `quantity_step`, 0 being none. Raises ValueError on a figure
    that cannot be.
    """

    cash: float = 10_000.0
    fee: float = 0.001
    slippage: float = 0.0
    quantity_step: float = 0.0
    convention: Convention = CONVENTIONS["outcry"]

    def __post_init__(self) -> None:
        for name, most in (("cash", 1e15), ("fee", 0.5), ("slippage", 0.5), ("quantity_step", 1e9)):
            value: float = getattr(self, name)
            least = 1e-9 if name == "cash" else 0.0
            if not (math.isfinite(value) and least <= value <= most):
                raise ValueError(f"{name} is from {least:g} to {most:g}, not {value:g}")
