"""How many orders may be open at once, protection not counted."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Scope
from engine.risk.proposal import Proposal
from engine.risk.rule import Rule, Unit
from engine.risk.standing import Standing


class OpenOrders(Rule):
    """Whatever may still add risk counts, resting or under way."""

    name = "max_open_orders"
    unit = Unit.COUNT

    def now(self, standing: Standing, scope: Scope) -> Decimal:
        """As many as there are."""
        tally = standing.tally(scope)
        aside = standing.aside
        is_there = aside is not None and aside.client_order_id in tally.open
        return Decimal(len(tally.open) - is_there)

    def after(self, proposal: Proposal, scope: Scope) -> Decimal:
        """And this one, and the other of its pair, where they may add risk."""
        count = 0 if proposal.terms.reduce_only else proposal.count
        return self.now(proposal.standing, scope) + count
