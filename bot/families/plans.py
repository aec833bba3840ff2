"""When and how somebody is told, by what they chose and by their own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.hearing import Hearing, Manner, Severity, Topic

_HOUR = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """At `due_at` (UTC ms, 0 for at once), or not at all where it `is_off`."""

    due_at: int = 0
    is_off: bool = False
    is_silent: bool = False
    breaks_rules: bool = False
    """It is told at once although the reader chose otherwise."""


_AT_ONCE = Plan()


def planned(hearing: Hearing, topic: Topic, severity: Severity, zone: str, now: int) -> Plan:
    """What becomes of news at a moment (UTC ms). What is critical is always told at once."""
    manner = hearing.chosen(topic, severity)
    is_quiet = _is_quiet(hearing, severity, zone, now)
    if manner is Manner.OFF and (severity is not Severity.CRITICAL or hearing.usual is Manner.OFF):
        return Plan(is_off=True)
    if severity is Severity.CRITICAL:
        return Plan(breaks_rules=is_quiet or manner is not Manner.NOW)
    if manner is Manner.DIGEST:
        return Plan(due_at=next_digest(hearing, zone, now))
    if is_quiet and hearing.quiet is not None:
        return Plan(due_at=next_time(hearing.quiet.ends, zone, now))
    return Plan(is_silent=True) if manner is Manner.SILENT else _AT_ONCE


def next_digest(hearing: Hearing, zone: str, now: int) -> int:
    """When a digest is told next: never in quiet hours, but at their end."""
    at = next_time(hearing.digest_at, zone, now)
    quiet = hearing.quiet
    if quiet is not None and quiet.holds(hearing.digest_at):
        return next_time(quiet.ends, zone, at)
    return at


def next_time(minute: int, zone: str, now: int) -> int:
    """The next moment (UTC ms) after now that a clock in the zone shows this minute of the day.

    A minute that the clocks leap over in spring is told an hour later, one that they show twice in
    autumn the first time.
    """
    there = ZoneInfo(zone)
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(there).date()
    clock = time(*divmod(minute, _HOUR))
    at = _moment(datetime.combine(today, clock, there))
    return at if at > now else _moment(datetime.combine(today + timedelta(days=1), clock, there))


def _moment(there: datetime) -> int:
    return int(there.timestamp() * 1000)


def _is_quiet(hearing: Hearing, severity: Severity, zone: str, now: int) -> bool:
    """Whether it comes in hours in which it should wait; what is critical only says so."""
    quiet = hearing.quiet
    if quiet is None or (severity.rank >= quiet.passes.rank and severity is not Severity.CRITICAL):
        return False
    here = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone))
    return quiet.holds(here.hour * _HOUR + here.minute)
