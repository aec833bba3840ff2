"""Where candles lie: `venue/symbol/timeframe/period.number.parquet`.

A file never changes once it has its name. Within a period the file with the higher number is the
newer and wins, so files that a crash left behind after a merge do no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.timeframe import Timeframe

_NAME = re.compile(r"(all|\d{4}(?:-\d{2})?)\.(\d{8})\.parquet")
_LATEST = 253_402_300_799
"""The last second of the year 9999: beyond it a period has no four-digit name."""


@dataclass(frozen=True, slots=True)
class Series:
    """What one folder holds."""

    venue: VenueName
    symbol: Symbol
    timeframe: Timeframe

    def folder(self, root: Path) -> Path:
        """Its folder; `BTC/USDT` becomes `BTC%2FUSDT`, and no name can leave the root."""
        return root / _safe(self.venue) / _safe(self.symbol) / self.timeframe.value

    def periods(self, times: NDArray[np.int64]) -> NDArray[np.str_]:
        """The name of the period of each time (UTC epoch seconds): a month, a year or all."""
        if self.timeframe.seconds >= 86_400:
            return np.full(len(times), "all")
        unit = "M" if self.timeframe.seconds < 3_600 else "Y"
        moments = np.clip(times, 0, _LATEST).astype("datetime64[s]")
        return moments.astype(f"datetime64[{unit}]").astype(np.str_)

    def split(self, candles: Candles) -> Iterator[tuple[str, Candles]]:
        """The candles of each period, in order of time."""
        names = self.periods(candles.time)
        marks = np.flatnonzero(names[1:] != names[:-1]) + 1
        for first, last in zip([0, *marks], [*marks, len(names)], strict=True):
            yield str(names[first]), candles[int(first) : int(last)]


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One file of a series."""

    period: str
    number: int
    path: Path


def parts_of(folder: Path) -> list[Part]:
    """The files of a series, by period, oldest first; empty where there is no such folder."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    found = ((_NAME.fullmatch(name), name) for name in names)
    return sorted(Part(m[1], int(m[2]), folder / name) for m, name in found if m)


def next_part(parts: list[Part], folder: Path, period: str) -> Part:
    """The file that wins over all others of its period."""
    number = max((part.number for part in parts if part.period == period), default=0) + 1
    return Part(period, number, folder / f"{period}.{number:08d}.parquet")


def _safe(name: str) -> str:
    return quote(name, safe="").replace(".", "%2E") or "%"
