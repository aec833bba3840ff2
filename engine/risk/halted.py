"""While trading is halted nothing may add risk, nor stand in the way of what closes."""

from __future__ import annotations

from engine.domain.order import OrderType
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def halted(proposal: Proposal) -> Breach | None:
    """Refuse what does not reduce, and what would rest on coins that are being closed."""
    if proposal.halted and not proposal.reduces:
        return Breach("halted", {"symbol": proposal.terms.symbol})
    rests = proposal.terms.type is not OrderType.MARKET
    if proposal.closing and rests and proposal.instrument.sets_aside:
        return Breach("being_closed", {"symbol": proposal.terms.symbol})
    return None
