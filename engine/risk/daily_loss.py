"""The most that may be lost since the desk's day began, in account currency."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.money import ZERO
from engine.risk.loss import LossRule
from engine.risk.rule import Unit
from engine.risk.standing import Standing


class DailyLoss(LossRule):
    """Equity at the beginning of the day less equity now, open positions marked."""

    name = "max_daily_loss"
    unit = Unit.ACCOUNT

    def known(self, standing: Standing) -> Decimal:
        """What today has lost; nothing where it has gained, or where the day has not begun."""
        opening = standing.book.day_equity
        return ZERO if opening is None else max(ZERO, opening - standing.valuation.equity)
