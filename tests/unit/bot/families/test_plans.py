"""When somebody is told, by their choices and their own clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.families.plans import Plan, next_digest, next_time, planned
from bot.hearing import UNHEARD, Hearing, Manner, Quiet, Severity, Topic

ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
)
MOMENTS = st.integers(1_700_000_000_000, 1_900_000_000_000)
MINUTES = st.integers(0, 1_439)
CHOICES = st.lists(
    st.tuples(st.sampled_from(Topic), st.sampled_from(Severity), st.sampled_from(Manner))
)
QUIET = st.none() | st.builds(Quiet, MINUTES, MINUTES, st.sampled_from(Severity))


@st.composite
def hearings(draw: st.DrawFn) -> Hearing:
    hearing = Hearing(quiet=draw(QUIET), digest_at=draw(MINUTES))
    for topic, severity, manner in draw(CHOICES):
        hearing = hearing.choosing([topic], [severity], manner)
    return hearing


def at(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@given(hearings(), st.sampled_from(Topic), ZONES, MOMENTS)
def test_what_is_critical_is_told_a_person_at_once_whatever_they_chose(
    hearing: Hearing, topic: Topic, zone: str, now: int
) -> None:
    plan = planned(hearing, topic, Severity.CRITICAL, zone, now)

    assert (plan.due_at, plan.is_off, plan.is_silent) == (0, False, False)


@given(hearings(), st.sampled_from(Topic), st.sampled_from(Severity), ZONES, MOMENTS)
def test_what_waits_is_due_within_two_days_and_never_in_quiet_hours(
    hearing: Hearing, topic: Topic, severity: Severity, zone: str, now: int
) -> None:
    plan = planned(hearing, topic, severity, zone, now)

    if plan.due_at:
        assert now < plan.due_at <= now + 49 * 3_600_000
        here = datetime.fromtimestamp(plan.due_at / 1000, UTC).astimezone(ZoneInfo(zone))
        minute = here.hour * 60 + here.minute
        is_leap = (
            here.utcoffset()
            != (here.astimezone(UTC) - here.resolution).astimezone(ZoneInfo(zone)).utcoffset()
        )
        assert hearing.quiet is None or is_leap or not hearing.quiet.holds(minute)


@given(MINUTES, ZONES, MOMENTS)
def test_a_time_of_day_comes_once_a_day(minute: int, zone: str, now: int) -> None:
    first = next_time(minute, zone, now)

    assert now < first <= now + 25 * 3_600_000
    assert 22 * 3_600_000 < next_time(minute, zone, first) - first < 26 * 3_600_000


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-03-29T00:00", "2026-03-29T03:30"),  # the clocks leap from 2 to 3 over 2:30
        ("2026-10-25T00:00", "2026-10-25T02:30"),  # 2:30 comes twice: the first of them
    ],
)
def test_days_on_which_clocks_change_have_their_digest_too(now: str, told: str) -> None:
    zone = "Europe/Paris"

    assert next_time(150, zone, at(now, zone)) == at(told, zone)


def test_a_digest_inside_quiet_hours_comes_at_their_end() -> None:
    hearing = Hearing(quiet=Quiet(17 * 60, 20 * 60), digest_at=18 * 60)

    assert next_digest(hearing, "UTC", at("2026-07-01T12:00")) == at("2026-07-01T20:00")


def test_a_channel_hears_nothing_that_was_not_chosen_for_it() -> None:
    plan = planned(UNHEARD, Topic.RISK, Severity.CRITICAL, "UTC", 0)

    assert plan == Plan(is_off=True)


def test_a_channel_that_hears_of_a_topic_hears_at_once_what_is_critical() -> None:
    hearing = UNHEARD.choosing([Topic.RISK], [Severity.WARNING], Manner.DIGEST)

    assert planned(hearing, Topic.RISK, Severity.CRITICAL, "UTC", 0) == Plan(breaks_rules=True)
