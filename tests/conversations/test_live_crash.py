"""A few of the boundaries of a live order, with kill -9; `make gates` tries every one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gates.live_story import ROW, boundaries, check, copied, exchange, orders_at, played
from tests.gates.live_story import prepared as made_live

TRIED = ("inbox.received", "tickets.redeemed", "venue.submitting", "venue.submitted")


@pytest.mark.timeout(300)
def test_a_live_order_killed_at_its_tender_spots_is_neither_lost_nor_doubled(
    tmp_path: Path,
) -> None:
    with exchange(ROW) as address:
        made_live(tmp_path / "ready", ROW, address)
    with exchange(ROW) as address:
        home = copied(tmp_path / "ready", tmp_path / "unharmed")
        assert played(home, ROW, address)
        assert check(home, orders_at(address))
    assert set(TRIED) <= set(boundaries(home))

    for name in TRIED:
        with exchange(ROW) as address:
            home = copied(tmp_path / "ready", tmp_path / name)
            assert not played(home, ROW, address, name)
            assert played(home, ROW, address)
            # What was written as leaving and never left is not sent again: nobody can know.
            assert check(home, orders_at(address)) is (name != "venue.submitting"), name
