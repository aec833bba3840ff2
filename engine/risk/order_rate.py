"""How many orders may be placed within a minute."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Scope
from engine.risk.proposal import Proposal
from engine.risk.rule import Rule, Unit
from engine.risk.standing import Standing
from engine.risk.tally import MINUTE_MS


class OrderRate(Rule):
    """Every order that passed counts, also those that reduce risk; these are never held up."""

    name = "max_orders_per_minute"
    unit = Unit.COUNT

    def now(self, standing: Standing, scope: Scope) -> Decimal:
        """As many as the last minute has seen."""
        return Decimal(standing.tally(scope).placed_since(standing.at - MINUTE_MS))

    def after(self, proposal: Proposal, scope: Scope) -> Decimal:
        """And this one, and the other of its pair; a change of one that rests is no new one."""
        is_new = proposal.standing.aside is None
        return self.now(proposal.standing, scope) + (proposal.count if is_new else 0)
