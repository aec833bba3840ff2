"""What rules about losses have in common: a loss that may be less, for want of a price, is none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal

from engine.domain.limits import Limit, Scope
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal
from engine.risk.rule import BY_ACCOUNT, Rule
from engine.risk.standing import Standing


class LossRule(Rule, ABC):
    """One whose limit halts the account when it is reached."""

    scopes = BY_ACCOUNT
    stops_losses = True

    @abstractmethod
    def known(self, standing: Standing) -> Decimal:
        """The loss as far as prices tell; none where the day has not begun."""

    def now(self, standing: Standing, scope: Scope) -> Decimal | None:
        """The loss; None where it may be less."""
        del scope
        return None if standing.valuation.may_be_more else self.known(standing)

    def breach(self, proposal: Proposal, scope: Scope, limit: Limit) -> Breach | None:
        """Judge by what is known of it, which has no figure only where it is beyond the limit."""
        known, may_be_less = self.known(proposal.standing), self.after(proposal, scope) is None
        used = None if may_be_less and known > limit.value else known
        return self.judged(proposal, scope, limit, used)
