"""The same order of the same person twice within so many seconds."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Limit, Scope
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal
from engine.risk.rule import BY_ACCOUNT, Rule, Unit


class Duplicate(Rule):
    """A person is told and asked; what nobody is asked about is refused."""

    name = "duplicate_window"
    unit = Unit.SECONDS
    scopes = BY_ACCOUNT

    def breach(self, proposal: Proposal, scope: Scope, limit: Limit) -> Breach | None:
        """A warning to one who knows of the first, a refusal to all others."""
        standing, asker = proposal.standing, proposal.asker
        twin = standing.tally(scope).twin_at(asker.by, proposal.terms)
        if standing.aside is not None or twin is None:
            return None
        age = Decimal(standing.at - twin) / 1_000
        if age >= limit.value:
            return None
        return self.reached(proposal, scope, limit, age, is_warning=asker.repeats)
