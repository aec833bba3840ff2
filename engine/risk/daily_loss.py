"""The most that may be lost since the desk's day began, in account currency."""

from __future__ import annotations

from engine.domain.money import ZERO
from engine.risk.proposal import Breach, Proposal, against

NAME = "max_daily_loss"


def daily_loss(proposal: Proposal) -> Breach | None:
    """Compare today's loss, open positions marked, with the limit."""
    opening, limit = proposal.book.day_equity, proposal.limits.get(NAME)
    if opening is None or limit is None:
        return None
    lost = max(ZERO, opening - proposal.equity)
    return against(NAME, lost, limit, proposal.terms.symbol)
