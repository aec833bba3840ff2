"""Several series of the same bars made into one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.domain.candles import Candles


def merged(parts: Sequence[Candles]) -> Candles:
    """All bars by time, each once; where parts overlap the later part wins."""
    if len(parts) == 1:
        whole = parts[0]
    else:
        columns = zip(*(part.columns() for part in (Candles.empty(), *parts)), strict=True)
        whole = Candles(*(np.concatenate(column) for column in columns))
    if np.all(whole.time[1:] > whole.time[:-1]):
        return whole
    order = np.argsort(whole.time, kind="stable")
    time = whole.time[order]
    rows = order[np.append(time[1:] != time[:-1], True)]
    return Candles(*(column[rows] for column in whole.columns()))
