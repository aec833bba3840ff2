"""Which instruments may be traded at all."""

from __future__ import annotations

from engine.domain.limits import Limit, Scope
from engine.domain.money import ZERO
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal
from engine.risk.rule import BY_OWNER, Rule, Unit


class AllowedInstruments(Rule):
    """A list; where none is set, everything the venues have. What is held may always be sold."""

    name = "allowed_instruments"
    unit = Unit.SYMBOLS
    scopes = BY_OWNER

    def breach(self, proposal: Proposal, scope: Scope, limit: Limit) -> Breach | None:
        """Refuse what is not on the list."""
        if proposal.terms.symbol in limit.symbols:
            return None
        breach = self.reached(proposal, scope, limit, ZERO, is_warning=False)
        return Breach(self.name, {**breach.facts, "limit": ", ".join(limit.symbols)})
