"""While an account's books and its venue's disagree, nothing may add risk there."""

from __future__ import annotations

from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def in_doubt(proposal: Proposal) -> Breach | None:
    """Refuse what does not reduce, until the difference is settled."""
    if proposal.in_doubt and not proposal.reduces:
        return Breach("in_doubt", {"symbol": proposal.terms.symbol})
    return None
