"""The largest value one order may have, in quote currency."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Scope
from engine.risk.proposal import Proposal
from engine.risk.rule import EVERYWHERE, Rule, Unit


class OrderValue(Rule):
    """Its notional, at the worst price that is to be expected."""

    name = "max_order_value"
    unit = Unit.QUOTE
    scopes = EVERYWHERE

    def after(self, proposal: Proposal, scope: Scope) -> Decimal:
        """The order's notional."""
        del scope
        return proposal.notional
