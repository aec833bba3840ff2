"""A few of the boundaries of a session, with kill -9; `make gates` tries every one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gates.story import FLATTEN, boundaries, played, rehearsed, summary

TRIED = ("inbox.received", "tickets.redeemed", "venue.submitting", "paper.accepted")


@pytest.mark.timeout(300)
def test_a_session_killed_at_its_tender_spots_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    rehearsed(tmp_path / "unharmed")
    expected = summary(tmp_path / "unharmed")
    names = boundaries(tmp_path / "unharmed")

    for name in TRIED:
        home = tmp_path / name
        assert not played(home, crash_at=names.index(name) + 1)
        assert played(home)
        assert summary(home) == expected, name


@pytest.mark.timeout(300)
def test_a_halt_that_closes_everything_goes_on_after_a_crash(tmp_path: Path) -> None:
    rehearsed(tmp_path / "unharmed", FLATTEN)
    expected = summary(tmp_path / "unharmed")
    names = boundaries(tmp_path / "unharmed")
    redeemed = len(names) - names[::-1].index("tickets.redeemed")
    closing = names.index("venue.submitting", redeemed)

    for place in (redeemed, closing + 1, names.index("paper.accepted", closing) + 1):
        home = tmp_path / str(place)
        assert not played(home, place, FLATTEN)
        assert played(home, None, FLATTEN)
        assert summary(home) == expected, names[place - 1]
