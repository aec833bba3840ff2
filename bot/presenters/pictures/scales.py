"""From values to pixels, and where the round values lie."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.domain.candles import Floats

_FLAT_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on pixels from `bottom` up to `top`."""

    low: float
    high: float
    top: float
    bottom: float

    def at(self, value: float) -> float:
        """The pixel row of one value."""
        share = (value - self.low) / (self.high - self.low)
        return self.bottom + share * (self.top - self.bottom)

    def rows(self, values: Floats) -> Floats:
        """The pixel rows of many; NaN and infinities stay NaN."""
        known = np.where(np.isfinite(values), values, np.nan)
        shares: Floats = (known - self.low) / (self.high - self.low)
        # Far outside, a coordinate would overflow the rasteriser's 24 bits.
        return np.clip(self.bottom + shares * (self.top - self.bottom), -20_000.0, 20_000.0)

    def near(self, value: float) -> float:
        """The row of the value, or the edge that it lies beyond."""
        return self.at(min(max(value, self.low), self.high))

    def holds(self, value: float) -> bool:
        """Whether the value lies on the panel."""
        return self.low <= value <= self.high


def span(values: Floats, pad: float = 0.0) -> tuple[float, float]:
    """The range of the finite values, widened by `pad` of itself; never empty."""
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        margin = abs(high) * _FLAT_SHARE or 1.0
        return low - margin, high + margin
    margin = pad * (high - low)
    return low - margin, high + margin


def round_values(low: float, high: float, most: int) -> tuple[list[float], float]:
    """At most `most` round values in the range, and their step: 1, 2, 2.5 or 5 times 10^n."""
    raw = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * figure for figure in (1, 2, 2.5, 5, 10) if power * figure >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)], step
