"""Returns by calendar month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Floats
from engine.reporting.curve import EquityCurve


@dataclass(frozen=True, slots=True, eq=False)
class MonthlyTable:
    """One row a year, twelve columns of returns as fractions, NaN where there is none."""

    years: tuple[int, ...]
    returns: Floats


def monthly_returns(curve: EquityCurve, zone: tzinfo = UTC) -> MonthlyTable:
    """The last value of each month of a time zone over that of the month before.

    The first month starts at the first value, and a month without values is skipped. The product
    of `1 + return` over the table is `V_end / V_start`.
    """
    if len(curve.times) < 2:
        return MonthlyTable((), np.empty((0, 12)))
    times = curve.times + _offsets(curve.times, zone)
    months = times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    last = np.append(np.flatnonzero(np.diff(months)), len(months) - 1)
    ends = curve.values[last]
    starts = np.concatenate((curve.values[:1], ends[:-1]))
    gains = np.full_like(ends, np.nan)
    np.divide(ends, starts, out=gains, where=starts > 0)
    first, final = int(months[0]) // 12, int(months[-1]) // 12
    table = np.full((final - first + 1, 12), np.nan)
    table[months[last] // 12 - first, months[last] % 12] = gains - 1
    return MonthlyTable(tuple(range(1_970 + first, 1_970 + final + 1)), table)


def _offsets(times: NDArray[np.int64], zone: tzinfo) -> NDArray[np.int64]:
    """By how many seconds a zone's clocks are before UTC at each moment."""
    if zone is UTC:
        return np.zeros_like(times)
    second = timedelta(seconds=1)
    shown = (datetime.fromtimestamp(at, zone).utcoffset() for at in times.tolist())
    return np.array([(offset or timedelta()) // second for offset in shown], np.int64)
