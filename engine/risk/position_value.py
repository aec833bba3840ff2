"""The largest value one position may reach, open buys included, in quote currency."""

from __future__ import annotations

from engine.domain.money import ZERO
from engine.risk.proposal import Breach, Proposal, against

NAME = "max_position_value"


def position_value(proposal: Proposal) -> Breach | None:
    """Compare what the position would be worth with the limit."""
    terms, limit = proposal.terms, proposal.limits.get(NAME)
    if limit is None:
        return None
    waiting = sum(
        (order.remaining for order in proposal.book.open_orders(terms.symbol, terms.side)), ZERO
    )
    after = abs(proposal.held + terms.side.sign * (waiting + terms.quantity))
    return against(NAME, after * proposal.price, limit, terms.symbol)
