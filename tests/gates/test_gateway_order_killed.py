"""At Interactive Brokers, too, an order under way in a crash is neither lost nor doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gates.gateway_story import SHARES, gateway, orders_at, played, prepared
from tests.gates.live_story import check


@pytest.mark.timeout(600)
@pytest.mark.parametrize("moment", ["venue.submitting", "venue.submitted"])
def test_killed_between_placing_and_the_answer(moment: str, tmp_path: Path) -> None:
    with gateway() as (port, control):
        prepared(tmp_path, port)
        assert not played(tmp_path, port, moment)
        assert played(tmp_path, port)
        traded = check(tmp_path, orders_at(control), SHARES)
    # Before it leaves, nobody can know whether it did: it may come to nothing, and that is said.
    assert traded or moment == "venue.submitting"
