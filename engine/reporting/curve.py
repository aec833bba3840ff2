"""An equity curve and its returns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Floats

YEAR_SECONDS = 365 * 86_400
"""A year of statistics: 365 days, for markets that never close and for those that do."""


@dataclass(frozen=True, eq=False)
class EquityCurve:
    """Account values in one currency at UTC epoch seconds, oldest first, both of one length."""

    times: NDArray[np.int64]
    values: Floats

    def __post_init__(self) -> None:
        if self.times.shape != self.values.shape or self.times.ndim != 1:
            raise ValueError("times and values are not of one length")
        if not np.isfinite(self.values).all():
            raise ValueError("a value of the equity curve is not a number")
        if (np.diff(self.times) <= 0).any():
            raise ValueError("the times of the equity curve do not rise")

    def without(self, flows: Floats) -> EquityCurve:
        """The curve that the same returns make with no money put in or taken out.

        `flows[t]` came between `t - 1` and `t`; returns are chained as
        `(V_t - F_t) / V_(t-1)` (time-weighted), so that a deposit is no gain.
        """
        if not flows.any():
            return self
        before, after = self.values[:-1], self.values[1:] - flows[1:]
        growth = np.divide(after, before, out=np.ones_like(after), where=before > 0)
        first = self.values[0] if self.values[0] > 0 else 1.0
        return EquityCurve(self.times, first * np.concatenate(([1.0], np.cumprod(growth))))

    @cached_property
    def years(self) -> float:
        """The time from first to last value, in years of 365 days."""
        return float(self.times[-1] - self.times[0]) / YEAR_SECONDS if len(self.times) else 0.0

    @cached_property
    def returns(self) -> Floats:
        """`V_t / V_(t-1) - 1` of each period whose start is worth something."""
        before, after = self.values[:-1], self.values[1:]
        worth = before > 0
        gains: Floats = after[worth] / before[worth] - 1
        return gains

    @cached_property
    def periods_a_year(self) -> float:
        """Returns a year as they came: 365 for days of crypto, about 252 for those of a bourse."""
        return len(self.returns) / self.years if self.years > 0 else 0.0

    @cached_property
    def falls(self) -> Floats:
        """`1 - V_t / max(V_s, s <= t)`: the drawdown at each moment, 0 where nothing was had."""
        peaks = np.maximum.accumulate(self.values)
        falls = np.zeros_like(self.values)
        np.divide(peaks - self.values, peaks, out=falls, where=peaks > 0)
        return falls


def spread(values: Floats) -> float:
    """The sample standard deviation (n - 1); 0 where only rounding tells the values apart."""
    if len(values) < 2:
        return 0.0
    deviation = float(np.std(values, ddof=1))
    return deviation if deviation > 1e-12 * float(np.max(np.abs(values))) + 1e-15 else 0.0
