"""No order against a price that is missing or too old."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import DESK, Limit, Scope
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal
from engine.risk.rule import EVERYWHERE, Rule, Unit

# Where nobody has set another age: the rule can be set, never taken away.
_USUAL = Limit(Decimal(15))
_SECOND_MS = 1_000


class QuoteAge(Rule):
    """How old the last price may be for an order that adds risk, in seconds."""

    name = "max_quote_age"
    unit = Unit.SECONDS
    scopes = EVERYWHERE

    def after(self, proposal: Proposal, scope: Scope) -> Decimal | None:
        """The age of the instrument's last price."""
        del scope
        tick = proposal.tick
        return None if tick is None else Decimal(max(0, proposal.at - tick.at)) / _SECOND_MS

    def breach(self, proposal: Proposal, scope: Scope, limit: Limit) -> Breach | None:
        """No warning: a price that is old enough to be doubted is refused."""
        age = self.after(proposal, scope)
        if age is None:
            return Breach("no_quote", {"symbol": proposal.terms.symbol})
        if age <= limit.value:
            return None
        facts = {"symbol": proposal.terms.symbol, "age": str(int(age))}
        return Breach("stale_quote", facts)


QUOTE_AGE = QuoteAge()


def fresh_quote(proposal: Proposal) -> Breach | None:
    """Refuse what would add risk on a stale price; a way out is always open."""
    if proposal.reduces:
        return None
    found = list(proposal.standing.limits.applying(QUOTE_AGE.name, proposal.scopes))
    breaches = (
        QUOTE_AGE.breach(proposal, scope, limit) for scope, limit in found or [(DESK, _USUAL)]
    )
    return next((breach for breach in breaches if breach is not None), None)
