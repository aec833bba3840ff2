"""The most that may be lost since the desk's day began, in account currency."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Scope
from engine.domain.money import ZERO
from engine.risk.rule import BY_ACCOUNT, Rule, Unit
from engine.risk.standing import Standing


class DailyLoss(Rule):
    """Equity at the beginning of the day less equity now, open positions marked."""

    name = "max_daily_loss"
    unit = Unit.ACCOUNT
    scopes = BY_ACCOUNT
    stops_losses = True

    def now(self, standing: Standing, scope: Scope) -> Decimal:
        """What today has lost; nothing where it has gained, or where the day has not begun."""
        del scope
        opening = standing.book.day_equity
        return ZERO if opening is None else max(ZERO, opening - standing.valuation.equity)
