"""When a cron line is due next, in its owner's time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_due(cron: str, timezone: str, after: int) -> int | None:
    """The first time after a moment (both UTC ms), or None if there is none.

    Our cron counts Sunday as 0 (and 7), APScheduler's Monday, so week days go to it by name. A
    local time that a clock change leaves out is made up right after it; one that comes twice
    counts once.
    """
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 -- heavy, rarely needed

    minute, hour, day, month, weekday = cron.split()
    trigger = CronTrigger(
        minute=minute,
        hour=hour,
        day=day,
        month=month,
        day_of_week=_named_days(weekday),
        timezone=ZoneInfo(timezone),
    )
    start = datetime.fromtimestamp(after / 1000, UTC) + timedelta(milliseconds=1)
    due = trigger.get_next_fire_time(None, start)
    return None if due is None else int(due.timestamp() * 1000)


def _named_days(field: str) -> str:
    """`1-5` → `mon-fri`; a range over the week's end is split at Sunday."""
    parts = []
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span == "*" and not step:
            return "*"
        parts.extend(_days_of(span, int(step or 1)))
    return ",".join(dict.fromkeys(parts))


def _days_of(span: str, step: int) -> list[str]:
    match = re.fullmatch(r"([0-7])(?:-([0-7]))?", span)
    if span == "*":
        first, last = 0, 6
    elif match is not None:
        first, last = int(match[1]), int(match[2] or match[1])
    else:
        raise ValueError(f"not a day of the week: {span}")
    if last < first:
        last += 7
    return [_DAYS[day % 7] for day in range(first, last + 1, step)]
