"""A candle file read with care: refused where it is broken, reported where it is odd."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from connectors.replay.table import PRICES, Table, invalid, read_table
from connectors.replay.values import numbers, times
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe


@dataclass(frozen=True, slots=True, eq=False)
class CandleFile:
    """What a file holds.

    `duplicates` counts repeated times, of which the last row is kept; `gaps` the holes between
    rows, measured by the usual step; `problems` says in sentences what is odd.
    """

    candles: Candles
    duplicates: int
    gaps: int
    problems: tuple[str, ...]

    @property
    def timeframe(self) -> Timeframe:
        """The length of its bars, which is their usual step. Raises CandlesInvalid."""
        step = usual_step(self.candles.time)
        frame = next((frame for frame in Timeframe if frame.seconds == step), None)
        if frame is None:
            known = ", ".join(Timeframe)
            raise invalid(f"Its bars are {step} seconds apart; replayed are {known}.")
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
        raise invalid(f"{path.name} has a header and no candles.")
    _check(table, rows)
    last_of_its_time = np.append(np.diff(time) > 0, True)
    candles = Candles(*(column[last_of_its_time] for column in rows.columns()))
    duplicates, gaps = len(rows) - len(candles), _gaps(candles.time)
    return CandleFile(candles, duplicates, gaps, _problems(table, rows, last_of_its_time, gaps))


def usual_step(time: NDArray[np.int64]) -> int:
    """The most frequent distance between neighbours, seconds; 0 for fewer than two."""
    if len(time) < 2:
        return 0
    steps, counts = np.unique(np.diff(time), return_counts=True)
    return int(steps[counts.argmax()])


def _check(table: Table, rows: Candles) -> None:
    if (back := np.diff(rows.time) < 0).any():
        row = int(back.argmax()) + 1
        raise invalid(f"{table.place(row)} is older than the one before: sort the rows by time.")
    if (crossed := rows.high < rows.low).any():
        row = int(crossed.argmax())
        raise invalid(
            f"{table.place(row)}: high {rows.high[row]:g} is below low {rows.low[row]:g}. "
            "Are the columns named right?"
        )
    if (negative := rows.volume < 0).any():
        row = int(negative.argmax())
        raise invalid(f"{table.place(row)}: volume {rows.volume[row]:g} is below zero.")


def _gaps(time: NDArray[np.int64]) -> int:
    return int((np.diff(time) > usual_step(time)).sum())


def _problems(
    table: Table, rows: Candles, last_of_its_time: NDArray[np.bool_], gaps: int
) -> tuple[str, ...]:
    body_high = np.maximum(rows.open, rows.close)
    body_low = np.minimum(rows.open, rows.close)
    odd = (
        (~last_of_its_time, "that repeat the time of the next, of which the last is kept"),
        (rows.low <= 0, "with a price that is not above zero"),
        (
            (body_high > rows.high) | (body_low < rows.low),
            "that open or close outside high and low",
        ),
    )
    found = [
        f"Rows {what}: {int(where.sum())} (first: {table.place(int(where.argmax()))})."
        for where, what in odd
        if where.any()
    ]
    if gaps:
        found.append(f"Gaps: {gaps}; bars missing in the longest: {_longest_gap(rows.time)}.")
    return tuple(found)


def _longest_gap(time: NDArray[np.int64]) -> int:
    return int(np.diff(time).max() // usual_step(time[np.append(np.diff(time) > 0, True)])) - 1
