"""The most that may be at risk in all: positions and the orders that would add to them."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Scope
from engine.risk.proposal import Proposal
from engine.risk.rule import Rule, Unit
from engine.risk.standing import Standing


class Exposure(Rule):
    """Long and short both count whole, in account currency."""

    name = "max_exposure"
    unit = Unit.ACCOUNT

    def now(self, standing: Standing, scope: Scope) -> Decimal | None:
        """What is at risk now."""
        return standing.exposure(scope)

    def after(self, proposal: Proposal, scope: Scope) -> Decimal | None:
        """The same with this order filled."""
        return proposal.exposure_after(scope)
