"""A candle file read with care: refused where it is broken, reported where it is odd."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from connectors.replay.table import PRICES, Table, read_table
from connectors.replay.values import numbers, times
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import CandlesInvalid
from engine.ports.market_data import CandleOddity


@dataclass(frozen=True, slots=True, eq=False)
class CandleFile:
    """What a file holds.

    `duplicates` counts repeated times, of which the last row is kept; `gaps` the holes between
    rows, measured by the usual step; `oddities` tells where.
    """

    candles: Candles
    duplicates: int
    gaps: int
    oddities: tuple[CandleOddity, ...]

    @property
    def timeframe(self) -> Timeframe:
        """The length of its bars, which is their usual step. Raises CandlesInvalid."""
        step = usual_step(self.candles.time)
        frame = next((frame for frame in Timeframe if frame.seconds == step), None)
        if frame is None:
            raise CandlesInvalid("step", seconds=str(step), detail=", ".join(Timeframe))
        return frame


def read_candle_file(path: Path) -> CandleFile:
    """Read `.csv`, `.csv.gz`, `.parquet` or `.feather`; columns are found by name, in any case.

    Raises CandlesInvalid, naming the line and the fix: columns missing, text where a number
    belongs, rows not in order of time, a number that is not finite, a high below its low, a file
    of more than 512 MB (decompressed too) or 1,000 columns. Takes about a second for 500,000 rows
    of csv: call it off the loop.
    """
    table = read_table(path)
    time = times(table)
    opened, high, low, close, volume = (numbers(table, name) for name in (*PRICES, "volume"))
    rows = Candles(time, opened, high, low, close, volume)
    if not len(rows):
        raise CandlesInvalid("no_rows", file=path.name)
    _check(table, rows)
    last_of_its_time = np.append(np.diff(time) > 0, True)
    candles = Candles(*(column[last_of_its_time] for column in rows.columns()))
    duplicates, gaps = len(rows) - len(candles), _gaps(candles.time)
    return CandleFile(candles, duplicates, gaps, _oddities(table, rows, last_of_its_time, gaps))


def usual_step(time: NDArray[np.int64]) -> int:
    """The most frequent distance between neighbours, seconds; 0 for fewer than two."""
    if len(time) < 2:
        return 0
    steps, counts = np.unique(np.diff(time), return_counts=True)
    return int(steps[counts.argmax()])


def _check(table: Table, rows: Candles) -> None:
    if (back := np.diff(rows.time) < 0).any():
        row = int(back.argmax()) + 1
        raise CandlesInvalid("unsorted", **table.place(row))
    if (crossed := rows.high < rows.low).any():
        row = int(crossed.argmax())
        high, low = f"{rows.high[row]:g}", f"{rows.low[row]:g}"
        raise CandlesInvalid("crossed", **table.place(row), high=high, low=low)
    if (negative := rows.volume < 0).any():
        row = int(negative.argmax())
        volume = f"{rows.volume[row]:g}"
        raise CandlesInvalid("negative_volume", **table.place(row), volume=volume)


def _gaps(time: NDArray[np.int64]) -> int:
    return int((np.diff(time) > usual_step(time)).sum())


def _oddities(
    table: Table, rows: Candles, last_of_its_time: NDArray[np.bool_], gaps: int
) -> tuple[CandleOddity, ...]:
    body_high = np.maximum(rows.open, rows.close)
    body_low = np.minimum(rows.open, rows.close)
    odd = (
        ("repeated", ~last_of_its_time),
        ("not_above_zero", rows.low <= 0),
        ("outside", (body_high > rows.high) | (body_low < rows.low)),
    )
    found = [
        CandleOddity(kind, {"count": str(where.sum()), **table.place(int(where.argmax()))})
        for kind, where in odd
        if where.any()
    ]
    if gaps:
        longest = str(_longest_gap(rows.time))
        found.append(CandleOddity("gaps", {"count": str(gaps), "longest": longest}))
    return tuple(found)


def _longest_gap(time: NDArray[np.int64]) -> int:
    return int(np.diff(time).max() // usual_step(time[np.append(np.diff(time) > 0, True)])) - 1
