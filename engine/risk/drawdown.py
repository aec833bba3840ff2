"""How far equity may fall from its height of the desk's day, as a ratio of that height."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.money import ZERO
from engine.risk.loss import LossRule
from engine.risk.rule import Unit
from engine.risk.standing import Standing

NOTED_RISE = Decimal("1.001")
"""A new height is put on record when it is so many times the last one."""


class Drawdown(LossRule):
    """Also what was won today and given back counts."""

    name = "max_drawdown"
    unit = Unit.RATIO

    def known(self, standing: Standing) -> Decimal:
        """The fall; none where the day has not begun."""
        peak = standing.book.peak_equity
        if peak is None or peak <= ZERO:
            return ZERO
        return max(ZERO, peak - standing.valuation.equity) / peak
