"""What `make bench-venues` measures of ten thousand answers holds of the first few, too."""

from __future__ import annotations

import pytest

from tests.bench import jumping
from tests.bench.venues_answers import SETTLED_SECONDS, TOLD_SECONDS, Weather, ambiguous
from tests.bench.venues_desk import GATEWAY, SERVER

_ORDERS = 60


@pytest.mark.parametrize("row", [GATEWAY, SERVER, "binance", "binanceusdm"])
def test_orders_without_a_certain_answer_are_neither_doubled_nor_failed_nor_left_open(row):
    """Though a program's line falls with the first of them, and once more while others are under
    way.
    """
    seen = jumping.run(ambiguous(row, _ORDERS, jumping.LoopClock(), Weather(row)))

    assert (seen.unknown, seen.doubled, seen.wrong) == (_ORDERS, 0, 0)
    assert seen.told <= TOLD_SECONDS
    assert seen.late <= SETTLED_SECONDS
