"""What is not held cannot be sold: spot accounts do not go short."""

from __future__ import annotations

from engine.domain.money import ZERO
from engine.domain.order import Side
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def holding(proposal: Proposal) -> Breach | None:
    """Refuse a sale beyond the holding that other sales have not promised already.

    What only reduces promises nothing and is not held back: whichever fills first, the rest is
    swept.
    """
    if proposal.terms.side is Side.BUY:
        return None
    promised = proposal.book.promised.get(proposal.terms.symbol, ZERO)
    free = proposal.held - (ZERO if proposal.terms.reduce_only else promised)
    if proposal.terms.quantity <= free:
        return None
    facts = {
        "symbol": proposal.terms.symbol,
        "held": f"{proposal.held:f}",
        "free": f"{max(free, ZERO):f}",
        "quantity": f"{proposal.terms.quantity:f}",
        "base": proposal.instrument.base,
    }
    return Breach("holding", facts)
