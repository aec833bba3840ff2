"""How old the price of something held may grow before the account is halted."""

from __future__ import annotations

from engine.domain.limits import Limit, Scope
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal
from engine.risk.rule import BY_ACCOUNT, Rule, Unit


class DataAge(Rule):
    """Judged by the watch, not on orders: see `engine.risk.watch`."""

    name = "max_data_age"
    unit = Unit.SECONDS
    scopes = BY_ACCOUNT

    def breach(self, proposal: Proposal, scope: Scope, limit: Limit) -> Breach | None:
        """Never of an order; those are refused far earlier, by `max_quote_age`."""
        del proposal, scope, limit
        return None
