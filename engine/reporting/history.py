"""All that the statistics of one account or one backtest are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

from engine.reporting.curve import EquityCurve
from engine.reporting.trips import RoundTrip


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """A curve and its closed trades, in one currency.

    `risk_free` is a yearly fraction. `trials` counts the variants an optimiser tried before this
    one; `trials_variance` is the variance of their Sharpe ratios per period, where it is known.
    """

    curve: EquityCurve
    trips: tuple[RoundTrip, ...] = ()
    risk_free: float = 0.0
    trials: int = 1
    trials_variance: float | None = None
