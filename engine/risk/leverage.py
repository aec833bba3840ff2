"""How many times the account's equity may be at risk."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Scope
from engine.risk.proposal import Proposal
from engine.risk.rule import Rule, Unit
from engine.risk.standing import Standing

# What is not worth one unit of its currency any more is counted as one.
_LEAST_EQUITY = Decimal(1)


class Leverage(Rule):
    """Exposure over equity; one is all of the account's worth, once."""

    name = "max_leverage"
    unit = Unit.TIMES

    def now(self, standing: Standing, scope: Scope) -> Decimal | None:
        """The leverage as it is."""
        return _over_equity(standing.exposure(scope), standing)

    def after(self, proposal: Proposal, scope: Scope) -> Decimal | None:
        """The same with this order filled."""
        return _over_equity(proposal.exposure_after(scope), proposal.standing)


def _over_equity(exposure: Decimal | None, standing: Standing) -> Decimal | None:
    if exposure is None:
        return None
    return exposure / max(standing.valuation.equity, _LEAST_EQUITY)
