"""A live order confirmed before a crash at any boundary is neither lost in silence nor doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gates.live_story import (
    APART,
    ROW,
    boundaries,
    check,
    copied,
    exchange,
    orders_at,
    played,
    prepared,
)


@pytest.fixture(scope="module", params=[ROW, APART])
def ready(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, list[str]]:
    """A home whose account is live, and the boundaries of an unharmed confirmation."""
    row, root = request.param, tmp_path_factory.mktemp("live")
    with exchange(row) as address:
        prepared(root / "ready", row, address)
    with exchange(row) as address:
        home = copied(root / "ready", root / "unharmed")
        assert played(home, row, address)
        assert check(home, orders_at(address))
    return row, root / "ready", boundaries(home)


@pytest.mark.timeout(2_000)
def test_killed_at_every_boundary(ready: tuple[str, Path, list[str]], tmp_path: Path) -> None:
    row, prepared_home, names = ready
    assert {"tickets.redeemed", "venue.submitting", "venue.submitted"} <= set(names)
    traded = 0
    for place, name in enumerate(names, 1):
        with exchange(row) as address:
            home = copied(prepared_home, tmp_path / f"{place}-{name}")
            if not played(home, row, address, place):
                assert played(home, row, address), name
            traded += check(home, orders_at(address))
    # Only where nobody can know whether it left may it come to nothing; and that is said.
    assert traded > len(names) * 3 // 4
