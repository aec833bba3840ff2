"""How many trades in a row may lose before a pause."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Limit, Scope
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal
from engine.risk.rule import BY_OWNER, WARN_AT, Rule, Unit
from engine.risk.standing import Standing

DEFAULT_PAUSE_MINUTES = 60
_MINUTE_MS = 60_000


class LosingStreak(Rule):
    """A trade is a position from its opening until it is flat, fees included.

    After the pause orders pass again; the next loss begins another pause, a trade that does not
    lose ends the run.
    """

    name = "max_consecutive_losses"
    unit = Unit.COUNT
    scopes = BY_OWNER

    def now(self, standing: Standing, scope: Scope) -> Decimal:
        """Losses since the last trade that did not lose."""
        return Decimal(standing.tally(scope).losses)

    def breach(self, proposal: Proposal, scope: Scope, limit: Limit) -> Breach | None:
        """Refuse while the pause lasts; warn when the next loss would begin one."""
        used = self.now(proposal.standing, scope)
        if used < limit.value:
            is_close = used >= limit.value * WARN_AT
            return self.reached(proposal, scope, limit, used, is_warning=True) if is_close else None
        pause = (limit.pause_minutes or DEFAULT_PAUSE_MINUTES) * _MINUTE_MS
        left = proposal.standing.tally(scope).lost_at + pause - proposal.at
        if left <= 0:
            return None
        breach = self.reached(proposal, scope, limit, used, is_warning=False)
        minutes = str(-(-left // _MINUTE_MS))
        return Breach(self.name, {**breach.facts, "minutes": minutes}, share=breach.share)
