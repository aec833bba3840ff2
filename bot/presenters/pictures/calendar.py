"""Where a time axis is labelled: at the round moments of the person's own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.presenters.pictures.spec import Language
from bot.presenters.pictures.typography import MONTHS, clock, day

Whole = NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_MINUTES = (1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 1_200)
_MONDAY = 4
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Tick:
    """A label under one row of the series; `strong` where a longer unit begins."""

    index: int
    label: str
    strong: bool


def ticks(times: Whole, timezone: str, language: Language, most: int) -> list[Tick]:
    """At most `most` labels, at the finest round step that allows it."""
    if len(times) < 3:
        return _each(times, timezone, language)
    local = local_seconds(times, timezone)
    for unit, key in _steps(local):
        rows = np.flatnonzero(np.diff(key)) + 1
        if 0 < len(rows) <= most:
            return [_tick(local, int(row), unit, language) for row in rows]
    return _each(times[:1], timezone, language)


def local_seconds(times: Whole, timezone: str) -> Whole:
    """Seconds since 1970 on the wall clock of a zone."""
    zone = ZoneInfo(timezone)
    hours, place = np.unique(times // 3_600, return_inverse=True)
    shifts = [_shift(int(hour) * 3_600, zone) for hour in hours]
    return times + np.array(shifts, np.int64)[place]


def zone_name(moment: int, timezone: str) -> str:
    """What people call the zone then: `CET`, `UTC`, `UTC+3`."""
    name = datetime.fromtimestamp(moment, ZoneInfo(timezone)).tzname() or timezone
    return f"UTC{name}" if name[:1] in "+-" else name


def _shift(moment: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(moment, zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


def _steps(local: Whole) -> list[tuple[str, Whole]]:
    days = local // _DAY_SECONDS
    months = local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    minutes = [("clock", local // (60 * step)) for step in _MINUTES]
    whole_days = [("day", (days + (_MONDAY - 1 if step % 7 == 0 else 0)) // step) for step in _DAYS]
    return [*minutes, *whole_days, *(("month", (months + 1_970 * 12) // step) for step in _MONTHS)]


def _tick(local: Whole, row: int, unit: str, language: Language) -> Tick:
    now, before = (_wall(int(local[at])) for at in (row, row - 1))
    if unit == "clock":
        new_day = now.date() != before.date()
        return Tick(row, day(now, language) if new_day else clock(now), new_day)
    if now.year != before.year:
        return Tick(row, str(now.year), strong=True)
    text = day(now, language) if unit == "day" else MONTHS[language][now.month - 1]
    return Tick(row, text, strong=False)


def _each(times: Whole, timezone: str, language: Language) -> list[Tick]:
    """One a row, to the second where two lie in a minute."""
    local = local_seconds(times, timezone)
    pattern = "%H:%M:%S" if len(np.unique(local // 60)) < len(local) else "%H:%M"
    walls = [_wall(int(second)) for second in local]
    return [
        Tick(row, f"{day(wall, language)} {wall:{pattern}}", strong=False)
        for row, wall in enumerate(walls)
    ]


def _wall(local: int) -> datetime:
    return _EPOCH + timedelta(seconds=local)
