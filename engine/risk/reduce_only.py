"""What may only reduce a position does not open, enlarge or turn one."""

from __future__ import annotations

from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def reduce_only(proposal: Proposal) -> Breach | None:
    """Refuse what would do more than reduce, where it was asked to do no more."""
    terms = proposal.terms
    if not terms.reduce_only or proposal.reduces:
        return None
    facts = {
        "symbol": terms.symbol,
        "held": f"{proposal.held:f}",
        "quantity": f"{terms.quantity:f}",
        "base": proposal.instrument.base,
    }
    return Breach("reduce_only", facts)
