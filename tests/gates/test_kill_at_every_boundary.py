"""Killed with kill -9 at each boundary of a session, nothing is lost or doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gates.story import boundaries, played, rehearsed, summary

# Trials are dealt out to so many tests, so that they share the machine's cores.
HANDS = 8


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("hand", range(HANDS))
def test_a_session_killed_anywhere_ends_as_if_it_had_not_been(hand: int, tmp_path: Path) -> None:
    rehearsed(tmp_path / "unharmed")
    expected = summary(tmp_path / "unharmed")
    names = boundaries(tmp_path / "unharmed")

    for place in range(1 + hand, len(names) + 1, HANDS):
        home = tmp_path / f"killed-{place}"
        if not played(home, crash_at=place):
            assert played(home)
        assert summary(home) == expected, f"killed at {place}: {names[place - 1]}"
