"""How far an equity curve lies below its height so far."""

from __future__ import annotations

import numpy as np

from engine.domain.candles import Floats


def drawdowns(equity: Floats) -> Floats:
    """Each value against the highest before it, 0 to -1; NaN while nothing positive was seen."""
    peaks = np.fmax.accumulate(equity)
    with np.errstate(invalid="ignore", divide="ignore"):
        falls: Floats = np.where(peaks > 0, equity / peaks - 1, np.nan)
    return falls
