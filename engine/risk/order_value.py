"""The largest value one order may have, in quote currency."""

from __future__ import annotations

from engine.risk.proposal import Breach, Proposal, against

NAME = "max_order_value"


def order_value(proposal: Proposal) -> Breach | None:
    """Compare the order's notional with the limit."""
    return against(NAME, proposal.notional, proposal.limits.get(NAME), proposal.terms.symbol)
