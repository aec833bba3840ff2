"""From a period's canonical text to two moments, by the reader's calendar."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.arguments.times import minutes_of, read_period

_SPAN = re.compile(r"(\d+)([hd])")
_DAY_MINUTES = 1_440
_HOURS = {"h": 1, "d": 24}


def window(period: str, now_ms: int, timezone: str) -> tuple[int, int]:
    """`[start, end)` in UTC ms of `24h`, `7d`, `today`, `last_week`, `all`, or a day's date.

    Days, weeks (from Monday), months and years are those of the time zone.
    """
    span = _SPAN.fullmatch(period)
    if span is not None:
        return now_ms - int(span[1]) * _HOURS[span[2]] * 3_600_000, now_ms + 1
    if period == "all":
        return 0, now_ms + 1
    now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(timezone))
    start, end = _calendar(period, now.replace(hour=0, minute=0, second=0, microsecond=0))
    return _ms(start), min(_ms(end), now_ms + 1)


def is_short(text: str) -> bool:
    """Whether a bare word such as `3h` can only be meant as a timeframe: periods begin at `24h`."""
    minutes = minutes_of(text)
    return minutes is not None and minutes < _DAY_MINUTES


def is_period(text: str) -> bool:
    """Whether a word is a period and not, say, an instrument."""
    try:
        read_period(text)
    except ValueError:
        return False
    return True


def _calendar(period: str, today: datetime) -> tuple[datetime, datetime]:
    week = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    year = today.replace(month=1, day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    named = {
        "today": (today, today + timedelta(days=1)),
        "yesterday": (today - timedelta(days=1), today),
        "this_week": (week, week + timedelta(days=7)),
        "last_week": (week - timedelta(days=7), week),
        "this_month": (month, (month + timedelta(days=32)).replace(day=1)),
        "last_month": (last_month, month),
        "this_year": (year, year.replace(year=year.year + 1)),
    }
    if period in named:
        return named[period]
    day = datetime.fromisoformat(period).replace(tzinfo=today.tzinfo)
    return day, day + timedelta(days=1)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
