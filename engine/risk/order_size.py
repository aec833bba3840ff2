"""The largest quantity one order may have, in base units."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Scope
from engine.risk.proposal import Proposal
from engine.risk.rule import EVERYWHERE, Rule, Unit


class OrderSize(Rule):
    """Most useful for one instrument: a unit of one is not a unit of another."""

    name = "max_order_size"
    unit = Unit.BASE
    scopes = EVERYWHERE

    def after(self, proposal: Proposal, scope: Scope) -> Decimal:
        """The order's quantity."""
        del scope
        return proposal.terms.quantity
