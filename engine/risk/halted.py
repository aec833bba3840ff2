"""While trading is halted nothing may add risk."""

from __future__ import annotations

from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def halted(proposal: Proposal) -> Breach | None:
    """Refuse what does not reduce."""
    if proposal.halted and not proposal.reduces:
        return Breach("halted", {"symbol": proposal.terms.symbol})
    return None
